//! The endpoint: one port for any client.

use super::address::{base_url, in_address};
use super::{ExchangeName, News, Places};
use crate::recording::Recording;
use crate::upstream::backends::{Backends, Source};
use crate::upstream::registry::Registry;
use crate::upstream::shaper::Shaper;
use crate::upstream::{MountError, NOBODY_LISTENS, Speed};
use std::io;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, mpsc};

/// How an endpoint serves.
#[derive(Clone, Copy, Debug)]
pub struct EndpointOptions {
    /// The port on 127.0.0.1; 0 for any free one.
    pub port: u16,
    /// How fast answers are delivered.
    pub speed: Speed,
    /// Whether a place that has served its last exchange refuses what follows, instead of starting over.
    pub once: bool,
}

/// A Responses API for any client, on 127.0.0.1, answered from recordings.
///
/// A base URL names what answers:
///
/// - `http://127.0.0.1:PORT/v1`: all recordings, one after the other, in the order in which they were given;
/// - `http://127.0.0.1:PORT/NAME/v1`: one of them.
///
/// The n-th `POST …/responses` there gets the n-th exchange, whatever it asks for; after the last one the first is next
/// again. That is one conversation at a time. Clients that are there at once each name their conversation, at the
/// start of the path: `http://127.0.0.1:PORT/@ANYTHING/v1`, `http://127.0.0.1:PORT/@ANYTHING/NAME/v1`. A conversation
/// that nobody has named before begins at the first exchange.
///
/// `GET …/models` lists the models that the recordings name. Everything else is answered with 404 and an error that
/// says why.
///
/// Dropping the endpoint closes its port and every connection.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use responses_parity::recording::Recording;
/// use responses_parity::upstream::{Endpoint, EndpointOptions, News, Speed};
///
/// let options = EndpointOptions { port: 0, speed: Speed::Max, once: false };
/// let (endpoint, mut news) = Endpoint::start(&[Recording::probe()], options).await?;
/// let client = reqwest::Client::builder().no_proxy().build()?;
/// for _ in 0..2 {
///     let answer = client.post(format!("{}/responses", endpoint.base_url())).send().await?;
///     assert!(answer.text().await?.contains("response.completed"));
/// }
/// assert!(matches!(news.recv().await, Some(News::Asked { .. })));
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Endpoint {
    registry: Arc<Registry>,
    shaper: Shaper,
    /// Every recording's name and base URL.
    recordings: Vec<(String, String)>,
}

/// Why there is no endpoint.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// Not one recording has an exchange.
    #[error("there is nothing to serve: in these recordings nobody listens")]
    Nothing,
    /// An exchange cannot be delivered.
    #[error("{name} cannot be served: {cause}")]
    Recording {
        /// The recording.
        name: String,
        /// Why not.
        cause: MountError,
    },
    /// Two recordings would have the same address.
    #[error("two recordings are called {name:?}, so that their addresses would be the same")]
    Name {
        /// The second one's name.
        name: String,
    },
    /// The port could not be had.
    #[error("cannot listen on 127.0.0.1:{port}: {cause}")]
    Listen {
        /// The port that was wanted.
        port: u16,
        /// What the system said.
        cause: io::Error,
    },
    /// Not called on a Tokio runtime.
    #[error("an endpoint needs a Tokio runtime")]
    Runtime(#[from] tokio::runtime::TryCurrentError),
}

impl Endpoint {
    /// Starts serving, and gives what happens.
    ///
    /// A recording in which nobody listens has no exchange to serve; the address it is listed with is one where
    /// nobody listens.
    ///
    /// # Errors
    /// [`EndpointError`] where the port cannot be had, nothing can be served, or two recordings have one name.
    pub async fn start(
        recordings: &[Recording],
        options: EndpointOptions,
    ) -> Result<(Endpoint, mpsc::UnboundedReceiver<News>), EndpointError> {
        let runtime = Handle::try_current()?;
        let served: Vec<_> =
            recordings.iter().filter(|recording| !recording.exchanges.is_empty()).cloned().collect();
        if served.is_empty() {
            return Err(EndpointError::Nothing);
        }
        let (sender, news) = mpsc::unbounded_channel();
        let places = Places::new(&served, options.speed, options.once, sender)?;
        let registry = Arc::new(Registry::of_places(places));
        let listen = |cause| EndpointError::Listen { port: options.port, cause };
        let backends = Backends::start(registry.clone()).await.map_err(listen)?;
        let wiremock = Source::Roomy(Arc::new(Mutex::new(backends)));
        let shaper = Shaper::start(&runtime, options.port, wiremock, registry.clone()).map_err(listen)?;
        let recordings = recordings.iter().map(|recording| {
            let url = match recording.exchanges.is_empty() {
                true => NOBODY_LISTENS.to_owned(),
                false => base_url(shaper.address(), &in_address(&recording.name)),
            };
            (recording.name.clone(), url)
        });
        Ok((Endpoint { registry, recordings: recordings.collect(), shaper }, news))
    }

    /// The base URL of all recordings: `http://127.0.0.1:PORT/v1`.
    pub fn base_url(&self) -> String {
        base_url(self.shaper.address(), "")
    }

    /// The name and the base URL of each recording, in the order in which they were given.
    pub fn recordings(&self) -> &[(String, String)] {
        &self.recordings
    }

    /// The exchanges that were not asked for yet in any conversation, without those that need not be.
    pub fn unasked(&self) -> Vec<ExchangeName> {
        self.registry.places().map(Places::unasked).unwrap_or_default()
    }
}
