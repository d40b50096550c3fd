//! A wiremock server, and the shaper in front of it once one is needed.

use super::backends::Source;
use super::registry::Registry;
use super::responder::Responder;
use super::shaper::Shaper;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::runtime::Handle;
use wiremock::{Mock, MockServer};

/// How many bytes of requests a backend takes before new mounts go to another one. A mock keeps a copy of
/// every request that it ever answered, recorded or not, and gives them back with its server only.
const FULL: usize = 8 << 20;

pub(super) struct Backend {
    registry: Arc<Registry>,
    wiremock: MockServer,
    shaper: Option<Shaper>,
    load: Arc<AtomicUsize>,
    lease: Lease,
}

/// Held by a mount: its backend is in use.
#[derive(Clone, Debug, Default)]
pub(super) struct Lease(Arc<()>);

impl Backend {
    pub(super) async fn start(registry: Arc<Registry>) -> io::Result<Backend> {
        let load = Arc::new(AtomicUsize::new(0));
        let responder = Responder { registry: registry.clone(), load: load.clone() };
        Ok(Backend {
            registry,
            wiremock: start_wiremock(responder).await?,
            shaper: None,
            load,
            lease: Lease::default(),
        })
    }

    /// Where clients find wiremock itself.
    pub(super) fn plain(&self) -> SocketAddr {
        *self.wiremock.address()
    }

    /// Where they find the shaper, which runs on `runtime`.
    pub(super) fn shaped(&mut self, runtime: &Handle) -> io::Result<SocketAddr> {
        let shaper = match self.shaper.take() {
            Some(shaper) => shaper,
            None => Shaper::start(runtime, 0, Source::One(self.plain()), self.registry.clone())?,
        };
        let address = shaper.address();
        self.shaper = Some(shaper);
        Ok(address)
    }

    pub(super) fn lease(&self) -> Lease {
        self.lease.clone()
    }

    pub(super) fn is_leased(&self) -> bool {
        Arc::strong_count(&self.lease.0) > 1
    }

    pub(super) fn is_full(&self) -> bool {
        self.load.load(Ordering::Relaxed) >= FULL
    }
}

async fn start_wiremock(responder: Responder) -> io::Result<MockServer> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let builder = MockServer::builder().listener(listener);
    let server = builder.disable_request_recording().start().await;
    // No condition at all: every request is the responder's.
    let everything = Mock::given(wiremock::matchers::any()).respond_with(responder);
    server.register(everything).await;
    Ok(server)
}
