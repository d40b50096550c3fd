//! One replay's place at the upstream.

use super::backend::Lease;
use super::gate::Place;
use super::marks::DELEGATE;
use super::registry::Registry;
use super::script::Script;
use super::{Delivered, Gate, HoldError, ReceivedRequest, Speed};
use crate::wire::Header;
use std::net::SocketAddr;
use std::sync::Arc;

/// Why a recording could not be mounted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MountError {
    /// A status that no final response has.
    #[error("{status} is not the status of a final response (200 to 999)")]
    Status {
        /// The status.
        status: u16,
    },
    /// A header field that HTTP cannot carry.
    #[error("header field {name:?} cannot be sent")]
    Header {
        /// Its name.
        name: String,
    },
    /// A speed that is not a positive number.
    #[error("{speed:?} is not a positive factor")]
    Speed {
        /// The speed.
        speed: Speed,
    },
    /// Pieces that do not follow one another, or go beyond the body.
    #[error("piece {piece} does not end between the one before it and the end of the body")]
    Piece {
        /// Which one, from 0.
        piece: usize,
    },
    /// No port could be had.
    #[error("the shaper cannot listen on 127.0.0.1")]
    Listen(#[from] std::io::Error),
}

/// One replay's place: its own prefix, and what was asked there. Unmounts when dropped.
#[derive(Debug)]
pub struct Mount {
    script: Arc<Script>,
    base_url: String,
    shaped: bool,
    registry: Arc<Registry>,
    _lease: Lease,
}

impl Mount {
    pub(super) fn new(
        registry: Arc<Registry>,
        script: Arc<Script>,
        address: SocketAddr,
        shaped: bool,
        lease: Lease,
    ) -> Mount {
        registry.add(script.clone());
        Mount {
            base_url: format!("http://{address}/{}/v1", script.id),
            script,
            shaped,
            registry,
            _lease: lease,
        }
    }

    /// Where the replay finds its Responses API: `http://127.0.0.1:PORT/<replay id>/v1`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The replay id in the address: a UUID, so that a process which outlived its upstream cannot ask the
    /// next one.
    pub fn id(&self) -> &str {
        &self.script.id
    }

    /// Whether the shaper stands between the client and wiremock.
    pub fn is_shaped(&self) -> bool {
        self.shaped
    }

    /// The header field by which a delegate client makes its requests known as its own. App-servers never see it, so
    /// that a request without it came from the app-server itself.
    pub fn delegate_mark(&self) -> Header {
        (DELEGATE.to_owned(), self.script.secret.clone())
    }

    /// What went wrong in the upstream itself, where something did: no answer of this replay can be trusted then.
    pub fn fault(&self) -> Option<String> {
        self.script.fault()
    }

    /// What was asked beside the Responses API under this prefix so far, in order: which models there are, and the
    /// like. `GET …/models` is answered with an empty list, anything else with 404; no exchange is used up.
    pub fn asides(&self) -> Vec<ReceivedRequest> {
        self.script.asides()
    }

    /// Everything that the Responses API was asked under this prefix so far, in order.
    pub fn received(&self) -> Vec<ReceivedRequest> {
        self.script.received()
    }

    /// The exchanges that nobody has asked for, by index. Whether a missing synthetic one matters is the
    /// caller's to judge.
    pub fn unserved(&self) -> Vec<usize> {
        (self.script.asked()..self.script.exchanges.len()).collect()
    }

    /// Waits until the delivery of an exchange is over, and says how far it got.
    ///
    /// It waits for as long as nobody asks for the exchange, so that the caller needs a deadline. `None` at
    /// once where nobody can tell: without a shaper, or for an exchange that does not exist.
    pub async fn delivered(&self, exchange: usize) -> Option<Delivered> {
        if !self.shaped || exchange >= self.script.exchanges.len() {
            return None;
        }
        self.script.delivered(exchange).await
    }

    /// Holds the delivery of an exchange after so many bytes of its body; at the body's length, before its
    /// end.
    ///
    /// # Errors
    ///
    /// [`HoldError`] where there is no shaper, or the delivery will not pass this place any more.
    ///
    /// ```
    /// # use responses_parity::recording::{Delivery, Exchange};
    /// # use responses_parity::upstream::{Speed, Upstream};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let upstream = Upstream::start().await?;
    /// # let delivery = Delivery::default();
    /// # let (headers, body) = (Vec::new(), "data: 1\n\ndata: 2\n\n".into());
    /// # let exchange = Exchange { status: 200, headers, body, delivery, request: None, may_stay_unasked: false };
    /// let mount = upstream.mount_shaped(vec![exchange], Speed::Max).await?;
    /// let gate = mount.hold_at(0, 9)?;
    /// let client = reqwest::Client::builder().no_proxy().build()?;
    /// let mut answer = client.post(format!("{}/responses", mount.base_url())).send().await?;
    /// assert_eq!(answer.chunk().await?.as_deref(), Some(&b"data: 1\n\n"[..]));
    ///
    /// gate.reached().await;
    /// drop(answer);
    /// let delivered = mount.delivered(0).await.unwrap();
    /// assert_eq!((delivered.body_bytes, delivered.closed_by_client), (9, true));
    /// # Ok(()) }
    /// ```
    pub fn hold_at(&self, exchange: usize, offset: usize) -> Result<Gate, HoldError> {
        self.hold(exchange, Place::Body(offset))
    }

    /// Holds the delivery of an exchange before its head.
    ///
    /// # Errors
    ///
    /// As for [`Mount::hold_at`].
    pub fn hold_head(&self, exchange: usize) -> Result<Gate, HoldError> {
        self.hold(exchange, Place::Head)
    }

    fn hold(&self, exchange: usize, place: Place) -> Result<Gate, HoldError> {
        if self.shaped { self.script.hold(exchange, place) } else { Err(HoldError::Plain) }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        self.registry.remove(&self.script.id);
    }
}
