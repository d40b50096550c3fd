//! The server: wiremock, listening on 127.0.0.1.

use super::mount::{Mount, MountError, Speed};
use super::registry::Registry;
use super::responder::Responder;
use super::script::Script;
use super::{ReceivedRequest, answer};
use crate::recording::Exchange;
use std::fmt;
use std::net::TcpListener;
use std::sync::Arc;
use wiremock::{Mock, MockServer};

/// A local stand-in for the Responses API. It listens on 127.0.0.1 only, and serves any number of replays at once.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use responses_parity::recording::{Delivery, Exchange};
/// use responses_parity::upstream::{Speed, Upstream};
///
/// let upstream = Upstream::start().await?;
/// let exchange = Exchange {
///     status: 200,
///     headers: vec![("content-type".to_owned(), "text/event-stream".to_owned())],
///     body: "data: {}\n\n".into(),
///     delivery: Delivery::default(),
///     request: None,
///     synthetic: false,
/// };
/// let mount = upstream.mount(vec![exchange], Speed::Max).await?;
///
/// let client = reqwest::Client::builder().no_proxy().build()?;
/// let answer = client.post(format!("{}/responses", mount.base_url())).send().await?;
/// assert_eq!(answer.text().await?, "data: {}\n\n");
/// assert_eq!(mount.received()[0].path, "/v1/responses");
/// assert!(mount.unserved().is_empty());
/// # Ok(()) }
/// ```
pub struct Upstream {
    registry: Arc<Registry>,
    wiremock: MockServer,
}

/// Why the upstream could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No port could be had.
    #[error("the upstream cannot listen on 127.0.0.1")]
    Listen(#[from] std::io::Error),
}

impl Upstream {
    /// Starts a server without any replay.
    ///
    /// # Errors
    ///
    /// [`StartError`] where no port can be had.
    pub async fn start() -> Result<Upstream, StartError> {
        let registry = Arc::new(Registry::new());
        let wiremock = start_wiremock(registry.clone()).await?;
        Ok(Upstream { registry, wiremock })
    }

    /// Mounts one replay under its own prefix. Exchanges are chosen by prefix and ordinal, never by what is asked:
    /// the first `POST …/responses` gets the first exchange, and so on.
    ///
    /// # Errors
    ///
    /// [`MountError`] where an exchange is nothing that HTTP can carry.
    pub async fn mount(
        &self,
        exchanges: impl Into<Arc<[Exchange]>>,
        speed: Speed,
    ) -> Result<Mount, MountError> {
        let exchanges = exchanges.into();
        for exchange in exchanges.iter() {
            answer::recorded(exchange)?;
        }
        let script = Arc::new(Script::new(exchanges, speed));
        Ok(Mount::new(
            self.registry.clone(),
            script,
            *self.wiremock.address(),
            false,
        ))
    }

    /// Requests that belong to no replay, such as those of a process that lost its prefix or outlived its mount; the
    /// first of them, not all. Their paths are whole.
    pub fn strays(&self) -> Vec<ReceivedRequest> {
        self.registry.strays()
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream")
            .field("address", self.wiremock.address())
            .finish_non_exhaustive()
    }
}

async fn start_wiremock(registry: Arc<Registry>) -> Result<MockServer, StartError> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let server = MockServer::builder()
        .listener(listener)
        .disable_request_recording()
        .start()
        .await;
    // No condition at all: every request is the responder's.
    let everything = Mock::given(wiremock::matchers::any()).respond_with(Responder { registry });
    server.register(everything).await;
    Ok(server)
}
