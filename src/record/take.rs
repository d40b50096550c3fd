//! One exchange while it is being recorded.

use crate::recording::{Delivery, End, Exchange, Framing, MAX_BODY_BYTES, Piece, decode_as_far};
use crate::wire::{Header, event_boundaries, events_of_body, header_value};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What the upstream was asked, and what came of it so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Take {
    /// The body of the request, as far as it was read.
    pub(super) request: Vec<u8>,
    /// The head of the response, once it came.
    pub(super) head: Option<Head>,
    /// The body of the response so far.
    pub(super) body: Vec<u8>,
    /// In which pieces it came.
    pub(super) pieces: Vec<Piece>,
    /// How it ended, once it did.
    pub(super) ending: Option<Ending>,
    /// Why not all of the body could be decoded, where it came in a content coding.
    pub(super) undecoded: Option<String>,
}

/// The head of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    pub(super) headers: Vec<Header>,
    pub(super) framing: Framing,
    /// How long after the request.
    pub(super) delay: Duration,
}

/// How a response ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) kind: EndKind,
    /// What a reader should know of it, where it is not `complete`.
    pub(super) why: String,
    /// How long after the head, or after the request where there was none.
    pub(super) at: Duration,
}

/// The ways a response can end, as the recorder sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EndKind {
    Complete,
    Eof,
    Reset,
    Stalled,
    /// The client left before the upstream had ended it: from then on it might as well have stalled.
    Left,
    /// The recorder ended before the upstream had ended it.
    Stopped,
    /// There was no connection to begin with: nothing of the upstream was seen.
    Unreachable,
    /// The head is longer than what is read of one: nobody knows what it says.
    Unread,
}

impl Head {
    /// The content codings that it names.
    pub(super) fn codings(&self) -> Option<&str> {
        let named = header_value(&self.headers, "content-encoding").map(str::trim);
        named.filter(|codings| !codings.is_empty() && !codings.eq_ignore_ascii_case("identity"))
    }
}

impl Take {
    /// Whether the upstream was seen to do anything, be it to break off.
    pub(super) fn shows_upstream(&self) -> bool {
        use EndKind::{Complete, Eof, Reset, Stalled};
        self.head.is_some() || matches!(self.end_kind(), Complete | Eof | Reset | Stalled)
    }

    /// Whether nobody knows what the answer is: none had come when the recorder ended, or it could not be read.
    pub(super) fn is_unknown(&self) -> bool {
        self.head.is_none() && matches!(self.end_kind(), EndKind::Stopped | EndKind::Unread)
    }

    /// What was not seen to end was cut where the recorder stopped.
    pub(super) fn end_kind(&self) -> EndKind {
        self.ending.as_ref().map_or(EndKind::Stopped, |ending| ending.kind)
    }

    /// Whether so much more of the request would be longer than a recording may keep.
    pub(super) fn is_full_of_request(&self, more: usize) -> bool {
        self.request.len() + more > MAX_BODY_BYTES
    }

    /// Calls folders in the request by other names.
    pub(super) fn name_places(&mut self, places: &[(String, &'static str)]) {
        let Ok(request) = std::str::from_utf8(&self.request) else { return };
        let named = places.iter().fold(request.to_owned(), |text, (place, name)| text.replace(place, name));
        self.request = named.into_bytes();
    }

    /// Whether so much more would be longer than a recording may be.
    pub(super) fn is_full(&self, more: usize) -> bool {
        self.body.len() + more > MAX_BODY_BYTES
    }

    /// Whether the stream has said how the response ended.
    pub(super) fn had_last_word(&self) -> bool {
        let last_words = ["response.completed", "response.failed", "response.incomplete"];
        let ends = event_boundaries(&self.body);
        let starts = std::iter::once(0).chain(ends.iter().copied());
        // Each by itself: one that cannot be read is no reason to overlook those after it.
        let events = starts.zip(&ends).flat_map(|(start, end)| events_of_body(&self.body[start..*end]));
        events.flatten().filter_map(|data| type_of(&data)).any(|kind| last_words.contains(&kind.as_str()))
    }

    /// A piece of the body, `at` after the head.
    pub(super) fn piece(&mut self, bytes: &[u8], at: Duration) -> Piece {
        self.body.extend_from_slice(bytes);
        // Times grow: the clock is monotonic, and so is the order of pieces.
        let piece = Piece { at, end: self.body.len() };
        self.pieces.push(piece);
        piece
    }

    /// The content codings that the upstream sent the body in, although it was asked for none.
    pub(super) fn codings(&self) -> Option<&str> {
        self.head.as_ref().and_then(Head::codings)
    }

    /// The body is all there: from now on it is what it says, and not how it was packed. Secrets are found in nothing
    /// else. In which pieces that came is then not known.
    pub(super) fn decode(&mut self) {
        let Some(codings) = self.codings().map(str::to_owned) else { return };
        let (body, problem) = decode_as_far(std::mem::take(&mut self.body).into(), &codings);
        self.body = body.into();
        self.undecoded = problem;
        self.pieces.clear();
    }

    /// The exchange that this is.
    pub(super) fn exchange(&self) -> Exchange {
        let (status, headers) =
            self.head.as_ref().map_or((200, Vec::new()), |head| (head.status, head.headers.clone()));
        Exchange {
            status,
            headers,
            body: self.body.clone().into(),
            delivery: self.delivery(),
            request: is_json(&self.request).then(|| self.request.clone().into()),
            may_stay_unasked: false,
        }
    }

    fn delivery(&self) -> Delivery {
        let last = self.pieces.last().map_or(Duration::ZERO, |piece| piece.at);
        let ended = self.ending.as_ref().map_or(last, |ending| ending.at);
        let head = self.head.as_ref();
        Delivery {
            headless: head.is_none(),
            head_cut: None,
            head_delay: head.map_or(ended, |head| head.delay),
            framing: head.map_or(Framing::Length, |head| head.framing),
            pieces: self.pieces.clone(),
            times_matter: false,
            end_delay: head.map_or(Duration::ZERO, |_| ended.saturating_sub(last)),
            end: self.end(),
        }
    }

    fn end(&self) -> End {
        match self.end_kind() {
            EndKind::Complete => End::Complete,
            EndKind::Eof | EndKind::Stopped | EndKind::Unread => End::Eof,
            EndKind::Reset | EndKind::Unreachable => End::Reset,
            EndKind::Stalled | EndKind::Left => End::Stalled,
        }
    }
}

fn type_of(data: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        kind: String,
    }
    serde_json::from_str::<Typed>(data).ok().map(|typed| typed.kind)
}

/// Whether a request can stand in a `NN.request.json`.
fn is_json(body: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}
