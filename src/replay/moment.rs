//! The moment at which a turn is interrupted.

use super::replayed::ReplayError;
use crate::recording::{Interrupt, Turn};
use crate::session::{Direction, Entry};
use crate::upstream::{Gate, Mount};
use crate::wire::{Message, methods};

/// Watches one turn for the moment its recording names.
pub(super) struct Moment {
    wanted: Option<Interrupt>,
    /// Held where the moment is a request: reached once that was received.
    gate: Option<Gate>,
    seen: usize,
}

impl Moment {
    /// For the turn whose first request will be answered by exchange `next`.
    pub(super) fn of(turn: &Turn, mount: &Mount, next: usize) -> Result<Moment, ReplayError> {
        let gate = match turn.interrupt {
            Some(Interrupt::AfterRequests(count)) => {
                let gate = mount.hold_head(next + count.max(1) - 1);
                Some(gate.map_err(|error| ReplayError::Upstream(error.to_string()))?)
            }
            _ => None,
        };
        Ok(Moment { wanted: turn.interrupt, gate, seen: 0 })
    }

    /// Whether this message is the one that was waited for.
    pub(super) fn is_now(&mut self, entry: &Entry) -> bool {
        let (wanted, count) = match self.wanted {
            Some(Interrupt::AfterEvents(count)) => (methods::RESPONSE_EVENT, count),
            Some(Interrupt::AfterRetries(count)) => (methods::STREAM_ERROR, count),
            Some(Interrupt::AfterRequests(_)) | None => return false,
        };
        let is_wanted = matches!(&entry.message, Message::Notification { method, .. } if method == wanted);
        if entry.direction == Direction::Received && is_wanted {
            self.seen += 1;
            return self.seen == count;
        }
        false
    }

    /// Waits for the request that was waited for; for ever where the moment is none.
    pub(super) async fn requested(&self) {
        match &self.gate {
            Some(gate) => gate.reached().await,
            None => std::future::pending().await,
        }
    }

    /// It is over: nothing is held any longer.
    pub(super) fn pass(&mut self) {
        if let Some(gate) = self.gate.take() {
            gate.open();
        }
    }
}
