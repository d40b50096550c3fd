//! Upstreams that speak TLS, and proxies on the way to them.

use crate::process::{record, run};
use crate::support::*;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use responses_parity::recording::{End, Exchange, Framing, load};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// TLS in front of an upstream, with a certificate that only who is told of it trusts.
struct Secured {
    address: SocketAddr,
    certificate: PathBuf,
    folder: TempDir,
}

async fn secured(name: &str, upstream: &str) -> Secured {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec![name.to_owned()]).unwrap();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let upstream = upstream.split('/').nth(2).unwrap().to_owned();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, upstream) = (acceptor.clone(), upstream.clone());
            tokio::spawn(async move {
                // Whoever does not trust the certificate leaves here.
                let Ok(mut client) = acceptor.accept(stream).await else { return };
                let mut plain = TcpStream::connect(upstream).await.unwrap();
                let _ = copy_bidirectional(&mut client, &mut plain).await;
                let _ = client.shutdown().await;
            });
        }
    });
    let folder = tempfile::tempdir().unwrap();
    let certificate = folder.path().join("root.pem");
    std::fs::write(&certificate, cert.pem()).unwrap();
    Secured { address, certificate, folder }
}

/// The path of a mount, behind another origin.
fn behind(origin: &str, base_url: &str) -> String {
    let path: Vec<&str> = base_url.splitn(4, '/').collect();
    format!("{origin}/{}", path[3])
}

#[tokio::test]
async fn an_upstream_behind_tls_is_recorded_as_any_other() {
    let exchanges = vec![
        shaped(BODY_UTF8, Framing::Chunked, End::Complete),
        shaped(&BODY_UTF8[..120], Framing::Chunked, End::Eof),
    ];
    let (_upstream, mount) = mounted(exchanges).await;
    let secured = secured("localhost", mount.base_url()).await;
    let url = behind(&format!("https://localhost:{}", secured.address.port()), mount.base_url());
    let output = secured.folder.path().join("reef");
    let mut command = record(&output, &url, &["--prompt", "One", "--prompt", "Two"]);
    command.env("SSL_CERT_FILE", &secured.certificate);
    let left = run(command).await;
    assert_eq!(left.status, Some(0), "{left:?}");
    let recording = load(&output, "reef").unwrap();
    assert_eq!(recording.exchanges[0].body.as_ref(), BODY_UTF8);
    assert_eq!(recording.exchanges[1].body.as_ref(), &BODY_UTF8[..120]);
    assert_eq!(recording.exchanges[1].delivery.end, End::Eof);
    assert_eq!(recording.provenance.source, Some(url));
}

#[tokio::test]
async fn an_upstream_that_nobody_vouches_for_is_not_spoken_to() {
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
    let secured = secured("localhost", mount.base_url()).await;
    let url = behind(&format!("https://localhost:{}", secured.address.port()), mount.base_url());
    let left = run(record(&secured.folder.path().join("reef"), &url, &["--prompt", "One"])).await;
    assert_eq!(left.status, Some(3), "{left:?}");
    assert!(left.stderr.contains("nothing was recorded: no TLS with localhost:"), "{left:?}");
    assert!(left.stderr.contains("certificate"), "{left:?}");
    assert!(mount.received().is_empty());
}

/// An HTTP proxy that leads to one address, whatever it is asked for. Gives the first lines of what it was asked.
async fn http_proxy(to: SocketAddr) -> (SocketAddr, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heads = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            let heads = heads.clone();
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(client.read_u8().await.unwrap());
                }
                let text = String::from_utf8(head.clone()).unwrap();
                heads.lock().unwrap().push(text.clone());
                let mut server = TcpStream::connect(to).await.unwrap();
                if text.starts_with("CONNECT ") {
                    client.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
                } else {
                    // As a proxy does: only the path goes on.
                    let (line, rest) = text.split_once("\r\n").unwrap();
                    let path = line.split(' ').nth(1).unwrap().splitn(4, '/').nth(3).unwrap();
                    server.write_all(format!("POST /{path} HTTP/1.1\r\n{rest}").as_bytes()).await.unwrap();
                }
                let _ = copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    (address, asked)
}

#[tokio::test]
async fn the_way_to_a_distant_upstream_leads_through_the_proxy_of_the_environment() {
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
    let secured = secured("reef.example", mount.base_url()).await;
    let (proxy, asked) = http_proxy(secured.address).await;
    let url = behind("https://reef.example", mount.base_url());
    let output = secured.folder.path().join("reef");
    let mut command = record(&output, &url, &["--prompt", "One"]);
    command.env("SSL_CERT_FILE", &secured.certificate);
    command.env("HTTPS_PROXY", format!("http://user:pilot@{proxy}"));
    let left = run(command).await;
    assert_eq!(left.status, Some(0), "{left:?}");
    let asked = asked.lock().unwrap();
    assert!(asked[0].starts_with("CONNECT reef.example:443 HTTP/1.1\r\n"), "{asked:?}");
    assert!(asked[0].to_lowercase().contains("proxy-authorization: basic "), "{asked:?}");
    assert!(!mount.received()[0].headers.iter().any(|(name, _)| name == "proxy-authorization"));
}

#[tokio::test]
async fn a_plain_upstream_is_fetched_by_the_proxy_itself() {
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
    let (proxy, asked) = http_proxy(mount.base_url().split('/').nth(2).unwrap().parse().unwrap()).await;
    let url = behind("http://reef.example", mount.base_url());
    let folder = tempfile::tempdir().unwrap();
    let mut command = record(&folder.path().join("reef"), &url, &["--prompt", "One"]);
    command.env("http_proxy", format!("http://{proxy}"));
    let left = run(command).await;
    assert_eq!(left.status, Some(0), "{left:?}");
    assert!(asked.lock().unwrap()[0].starts_with(&format!("POST {url}/responses HTTP/1.1\r\n")), "{asked:?}");
}

#[tokio::test]
async fn no_proxy_is_heeded() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = record(&folder.path().join("reef"), "http://reef.invalid/v1", &["--prompt", "One"]);
    command.env("HTTP_PROXY", "http://127.0.0.1:9").env("NO_PROXY", "reef.invalid");
    let left = run(command).await;
    assert!(left.stderr.contains("no connection to reef.invalid:80"), "{left:?}");
}

#[tokio::test]
async fn a_proxy_of_another_kind_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = record(&folder.path().join("reef"), "http://reef.invalid/v1", &["--prompt", "One"]);
    command.env("ALL_PROXY", "socks5://user:pilot@127.0.0.1:9");
    let left = run(command).await;
    assert_eq!(left.status, Some(3));
    assert_eq!(left.stderr, "error: socks5://127.0.0.1:9: only http:// proxies are known\n");
}
