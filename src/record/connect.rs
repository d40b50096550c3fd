//! The way to the upstream: TCP, through a proxy of the environment where one is named, and TLS.

use super::address::UpstreamUrl;
use super::tls;
use http::header::{HOST, PROXY_AUTHORIZATION};
use http::{HeaderValue, Method, Request, Uri};
use hyper::client::conn::http1;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use hyper_util::rt::TokioIo;
use std::error::Error;
use std::fmt;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;

/// How long it may take to reach the upstream.
const CONNECT_DEADLINE: Duration = Duration::from_secs(30);

/// Opens connections to one upstream. Each request gets one of its own: a connection that was used before may end at
/// any moment, and what is recorded is one answer and not the history of a connection.
pub(super) struct Route {
    upstream: UpstreamUrl,
    proxy: Option<Intercept>,
    tls: Option<TlsConnector>,
}

/// Why the upstream could not be reached.
#[derive(Debug, thiserror::Error)]
pub(super) enum ConnectError {
    #[error("no connection to {0}: {1}")]
    Tcp(String, io::Error),
    #[error("no connection to {0} within {CONNECT_DEADLINE:?}")]
    Deadline(String),
    #[error("the proxy {0} opens no way to {1}: {2}")]
    Tunnel(String, String, String),
    #[error("no TLS with {0}: {1}")]
    Tls(String, Box<dyn Error + Send + Sync>),
    #[error("{0}: only http:// proxies are known")]
    ProxyScheme(String),
}

/// Anything that bytes go through.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Route {
    /// The route to this upstream. `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` are heeded, in either case,
    /// but never for an upstream on this machine.
    pub(super) fn new(upstream: UpstreamUrl) -> Result<Route, ConnectError> {
        let proxy = proxy_for(&upstream)?;
        let tls = upstream.is_secure().then(tls::connector).transpose();
        let tls = tls.map_err(|error| ConnectError::Tls(upstream.authority(), error.into()))?;
        Ok(Route { upstream, proxy, tls })
    }

    pub(super) fn upstream(&self) -> &UpstreamUrl {
        &self.upstream
    }

    /// Opens a connection.
    pub(super) async fn connect(&self) -> Result<Box<dyn Stream>, ConnectError> {
        let late = || ConnectError::Deadline(self.upstream.authority());
        tokio::time::timeout(CONNECT_DEADLINE, self.open()).await.map_err(|_| late())?
    }

    /// What the first line of a request says: the path, or the whole address where a proxy is to fetch it.
    pub(super) fn target(&self, asked: &Uri) -> Result<Uri, http::Error> {
        let path = asked.path_and_query();
        if self.proxy.is_some() && !self.upstream.is_secure() {
            return self.upstream.absolute(path);
        }
        Uri::builder().path_and_query(path.map_or("/", |path| path.as_str())).build()
    }

    /// What a proxy that fetches the request itself wants to see.
    pub(super) fn proxy_credentials(&self) -> Option<&HeaderValue> {
        self.proxy.as_ref().filter(|_| !self.upstream.is_secure()).and_then(Intercept::basic_auth)
    }

    async fn open(&self) -> Result<Box<dyn Stream>, ConnectError> {
        let stream: Box<dyn Stream> = match &self.proxy {
            None => Box::new(tcp(self.upstream.plain_host(), self.upstream.port()).await?),
            Some(proxy) => {
                let host = proxy.uri().host().unwrap_or_default();
                let stream = tcp(host, proxy.uri().port_u16().unwrap_or(80)).await?;
                if self.upstream.is_secure() { self.tunnel(proxy, stream).await? } else { Box::new(stream) }
            }
        };
        let Some(tls) = &self.tls else { return Ok(stream) };
        let refused =
            |error: Box<dyn Error + Send + Sync>| ConnectError::Tls(self.upstream.authority(), error);
        let name = ServerName::try_from(self.upstream.plain_host().to_owned());
        let name = name.map_err(|error| refused(error.into()))?;
        let secured = tls.connect(name, stream).await.map_err(|error| refused(error.into()))?;
        Ok(Box::new(secured))
    }

    async fn tunnel(&self, proxy: &Intercept, stream: TcpStream) -> Result<Box<dyn Stream>, ConnectError> {
        let authority = self.upstream.authority();
        let closed = |problem: String| ConnectError::Tunnel(shown(proxy.uri()), authority.clone(), problem);
        let said = |error: hyper::Error| closed(error.to_string());
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(said)?;
        tokio::spawn(connection.with_upgrades());
        let mut request = Request::builder().method(Method::CONNECT).uri(&authority).header(HOST, &authority);
        if let Some(credentials) = proxy.basic_auth() {
            request = request.header(PROXY_AUTHORIZATION, credentials);
        }
        let request = request.body(String::new()).map_err(|error| closed(error.to_string()))?;
        let response = sender.send_request(request).await.map_err(said)?;
        if !response.status().is_success() {
            return Err(closed(format!("it answers {}", response.status())));
        }
        let upgraded = hyper::upgrade::on(response).await.map_err(said)?;
        Ok(Box::new(TokioIo::new(upgraded)))
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Route").field("upstream", &self.upstream).finish_non_exhaustive()
    }
}

fn proxy_for(upstream: &UpstreamUrl) -> Result<Option<Intercept>, ConnectError> {
    if upstream.is_loopback() {
        return Ok(None);
    }
    let Ok(whole) = upstream.absolute(None) else { return Ok(None) };
    let Some(proxy) = Matcher::from_env().intercept(&whole) else { return Ok(None) };
    if proxy.uri().scheme_str() != Some("http") {
        return Err(ConnectError::ProxyScheme(shown(proxy.uri())));
    }
    Ok(Some(proxy))
}

/// Without the credentials that may stand in it.
fn shown(proxy: &Uri) -> String {
    let port = proxy.port_u16().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", proxy.scheme_str().unwrap_or("http"), proxy.host().unwrap_or_default())
}

async fn tcp(host: &str, port: u16) -> Result<TcpStream, ConnectError> {
    let refused = |error| ConnectError::Tcp(format!("{host}:{port}"), error);
    let stream = TcpStream::connect((host, port)).await.map_err(refused)?;
    stream.set_nodelay(true).map_err(refused)?;
    Ok(stream)
}
