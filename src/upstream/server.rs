//! The server: where replays are mounted.

use super::backends::Backends;
use super::registry::{Registry, StrayRequests};
use super::script::Script;
use super::{Mount, MountError, Speed};
use crate::recording::Exchange;
use std::fmt;
use std::io;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::Mutex;

/// An address for recordings in which nobody listens. Port 9 is the discard service's, which nobody runs any more, so
/// that a connection is refused.
pub(crate) const NOBODY_LISTENS: &str = "http://127.0.0.1:9/v1";

/// A local stand-in for the Responses API. It listens on 127.0.0.1 only, and serves any number of replays at
/// once.
///
/// The shaper runs on the runtime that the upstream was started on. Dropping the upstream closes its ports
/// and ends every delivery.
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
///     may_stay_unasked: false,
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
    runtime: Handle,
    backends: Mutex<Backends>,
}

/// Why the upstream could not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// No port could be had.
    #[error("the upstream cannot listen on 127.0.0.1")]
    Listen(#[from] io::Error),
    /// Not called on a Tokio runtime.
    #[error("the upstream needs a Tokio runtime")]
    Runtime(#[from] tokio::runtime::TryCurrentError),
}

impl Upstream {
    /// Starts a server without any replay.
    ///
    /// # Errors
    ///
    /// [`StartError`] where no port can be had, or outside of a Tokio runtime.
    pub async fn start() -> Result<Upstream, StartError> {
        let registry = Arc::new(Registry::new());
        Ok(Upstream {
            registry: registry.clone(),
            runtime: Handle::try_current()?,
            backends: Mutex::new(Backends::start(registry).await?),
        })
    }

    /// Mounts one replay under its own prefix. Exchanges are chosen by prefix and ordinal, never by what is
    /// asked: the first `POST …/responses` gets the first exchange, and so on.
    ///
    /// The shaper stands in the way only if the delivery of some exchange has a shape.
    ///
    /// # Errors
    ///
    /// [`MountError`] where an exchange cannot be delivered, or the speed is none.
    pub async fn mount(
        &self,
        exchanges: impl Into<Arc<[Exchange]>>,
        speed: Speed,
    ) -> Result<Mount, MountError> {
        let exchanges = exchanges.into();
        let shaped = exchanges.iter().any(|exchange| !exchange.delivery.is_plain());
        self.mount_at(exchanges, speed, shaped).await
    }

    /// The same with the shaper in any case, to hold a delivery at a gate or to learn how far it got.
    ///
    /// # Errors
    ///
    /// As for [`Upstream::mount`].
    pub async fn mount_shaped(
        &self,
        exchanges: impl Into<Arc<[Exchange]>>,
        speed: Speed,
    ) -> Result<Mount, MountError> {
        self.mount_at(exchanges.into(), speed, true).await
    }

    async fn mount_at(
        &self,
        exchanges: Arc<[Exchange]>,
        speed: Speed,
        shaped: bool,
    ) -> Result<Mount, MountError> {
        let script = Script::new(exchanges, speed)?;
        let mut backends = self.backends.lock().await;
        let backend = backends.with_room().await?;
        let address = if shaped { backend.shaped(&self.runtime)? } else { backend.plain() };
        Ok(Mount::new(self.registry.clone(), Arc::new(script), address, shaped, backend.lease()))
    }

    /// Requests that belong to no replay, such as those of a process that lost its prefix or outlived its
    /// mount; the first of them, not all. Their paths are whole.
    pub fn strays(&self) -> StrayRequests {
        self.registry.strays()
    }
}

impl fmt::Debug for Upstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upstream").field("registry", &self.registry).finish_non_exhaustive()
    }
}
