//! The events of a recorded stream: where they stand, when they came, what they are.

use super::contents::milliseconds;
use super::model::{Delivery, Exchange};
use crate::wire::{StreamFault, placed_events_of_body};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;
use std::borrow::Cow;
use std::ops::Range;
use std::time::Duration;

/// What ends the streams of some gateways, and is no JSON.
const DONE_SENTINEL: &str = "[DONE]";

/// One event of a recorded stream.
/// As JSON: `offset`, `bytes`, `at_ms`, `event`, `type`, and the data as it came (`data`) or why it did not (`fault`).
#[derive(Clone, Debug)]
pub struct RecordedEvent {
    /// Its bytes in the body.
    pub bytes: Range<usize>,
    /// When all of it had arrived, counted from the response head; `None` where nobody noted it.
    pub at: Option<Duration>,
    /// What its `event` field says, where it has one.
    pub name: Option<String>,
    /// Its data, or why the stream cannot be read any further.
    pub data: Result<String, StreamFault>,
    /// What kind of thing the data is.
    pub kind: EventKind,
}

/// What an event's data is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// JSON that names its type.
    Typed(String),
    /// JSON that names none, or not as a string.
    Untyped,
    /// `[DONE]`: what some gateways end their streams with.
    Done,
    /// No JSON.
    NotJson(String),
    /// Nothing: its bytes are not UTF-8.
    Unreadable,
}

impl EventKind {
    /// The type, or what there is instead of one, for people.
    pub fn name(&self) -> &str {
        match self {
            EventKind::Typed(name) => name,
            EventKind::Untyped => "(no type)",
            EventKind::Done => DONE_SENTINEL,
            EventKind::NotJson(_) => "(not JSON)",
            EventKind::Unreadable => "(unreadable)",
        }
    }
}

impl RecordedEvent {
    /// Its data as a value. `None` where it is no JSON, is nested too deep, or holds half a surrogate pair.
    pub fn value(&self) -> Option<Value> {
        serde_json::from_str(self.data.as_deref().ok()?).ok()
    }
}

impl Serialize for RecordedEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut event = serializer.serialize_struct("RecordedEvent", 7)?;
        event.serialize_field("offset", &self.bytes.start)?;
        event.serialize_field("bytes", &self.bytes.len())?;
        event.serialize_field("at_ms", &self.at.map(milliseconds))?;
        event.serialize_field("event", &self.name)?;
        event.serialize_field("type", self.kind.name())?;
        event.serialize_field("data", &self.data.as_ref().ok())?;
        event.serialize_field("fault", &self.data.as_ref().err().map(|fault| &fault.message))?;
        event.end()
    }
}

/// The events of an exchange's body, in order, as a reader gets them: an error ends them, and what never ended is none.
///
/// ```
/// use responses_parity::recording::{EventKind, Exchange, events_of};
///
/// let exchange = Exchange::stream("event: a\ndata: {\"type\":\"a\"}\n\ndata: [DONE]\n\n");
/// let kinds: Vec<_> = events_of(&exchange).into_iter().map(|event| event.kind).collect();
/// assert_eq!(kinds, [EventKind::Typed("a".to_owned()), EventKind::Done]);
/// ```
pub fn events_of(exchange: &Exchange) -> Vec<RecordedEvent> {
    let placed = placed_events_of_body(&exchange.body).into_iter();
    let events = placed.map(|event| RecordedEvent {
        at: arrival(&exchange.delivery, event.bytes.end),
        kind: kind_of(&event.data),
        bytes: event.bytes,
        name: event.name,
        data: event.data,
    });
    events.collect()
}

/// When the byte before `end` arrived.
fn arrival(delivery: &Delivery, end: usize) -> Option<Duration> {
    let piece = delivery.pieces.partition_point(|piece| piece.end < end);
    delivery.pieces.get(piece).map(|piece| piece.at)
}

/// By a look at the type alone, as an app-server takes it: deep nesting and broken strings elsewhere do not matter.
fn kind_of(data: &Result<String, StreamFault>) -> EventKind {
    #[derive(Deserialize)]
    struct Typed<'a> {
        #[serde(rename = "type", borrow)]
        kind: Cow<'a, str>,
    }
    let Ok(data) = data else { return EventKind::Unreadable };
    match serde_json::from_str::<Typed<'_>>(data) {
        Ok(typed) => EventKind::Typed(typed.kind.into_owned()),
        Err(_) if data == DONE_SENTINEL => EventKind::Done,
        Err(error) if error.is_data() => EventKind::Untyped,
        Err(error) => EventKind::NotJson(error.to_string()),
    }
}
