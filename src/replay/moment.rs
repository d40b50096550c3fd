//! The moment at which a turn is interrupted.

use super::replayed::ReplayError;
use crate::recording::{Exchange, Interrupt, Turn};
use crate::session::{Direction, Entry};
use crate::upstream::{Gate, Mount};
use crate::wire::{Message, ResponseEvent, ResponseStream, events_of_body, methods};

/// Watches one turn for the moment its recording names.
pub(super) struct Moment {
    wanted: Option<Interrupt>,
    /// Held where the moment is a request: reached once that was received.
    gate: Option<Gate>,
    /// How many notifications show as much to a listener that cannot ask for `ResponseEvent`s.
    signs_wanted: usize,
    events: usize,
    signs: usize,
    retries: usize,
}

impl Moment {
    /// For the turn whose requests will be answered by `exchanges`, the first of which is number `next` at the mount.
    pub(super) fn of(
        turn: &Turn,
        mount: &Mount,
        exchanges: &[Exchange],
        next: usize,
    ) -> Result<Moment, ReplayError> {
        let gate = match turn.interrupt {
            Some(Interrupt::AfterRequests(count)) => {
                let gate = mount.hold_head(next + count.max(1) - 1);
                Some(gate.map_err(|error| ReplayError::Upstream(error.to_string()))?)
            }
            _ => None,
        };
        let signs_wanted = match turn.interrupt {
            Some(Interrupt::AfterEvents(count)) => signs_of(exchanges, count),
            _ => 0,
        };
        Ok(Moment { wanted: turn.interrupt, gate, signs_wanted, events: 0, signs: 0, retries: 0 })
    }

    /// Whether this message is the one that was waited for.
    pub(super) fn is_now(&mut self, entry: &Entry) -> bool {
        let Message::Notification { method, .. } = &entry.message else { return false };
        if entry.direction == Direction::Sent {
            return false;
        }
        match self.wanted {
            Some(Interrupt::AfterEvents(count)) => self.is_event_now(method, count),
            Some(Interrupt::AfterRetries(count)) => {
                counted(&mut self.retries, method == methods::STREAM_ERROR, count)
            }
            Some(Interrupt::AfterRequests(_)) | None => false,
        }
    }

    /// Signs count only where events are not shown: an event may have no sign, and may come after the last one.
    fn is_event_now(&mut self, method: &str, count: usize) -> bool {
        let is_event = counted(&mut self.events, method == methods::RESPONSE_EVENT, count);
        let is_sign = counted(&mut self.signs, SIGNS.contains(&method), self.signs_wanted);
        is_event || is_sign && self.events == 0
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

/// What a v1 server tells every listener about the head and about each piece of text.
const SIGNS: [&str; 4] = [
    methods::TOKEN_COUNT,
    methods::AGENT_MESSAGE_DELTA,
    methods::AGENT_REASONING_DELTA,
    methods::AGENT_REASONING_RAW_CONTENT_DELTA,
];

/// How many signs the first `count` events have: the head has one, and each piece of text.
fn signs_of(exchanges: &[Exchange], count: usize) -> usize {
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
            ResponseEvent::RateLimits { .. }
                | ResponseEvent::OutputTextDelta { .. }
                | ResponseEvent::ReasoningSummaryDelta { .. }
                | ResponseEvent::ReasoningContentDelta { .. }
        )
    };
    events.take(count).filter(has_sign).count()
}

/// Counts, and says whether the count has just been reached.
fn counted(counter: &mut usize, counts: bool, wanted: usize) -> bool {
    *counter += usize::from(counts);
    counts && *counter == wanted
}
