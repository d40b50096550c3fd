//! The delegated path: the app-server asks its client to call the Responses API.
//!
//! `responsesApi/call` and `responsesApi/event` are as first published. Everything marked as an addition is
//! optional, so that a client that knows nothing of it still works.

use super::http::{Headers, is_success};
use super::jsonrpc::to_raw;
use super::methods;
use super::sse::one_line;
use super::v1::ConversationId;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// `responsesApi/call`: POST `body` to `url` and stream the answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CallParams {
    /// Whose turn it is for.
    pub conversation_id: ConversationId,
    /// Names the call in everything that follows.
    pub call_id: String,
    /// Where to.
    pub url: String,
    /// The request head, credentials excepted: those are the client's.
    pub headers: Headers,
    /// The request body, to be sent as these very bytes.
    #[cfg_attr(feature = "protocol-export", schemars(with = "serde_json::Value"), ts(type = "unknown"))]
    pub body: Box<RawValue>,
    /// Whether the answer is wanted as events. Always true today.
    pub stream: bool,
}

/// `responsesApi/started`, an addition: the response head arrived.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CallStarted {
    /// The call's.
    pub call_id: String,
    /// The HTTP status.
    pub status: u16,
    /// The response head.
    #[serde(default)]
    #[cfg_attr(feature = "protocol-export", ts(optional, as = "Option<_>"))]
    pub headers: Headers,
}

/// `responsesApi/event`: one event of the answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CallEvent {
    /// The call's.
    pub call_id: String,
    /// The JSON of the event's data, verbatim; data that is not JSON as a JSON string, so that nothing is lost.
    #[cfg_attr(feature = "protocol-export", schemars(with = "serde_json::Value"), ts(type = "unknown"))]
    pub event: Box<RawValue>,
}

impl CallEvent {
    /// The event as a delegate passes it on: its data as it is where it is JSON, on one line; anything else as a JSON
    /// string, so that the app-server sees that something came, and finds no more sense in it than on the direct path.
    ///
    /// ```
    /// use responses_parity::wire::CallEvent;
    ///
    /// assert_eq!(CallEvent::of_data("c1", "{\"n\":\n1.50}").event.get(), r#"{"n": 1.50}"#);
    /// assert_eq!(CallEvent::of_data("c1", "[DONE]").event.get(), r#""[DONE]""#);
    /// ```
    pub fn of_data(call_id: impl Into<String>, data: &str) -> CallEvent {
        // It must be JSON before it is on one line: what breaks a line in a string is none, and would become some.
        let json = serde_json::from_str::<&RawValue>(data).ok();
        let line = json.and_then(|json| RawValue::from_string(one_line(json.get()).into_owned()).ok());
        CallEvent { call_id: call_id.into(), event: line.unwrap_or_else(|| to_raw(data)) }
    }
}

/// A [`CallEvent`] as it stands in its line. There are very many of them, so that the line is read once and none of it
/// copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventLine<'a> {
    /// The call's.
    pub call_id: Cow<'a, str>,
    /// The JSON of the event's data, verbatim.
    pub event: &'a str,
}

impl<'a> EventLine<'a> {
    /// Reads a line, if it is a plain `responsesApi/event`. Anything else, be it unusual or wrong, is for
    /// [`Message::parse`](super::Message::parse) to read.
    ///
    /// ```
    /// use responses_parity::wire::EventLine;
    ///
    /// let line = r#"{"method":"responsesApi/event","params":{"callId":"c","event":{"type":"x"}}}"#;
    /// let read = EventLine::read(line).unwrap();
    /// assert_eq!((read.call_id.as_ref(), read.event), ("c", r#"{"type":"x"}"#));
    /// assert_eq!(EventLine::read(r#"{"method":"initialized"}"#), None);
    /// ```
    pub fn read(line: &'a str) -> Option<EventLine<'a>> {
        let line: PlainLine<'a> = serde_json::from_str(line).ok()?;
        let PlainParams { call_id, event } = line.params;
        (line.method == methods::RESPONSES_API_EVENT).then(|| EventLine { call_id, event: event.get() })
    }
}

/// What no plain line has is an error here, and so is what is there twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlainLine<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    params: PlainParams<'a>,
    #[serde(default, rename = "jsonrpc")]
    _version: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainParams<'a> {
    #[serde(borrow)]
    call_id: Cow<'a, str>,
    #[serde(borrow)]
    event: &'a RawValue,
}

/// `responsesApi/cancel`, an addition: the call's answer is no longer wanted.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CancelParams {
    /// The call's.
    pub call_id: String,
}

/// The answer to `responsesApi/call`: the HTTP exchange is over.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(feature = "protocol-export", ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct CallAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The upstream's name for the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// Beside a 2xx: how the stream broke. Beside any other status: the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "protocol-export", ts(type = "unknown"))]
    pub error: Option<Value>,
    /// An addition, for clients that do not send `started`: the response head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Headers>,
    /// An addition: what kind of fault `error` beside a 2xx is. `transport` where it is silent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_kind: Option<FaultKind>,
}

impl CallAnswer {
    /// `error` as text: a string as it is, anything else as its JSON.
    pub fn error_text(&self) -> Option<String> {
        match self.error.as_ref()? {
            Value::Null => None,
            Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    }

    /// How the stream broke, where the answer says that it did: an `error` beside a 2xx.
    pub fn fault(&self) -> Option<StreamFault> {
        let message = self.error_text().filter(|_| is_success(self.status))?;
        Some(StreamFault { kind: self.error_kind.unwrap_or_default(), message })
    }
}

/// What broke a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum FaultKind {
    /// The connection, or its framing.
    #[default]
    Transport,
    /// Bytes that are not UTF-8.
    Encoding,
}

/// A stream that broke after its head, in the words of whoever read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamFault {
    /// What broke.
    pub kind: FaultKind,
    /// How.
    pub message: String,
}

impl StreamFault {
    /// A connection that broke, in the words of whoever used it.
    ///
    /// ```
    /// use responses_parity::wire::{FaultKind, StreamFault};
    ///
    /// let fault = StreamFault::transport("connection reset");
    /// assert_eq!((fault.kind, fault.message.as_str()), (FaultKind::Transport, "connection reset"));
    /// ```
    pub fn transport(problem: impl ToString) -> StreamFault {
        StreamFault { kind: FaultKind::Transport, message: problem.to_string() }
    }
}
