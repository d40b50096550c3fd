//! The moment at which a turn is interrupted.

use super::replayed::ReplayError;
use crate::recording::{Exchange, Interrupt, Turn};
use crate::session::{Direction, Entry};
use crate::upstream::{Gate, Mount};
use crate::wire::{Dialect, Meaning, Message, ResponseEvent, ResponseStream, events_of_body};

/// Watches one turn for the moment its recording names.
pub(super) struct Moment {
    wanted: Option<Interrupt>,
    dialect: Dialect,
    /// Held where the moment is a request: reached once that was received.
    gate: Option<Gate>,
    /// How many notifications show as much to a listener that cannot ask for `ResponseEvent`s.
    signs_wanted: usize,
    events: usize,
    signs: usize,
    retries: usize,
}

impl Moment {
    /// For a turn that runs to its end.
    pub(super) fn never(dialect: Dialect) -> Moment {
        Moment { wanted: None, dialect, gate: None, signs_wanted: 0, events: 0, signs: 0, retries: 0 }
    }

    /// For the turn whose requests will be answered by `exchanges`, the first of which is number `next` at the mount.
    pub(super) fn of(
        turn: &Turn,
        dialect: Dialect,
        mount: &Mount,
        exchanges: &[Exchange],
        next: usize,
    ) -> Result<Moment, ReplayError> {
        let wanted = turn.interrupt.filter(|_| !(turn.may_end_first && dialect.ends_at_completed()));
        let signs_wanted = match wanted {
            Some(Interrupt::AfterEvents(count)) => signs_of(dialect, exchanges, count),
            _ => 0,
        };
        let request = match wanted {
            Some(Interrupt::AfterRequests(count)) => Some(count.max(1)),
            // Nothing of it can be seen: that it was asked for has to do.
            Some(Interrupt::AfterEvents(_)) if signs_wanted == 0 => Some(1),
            _ => None,
        };
        let gate = request.map(|count| mount.hold_head(next + count - 1)).transpose();
        let gate = gate.map_err(|error| ReplayError::Upstream(error.to_string()))?;
        Ok(Moment { wanted, gate, signs_wanted, ..Moment::never(dialect) })
    }

    /// Whether this message is the one that was waited for.
    pub(super) fn is_now(&mut self, entry: &Entry) -> bool {
        let Message::Notification { method, params } = &entry.message else { return false };
        if entry.direction == Direction::Sent || self.wanted.is_none() {
            return false;
        }
        match (self.wanted, self.dialect.meaning(method, params.as_deref())) {
            (Some(Interrupt::AfterEvents(count)), Meaning::ResponseEvent(_)) => {
                counted(&mut self.events, count)
            }
            // Signs count only where events are not shown: an event may have none, and may come after the last one.
            (Some(Interrupt::AfterEvents(_)), Meaning::Progress | Meaning::TextDelta(_)) => {
                counted(&mut self.signs, self.signs_wanted) && self.events == 0
            }
            (Some(Interrupt::AfterRetries(count)), Meaning::Retry(_)) => counted(&mut self.retries, count),
            _ => false,
        }
    }

    /// Waits for the request that was waited for; for ever where the moment is none.
    pub(super) async fn requested(&self) {
        match &self.gate {
            Some(gate) => gate.reached().await,
            None => std::future::pending().await,
        }
    }

    /// Whether it has not come.
    pub(super) fn is_awaited(&self) -> bool {
        self.wanted.is_some()
    }

    /// The turn was interrupted, or the app-server refused that: nothing is held any longer.
    pub(super) fn pass(&mut self, interrupted: bool) {
        if interrupted {
            self.wanted = None;
        }
        if let Some(gate) = self.gate.take() {
            gate.open();
        }
    }
}

/// How many signs the first `count` events have: the head has one, and each piece of text.
fn signs_of(dialect: Dialect, exchanges: &[Exchange], count: usize) -> usize {
    let events = exchanges.iter().flat_map(|exchange| {
        let mut stream = ResponseStream::new();
        let head = stream.head(&exchange.headers);
        let body = events_of_body(&exchange.body).into_iter().flatten();
        let events: Vec<_> = body.filter_map(|data| stream.event(&data)).collect();
        [head].into_iter().chain(events)
    });
    let has_sign = |event: &ResponseEvent| {
        matches!(
            event,
            ResponseEvent::OutputTextDelta { .. }
                | ResponseEvent::ReasoningSummaryDelta { .. }
                | ResponseEvent::ReasoningContentDelta { .. }
        )
    };
    let head = usize::from(dialect.shows_head());
    let text = events.take(count).filter(has_sign).count();
    head + text
}

/// Counts, and says whether the count has just been reached.
fn counted(counter: &mut usize, wanted: usize) -> bool {
    *counter += 1;
    *counter == wanted
}
