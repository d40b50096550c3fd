//! One line between harness and app-server, and what it is.

use crate::json::has_twins;
use responses_parity::wire::{RequestId, ResponseStream, methods, to_raw};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::ops::Range;

/// Which way a line goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    ToServer,
    ToHarness,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The server delegates a call.
    Call,
    /// It gives one up.
    Cancel,
    /// The head of a call's answer.
    Started,
    /// One event of it.
    Event,
    /// Its end.
    CallAnswer,
    /// The server tells something.
    Notification,
    /// The server answers the harness.
    Answer,
    /// Whatever else there is: what the harness asks, what the server asks beside calls.
    Other,
    /// Not a line: the server has ended its output.
    End,
}

/// One line, as it is passed on if nobody changes it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) text: String,
    pub(crate) way: Way,
    pub(crate) kind: Kind,
    /// Its method, or that of what it answers.
    pub(crate) method: String,
    pub(crate) id: Option<RequestId>,
    /// The call it is about, and the request that asked for that.
    pub(crate) call: Option<String>,
    pub(crate) request: Option<RequestId>,
    /// The conversation it is of.
    pub(crate) conversation: Option<String>,
    /// What another conversation has open meanwhile.
    pub(crate) neighbour: Option<Neighbour>,
    payload: Range<usize>,
}

/// A call that is open, and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Neighbour {
    pub(crate) call: String,
    pub(crate) conversation: String,
}

#[derive(Default, Deserialize)]
struct Parts<'a> {
    #[serde(default)]
    id: Option<RequestId>,
    #[serde(default, borrow)]
    method: Option<Cow<'a, str>>,
    #[serde(default, borrow)]
    params: Option<&'a RawValue>,
    #[serde(default, borrow)]
    result: Option<&'a RawValue>,
    #[serde(default, borrow)]
    error: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Address<'a> {
    #[serde(default)]
    conversation_id: Option<String>,
    #[serde(default)]
    call_id: Option<String>,
    #[serde(default, borrow)]
    event: Option<&'a RawValue>,
}

impl Line {
    /// A line of which only it itself is known yet: not what an answer answers, nor whose a call is.
    pub(crate) fn read(way: Way, text: String) -> Line {
        let parts = serde_json::from_str::<Parts<'_>>(&text).unwrap_or_default();
        let params = parts.params.map_or("null", RawValue::get);
        let address = serde_json::from_str::<Address<'_>>(params).unwrap_or_default();
        let method = parts.method.as_deref().unwrap_or_default().to_owned();
        let kind = match (way, method.as_str()) {
            (Way::ToHarness, methods::RESPONSES_API_CALL) => Kind::Call,
            (Way::ToHarness, methods::RESPONSES_API_CANCEL) => Kind::Cancel,
            (Way::ToServer, methods::RESPONSES_API_STARTED) => Kind::Started,
            (Way::ToServer, methods::RESPONSES_API_EVENT) => Kind::Event,
            (Way::ToHarness, "") => Kind::Answer,
            (Way::ToHarness, _) if parts.id.is_none() => Kind::Notification,
            _ => Kind::Other,
        };
        let payload = address.event.or(parts.params).or(parts.result).or(parts.error);
        let payload = payload.map_or(0..0, |part| place_of(part.get(), &text));
        let (call, conversation, id) = (address.call_id, address.conversation_id, parts.id);
        Line { way, kind, method, id, call, request: None, conversation, neighbour: None, payload, text }
    }

    /// What stands for the end of the server's output.
    pub(crate) fn end() -> Line {
        Line { kind: Kind::End, ..Line::read(Way::ToHarness, String::new()) }
    }

    /// The JSON that says what it says: an event, or params, or what an answer brings.
    pub(crate) fn payload(&self) -> &str {
        &self.text[self.payload.clone()]
    }

    /// The line with another payload, and everything else to the byte as it is.
    pub(crate) fn with_payload(&self, payload: &str) -> String {
        let Range { start, end } = self.payload;
        [&self.text[..start], payload, &self.text[end..]].concat()
    }

    /// An answer to the request that asked for its call.
    pub(crate) fn answer(&self, answer: &str) -> String {
        let id = self.request.as_ref().map(|id| to_raw(id).get().to_owned()).unwrap_or_default();
        format!(r#"{{"id":{id},{answer}}}"#)
    }

    /// The payload as a value, where it can be written again: no lone surrogates, no member twice.
    pub(crate) fn value(&self) -> Option<Value> {
        if has_twins(self.payload()) { None } else { serde_json::from_str(self.payload()).ok() }
    }

    /// Whether it brings an event of this type.
    pub(crate) fn is_event(&self, kind: &str) -> bool {
        #[derive(Deserialize)]
        struct Typed<'a> {
            #[serde(rename = "type", borrow)]
            kind: Cow<'a, str>,
        }
        self.kind == Kind::Event
            && serde_json::from_str::<Typed<'_>>(self.payload()).is_ok_and(|typed| typed.kind == kind)
    }

    /// Whether it brings an event of which a `ResponseEvent` is made at once.
    pub(crate) fn is_shown_event(&self) -> bool {
        self.kind == Kind::Event && ResponseStream::new().event(self.payload()).is_some()
    }

    /// Whether a `ResponseEvent` is made of the event it brings, at once or at the end.
    pub(crate) fn counts(&self) -> bool {
        self.is_shown_event() || self.is_event("response.completed") || self.is_event("response.failed")
    }

    /// Whether it is a head after which a stream of events follows.
    pub(crate) fn is_accepted_head(&self) -> bool {
        let status = self.value().and_then(|head| head["status"].as_u64());
        self.kind == Kind::Started && status.is_some_and(|status| status / 100 == 2)
    }

    /// Whether it is this notification of a conversation's: `task_complete`, say.
    pub(crate) fn tells(&self, event: &str) -> bool {
        self.kind == Kind::Notification && self.method.strip_prefix(methods::EVENT_PREFIX) == Some(event)
    }
}

/// Where a part of a text stands in it.
fn place_of(part: &str, text: &str) -> Range<usize> {
    let start = part.as_ptr() as usize - text.as_ptr() as usize;
    start..start + part.len()
}
