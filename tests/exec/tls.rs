//! An API behind TLS, with a certificate that the program is told to trust.

use crate::process::{Exec, KEY, server_that_never_asks_again};
use responses_parity::exec::stream_of;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// A server for one request; gives the head that it was sent, in lower case.
async fn serve(listener: TcpListener, acceptor: TlsAcceptor, body: Vec<u8>) -> String {
    loop {
        let (connection, _) = listener.accept().await.unwrap();
        // Whoever does not trust it breaks off.
        let Ok(mut connection) = acceptor.accept(connection).await else { continue };
        let mut request = Vec::new();
        while !request.windows(4).any(|window| window == b"\r\n\r\n") {
            assert!(connection.read_buf(&mut request).await.unwrap() > 0);
        }
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        connection.write_all(&[head.as_bytes(), &body].concat()).await.unwrap();
        connection.shutdown().await.unwrap();
        return String::from_utf8_lossy(&request).to_lowercase();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn https_upstreams_are_called_where_they_are_trusted() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, made.cert.pem()).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}/v1", listener.local_addr().unwrap().port());
    let body = stream_of("Under seal").body.to_vec();
    let server = tokio::spawn(serve(listener, TlsAcceptor::from(Arc::new(config)), body));

    let run = |trusted: &str| {
        let variables = [("OPENAI_API_KEY", KEY), ("SSL_CERT_FILE", trusted)];
        let arguments = ["x", "--upstream", &url, "--app-server", &server_that_never_asks_again()];
        let exec = Exec::start_with(&arguments, &variables);
        tokio::task::spawn_blocking(|| exec.finish())
    };
    let nobody = folder.path().join("nobody.pem");
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(&nobody, other.cert.pem()).unwrap();
    let done = run(&nobody.display().to_string()).await.unwrap();
    assert_eq!((done.status, &done.stdout[..]), (1, ""), "{}", done.stderr);

    let done = run(&trusted.display().to_string()).await.unwrap();
    assert_eq!((done.status, &done.stdout[..], &done.stderr[..]), (0, "Under seal\n", ""));
    assert!(server.await.unwrap().contains(&format!("authorization: bearer {KEY}")));
}
