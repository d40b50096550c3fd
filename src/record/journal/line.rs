//! The lines of a journal.

use super::growing::Change;
use crate::record::recorded::About;
use crate::record::take::{EndKind, Ending, Head, Take};
use crate::record::tape::Reel;
use crate::recording::{Framing, MAX_BODY_BYTES, Piece};
use crate::wire::Headers;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The only version this build reads.
pub(super) const VERSION: u64 = 1;

/// One step of a recording, as it stands in a journal: a line of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    /// The first line.
    Journal { version: u64, about: About },
    /// The user says something.
    Turn { user: String, before: usize },
    /// A request arrived.
    Asked { exchange: usize },
    /// All of it.
    Request { exchange: usize, body: Octets },
    /// The response head.
    Head { exchange: usize, status: u16, headers: Headers, framing: FramingName, delay_us: u64 },
    /// Bytes of the response's body, at their place: new ones, or others in place of what stood there.
    Body { exchange: usize, at: usize, bytes: Octets },
    /// A piece of the body came.
    Piece { exchange: usize, at_us: u64, end: usize },
    /// The response ended.
    Ended { exchange: usize, end: EndKind, why: String, at_us: u64 },
}

/// Bytes: as text where they are some.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Octets {
    Text(String),
    Raw(Vec<u8>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FramingName {
    Length,
    Chunked,
    Close,
}

impl Octets {
    pub(super) fn of(bytes: &[u8]) -> Octets {
        match std::str::from_utf8(bytes) {
            Ok(text) => Octets::Text(text.to_owned()),
            Err(_) => Octets::Raw(bytes.to_vec()),
        }
    }

    fn bytes(&self) -> &[u8] {
        match self {
            Octets::Text(text) => text.as_bytes(),
            Octets::Raw(bytes) => bytes,
        }
    }
}

impl Line {
    pub(super) fn head(exchange: usize, head: &Head) -> Line {
        let framing = match head.framing {
            Framing::Length => FramingName::Length,
            Framing::Chunked => FramingName::Chunked,
            Framing::Close => FramingName::Close,
        };
        let headers = head.headers.iter().cloned().collect();
        Line::Head { exchange, status: head.status, headers, framing, delay_us: microseconds(head.delay) }
    }

    pub(super) fn ended(exchange: usize, ending: &Ending) -> Line {
        let Ending { kind, why, at } = ending;
        Line::Ended { exchange, end: *kind, why: why.clone(), at_us: microseconds(*at) }
    }

    pub(super) fn body(exchange: usize, change: &Change) -> Line {
        Line::Body { exchange, at: change.at, bytes: Octets::of(&change.bytes) }
    }

    pub(super) fn piece(exchange: usize, piece: Piece) -> Line {
        Line::Piece { exchange, at_us: microseconds(piece.at), end: piece.end }
    }

    /// Repeats the step. A line that no recorder writes is an error in words.
    pub(super) fn apply(self, reel: &mut Reel) -> Result<(), String> {
        match self {
            Line::Journal { .. } => return Err("a second beginning".to_owned()),
            Line::Turn { user, before } => reel.turns.push((user, before)),
            Line::Asked { exchange } if exchange == reel.takes.len() => reel.takes.push(Take::default()),
            Line::Asked { exchange } => return Err(format!("exchange {exchange} out of order")),
            Line::Request { exchange, body } => body.bytes().clone_into(&mut take(reel, exchange)?.request),
            Line::Head { exchange, status, headers, framing, delay_us } => {
                let framing = match framing {
                    FramingName::Length => Framing::Length,
                    FramingName::Chunked => Framing::Chunked,
                    FramingName::Close => Framing::Close,
                };
                let delay = Duration::from_micros(delay_us);
                take(reel, exchange)?.head = Some(Head { status, headers: headers.fields, framing, delay });
            }
            Line::Body { exchange, at, bytes } => put(&mut take(reel, exchange)?.body, at, bytes.bytes())?,
            Line::Piece { exchange, at_us, end } => {
                take(reel, exchange)?.pieces.push(Piece { at: Duration::from_micros(at_us), end });
            }
            Line::Ended { exchange, end, why, at_us } => {
                let at = Duration::from_micros(at_us);
                take(reel, exchange)?.ending = Some(Ending { kind: end, why, at });
            }
        }
        Ok(())
    }
}

fn take(reel: &mut Reel, exchange: usize) -> Result<&mut Take, String> {
    reel.takes.get_mut(exchange).ok_or_else(|| format!("there is no exchange {exchange}"))
}

fn put(body: &mut Vec<u8>, at: usize, bytes: &[u8]) -> Result<(), String> {
    let end = at.saturating_add(bytes.len());
    if at > body.len() || end > MAX_BODY_BYTES {
        return Err(format!("bytes {at} to {end} of a body that has {}", body.len()));
    }
    body.resize(body.len().max(end), 0);
    body[at..end].copy_from_slice(bytes);
    Ok(())
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
