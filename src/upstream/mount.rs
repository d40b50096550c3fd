//! One replay's place at the upstream.

use super::registry::Registry;
use super::script::Script;
use super::{Delivered, ReceivedRequest};
use std::net::SocketAddr;
use std::sync::Arc;

/// How fast a recording is delivered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// With the recorded waits, divided by this factor: 1.0 is as recorded, 10.0 ten times as fast.
    Recorded(f64),
    /// With the recorded pieces, but without any wait.
    Max,
}

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
    #[error("a speed of {0} is not a positive number")]
    Speed(f64),
}

/// One replay's place: its own prefix, and what was asked there. Unmounts when dropped.
#[derive(Debug)]
pub struct Mount {
    pub(super) script: Arc<Script>,
    base_url: String,
    id: String,
    shaped: bool,
    registry: Arc<Registry>,
}

impl Mount {
    pub(super) fn new(
        registry: Arc<Registry>,
        script: Arc<Script>,
        address: SocketAddr,
        shaped: bool,
    ) -> Mount {
        let id = uuid::Uuid::new_v4().to_string();
        registry.add(&id, script.clone());
        Mount {
            script,
            base_url: format!("http://{address}/{id}/v1"),
            id,
            shaped,
            registry,
        }
    }

    /// Where the replay finds its Responses API: `http://127.0.0.1:PORT/<replay id>/v1`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The replay id in the address: a UUID, so that a process which outlived its upstream cannot ask the next one.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether the shaper stands between the client and wiremock.
    pub fn is_shaped(&self) -> bool {
        self.shaped
    }

    /// Everything that was asked under this prefix so far, in order.
    pub fn received(&self) -> Vec<ReceivedRequest> {
        self.script.received()
    }

    /// The exchanges that nobody has asked for, by index. Whether a missing synthetic one matters is the caller's
    /// to judge.
    pub fn unserved(&self) -> Vec<usize> {
        (self.script.asked()..self.script.exchanges.len()).collect()
    }

    /// Waits until the delivery of an exchange is over, and says how far it got.
    ///
    /// It waits for as long as nobody asks for the exchange, so that the caller needs a deadline. `None` at once
    /// where nobody can tell: without a shaper, or for an exchange that does not exist.
    pub async fn delivered(&self, exchange: usize) -> Option<Delivered> {
        if !self.shaped || exchange >= self.script.exchanges.len() {
            return None;
        }
        self.script.delivered(exchange).await
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        self.registry.remove(&self.id);
    }
}
