//! What there is to say of one exchange.

use super::take::{EndKind, Take};
use crate::report::counted;
use crate::wire::events_of_body;
use std::fmt;
use std::time::Duration;

/// One recorded exchange, in numbers. `Display` is one line, without the exchange's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeSummary {
    /// The status, where a response head came.
    pub status: Option<u16>,
    /// How many server-sent events the body holds.
    pub events: usize,
    /// How many bytes the body has.
    pub bytes: usize,
    /// In how many pieces it came.
    pub pieces: usize,
    /// How it ended, as `recording.toml` says it.
    pub end: &'static str,
    /// What led to an end that is not `complete`; else empty.
    pub why: String,
    /// From the request to the response head, or to the end where none came.
    pub head_delay: Duration,
    /// From the response head to the end.
    pub elapsed: Duration,
}

impl ExchangeSummary {
    pub(super) fn of(take: &Take) -> ExchangeSummary {
        let ending = take.ending.as_ref();
        let ended = ending.map(|ending| ending.at).unwrap_or_default();
        ExchangeSummary {
            status: take.head.as_ref().map(|head| head.status),
            events: events_of_body(&take.body).iter().filter(|event| event.is_ok()).count(),
            bytes: take.body.len(),
            pieces: take.pieces.len(),
            end: end_name(take.end_kind()),
            why: ending.map_or_else(|| "the recorder was killed".to_owned(), |ending| ending.why.clone()),
            head_delay: take.head.as_ref().map_or(ended, |head| head.delay),
            elapsed: take.head.as_ref().map_or(Duration::ZERO, |_| ended),
        }
    }
}

fn end_name(kind: EndKind) -> &'static str {
    match kind {
        EndKind::Complete => "complete",
        EndKind::Eof | EndKind::Stopped => "eof",
        EndKind::Reset => "reset",
        EndKind::Stalled | EndKind::Left => "stalled",
        EndKind::Unreachable => "unreachable",
        EndKind::Unread => "unread",
    }
}

impl fmt::Display for ExchangeSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.status {
            Some(status) => write!(
                f,
                "{status}, {}, {} in {}, {}",
                counted(self.events, "event"),
                counted(self.bytes, "byte"),
                counted(self.pieces, "piece"),
                self.end
            )?,
            None => write!(f, "no response head, {}", self.end)?,
        }
        if !self.why.is_empty() {
            write!(f, " ({})", self.why)?;
        }
        write!(f, "; head after {} ms, then {} ms", self.head_delay.as_millis(), self.elapsed.as_millis())
    }
}
