//! Gates: a test holds a delivery at a place of its choice, and lets it go on.

use std::sync::Arc;
use tokio::sync::watch;

/// A place at which the delivery of an exchange waits. Opened at the latest when it is dropped.
///
/// Times of later pieces are counted from the response head still, so that a delivery makes up for the time
/// it was held.
#[derive(Debug)]
pub struct Gate {
    hold: Arc<Hold>,
}

/// Why a delivery cannot be held.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HoldError {
    /// Wiremock delivers it, in one go.
    #[error("there is no shaper to hold anything; mount it with mount_shaped")]
    Plain,
    /// There is no such exchange.
    #[error("there is no exchange {exchange}")]
    NoExchange {
        /// The index that was asked for.
        exchange: usize,
    },
    /// It was asked for already, so that its delivery may have passed the place.
    #[error("exchange {exchange} is being delivered already")]
    AlreadyAsked {
        /// Its index.
        exchange: usize,
    },
    /// The delivery never gets there.
    #[error("the delivery of exchange {exchange} never reaches byte {offset} of its body")]
    NeverReached {
        /// Its index.
        exchange: usize,
        /// The place that was asked for.
        offset: usize,
    },
}

impl Gate {
    pub(super) fn new(hold: Arc<Hold>) -> Gate {
        Gate { hold }
    }

    /// Waits until the delivery has come to the gate: everything before it is written then.
    ///
    /// It waits for as long as nobody asks for the exchange, so that the caller needs a deadline.
    pub async fn reached(&self) {
        let mut reached = self.hold.reached.subscribe();
        // The sender lives as long as the gate.
        let _ = reached.wait_for(|reached| *reached).await;
    }

    /// Lets the delivery go on.
    pub fn open(self) {}
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.hold.open.send_replace(true);
    }
}

/// The delivery's side of a gate.
#[derive(Debug)]
pub(super) struct Hold {
    pub(super) exchange: usize,
    pub(super) place: Place,
    reached: watch::Sender<bool>,
    open: watch::Sender<bool>,
}

/// Where a delivery is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Before the response head.
    Head,
    /// After so many bytes of the body.
    Body(usize),
}

impl Hold {
    pub(super) fn new(exchange: usize, place: Place) -> Hold {
        Hold { exchange, place, reached: watch::Sender::new(false), open: watch::Sender::new(false) }
    }

    /// Says that the delivery has come here, and waits until it may go on.
    pub(super) async fn pass(&self) {
        self.reached.send_replace(true);
        let mut open = self.open.subscribe();
        // The sender lives as long as the hold.
        let _ = open.wait_for(|open| *open).await;
    }
}
