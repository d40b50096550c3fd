//! Takes the secrets out of a recording.

use super::body::{Known, clean, note_members};
use super::headers;
use crate::recording::model::{Exchange, Recording};
use bytes::Bytes;
use std::fmt;

/// Something that was taken out of a recording; what it is and where it stood, and never the thing itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Removed {
    /// What it looked like, for people.
    pub kind: &'static str,
    /// Where it stood.
    pub place: Place,
}

/// A place in a recording.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The description.
    Description,
    /// The provenance.
    Provenance,
    /// What the user says, by the number of the turn, from 1.
    Turn(usize),
    /// A field of a response head.
    Header {
        /// The number of the exchange, from 1.
        exchange: usize,
        /// The field's name.
        name: String,
    },
    /// A response body.
    Body {
        /// The number of the exchange, from 1.
        exchange: usize,
        /// Where it began, in bytes.
        offset: usize,
    },
    /// A request's body.
    Request {
        /// The number of the exchange, from 1.
        exchange: usize,
        /// Where it began, in bytes.
        offset: usize,
    },
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Place::Description => f.write_str("description"),
            Place::Provenance => f.write_str("provenance"),
            Place::Turn(turn) => write!(f, "turn {turn}"),
            Place::Header { exchange, name } => write!(f, "exchange {exchange}, header field {name:?}"),
            Place::Body { exchange, offset } => write!(f, "exchange {exchange}, body, byte {offset}"),
            Place::Request { exchange, offset } => write!(f, "exchange {exchange}, request, byte {offset}"),
        }
    }
}

impl fmt::Display for Removed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}

/// Removes secrets in place; says what and where, never the secret itself.
///
/// - Fields of response heads that no app-server reads go, among them cookies and the vendor's ids of accounts.
/// - What looks like a key, a token or an account's id, and the values of members such as `password` or
///   `safety_identifier`, are overwritten with `REDACTED***`, wherever they stand: also where they are spelt with escapes,
///   or split over deltas. Everything keeps its length and its place, and every other byte stays as it is.
///
/// A secret that looks like any other text, such as a short password in prose, is not found.
///
/// ```
/// use responses_parity::recording::{Exchange, Recording, Turn, scrub};
///
/// let key = format!("ghp_{}", "a1B2c3".repeat(6));
/// let mut recording = Recording::of_exchanges("mine", vec![Turn::said("Hello")], vec![Exchange::stream(key)]);
/// let removed = scrub(&mut recording);
/// assert_eq!(removed[0].to_string(), "exchange 1, body, byte 0: GitHub token");
/// assert!(recording.exchanges[0].body.starts_with(b"ghp_REDACTED***"));
/// assert!(scrub(&mut recording).is_empty());
/// ```
pub fn scrub(recording: &mut Recording) -> Vec<Removed> {
    let mut known = Known::default();
    for exchange in &recording.exchanges {
        let dropped = exchange.headers.iter().filter(|(name, _)| names_somebody(name));
        dropped.for_each(|(_, value)| known.add(value.as_bytes()));
        note_members(&exchange.body, &mut known);
        exchange.request.iter().for_each(|request| note_members(request, &mut known));
    }
    let mut scrubber = Scrubber { known, removed: Vec::new() };
    scrubber.recording(recording);
    scrubber.removed
}

/// Whether the value of a field stands for somebody wherever it stands.
fn names_somebody(name: &str) -> bool {
    const IDS: [&str; 4] =
        ["openai-organization", "openai-project", "chatgpt-account-id", "x-codex-installation-id"];
    IDS.iter().any(|id| name.eq_ignore_ascii_case(id))
}

struct Scrubber {
    known: Known,
    removed: Vec<Removed>,
}

impl Scrubber {
    fn recording(&mut self, recording: &mut Recording) {
        self.text(&mut recording.description, &Place::Description);
        let provenance = &mut recording.provenance;
        let texts = [Some(&mut provenance.kind), provenance.source.as_mut(), provenance.notes.as_mut()];
        for text in texts.into_iter().flatten() {
            self.text(text, &Place::Provenance);
        }
        for (index, turn) in recording.turns.iter_mut().enumerate() {
            self.text(&mut turn.user, &Place::Turn(index + 1));
        }
        for (index, exchange) in recording.exchanges.iter_mut().enumerate() {
            self.exchange(exchange, index + 1);
        }
    }

    fn exchange(&mut self, exchange: &mut Exchange, number: usize) {
        let place = |name: &str| Place::Header { exchange: number, name: name.to_owned() };
        exchange.headers.retain(|(name, _)| {
            let is_kept = headers::is_kept(name);
            if !is_kept {
                self.removed.push(Removed { kind: "header field that nobody reads", place: place(name) });
            }
            is_kept
        });
        for (name, value) in &mut exchange.headers {
            self.text(value, &place(name));
        }
        self.bytes(&mut exchange.body, |offset| Place::Body { exchange: number, offset });
        if let Some(request) = &mut exchange.request {
            self.bytes(request, |offset| Place::Request { exchange: number, offset });
        }
    }

    fn text(&mut self, text: &mut String, place: &Place) {
        let mut bytes = std::mem::take(text).into_bytes();
        let found = clean(&mut bytes, &self.known);
        *text = String::from_utf8_lossy(&bytes).into_owned();
        self.removed.extend(found.iter().map(|found| Removed { kind: found.kind, place: place.clone() }));
    }

    fn bytes(&mut self, body: &mut Bytes, place: impl Fn(usize) -> Place) {
        let mut bytes = body.to_vec();
        let found = clean(&mut bytes, &self.known);
        if !found.is_empty() {
            *body = Bytes::from(bytes);
            self.removed.extend(
                found.iter().map(|found| Removed { kind: found.kind, place: place(found.range.start) }),
            );
        }
    }
}
