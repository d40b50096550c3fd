//! JSON-RPC as app-servers speak it: one JSON object per line, without the `jsonrpc` member.

mod envelope;

use super::sse::one_line;
use envelope::Envelope;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fmt;

/// The error codes app-servers and their clients use.
pub mod codes {
    /// Unknown method, missing params, or a request out of turn; real app-servers (0.53.0) use it for all of these.
    pub const INVALID_REQUEST: i64 = -32600;
    /// The receiver has no such method. Harness and delegates answer it to requests they do not serve.
    pub const METHOD_NOT_FOUND: i64 = -32601;
    /// The delegate could not reach the upstream, or lost it before the response head.
    pub const TRANSPORT_FAILURE: i64 = -32000;
}

/// Names a request, so that its answer finds its way back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(untagged)]
pub enum RequestId {
    /// What most clients count with.
    Integer(i64),
    /// Allowed by JSON-RPC and by app-servers.
    String(String),
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestId::Integer(id) => write!(f, "{id}"),
            RequestId::String(id) => write!(f, "{id:?}"),
        }
    }
}

/// Why a request failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(feature = "protocol-export", ts(optional_fields))]
pub struct ErrorObject {
    /// One of [`codes`], or the peer's own.
    pub code: i64,
    /// For people.
    pub message: String,
    /// Whatever else the peer said; `null` is something.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "protocol-export", ts(type = "unknown"))]
    pub data: Option<Value>,
}

fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

/// One line of the conversation between an app-server and its client.
///
/// Payloads stay raw JSON text: whoever needs one parses it into the type it expects, once.
///
/// ```
/// use responses_parity::wire::{Message, RequestId};
///
/// let line = r#"{"id":7,"method":"getUserAgent","params":{}}"#;
/// let Message::Request { id, method, .. } = Message::parse(line)? else { panic!() };
/// assert_eq!((id, method.as_str()), (RequestId::Integer(7), "getUserAgent"));
/// # Ok::<(), responses_parity::wire::ParseError>(())
/// ```
#[derive(Clone, Debug)]
pub enum Message {
    /// Wants an answer.
    Request {
        /// Comes back in the answer.
        id: RequestId,
        /// What is asked for; see [`super::methods`].
        method: String,
        /// Its arguments, where it has any.
        params: Option<Box<RawValue>>,
    },
    /// Wants none.
    Notification {
        /// What happened; see [`super::methods`].
        method: String,
        /// The details, where there are any.
        params: Option<Box<RawValue>>,
    },
    /// A request succeeded.
    Response {
        /// The request's id.
        id: RequestId,
        /// What it brought.
        result: Box<RawValue>,
    },
    /// A request failed.
    Error {
        /// The request's id; `None` where the request could not be read.
        id: Option<RequestId>,
        /// Why. Boxed, for it is rare and much larger than everything else.
        error: Box<ErrorObject>,
    },
}

/// A line that is not a JSON-RPC message.
#[derive(Debug, thiserror::Error)]
#[error("{problem}")]
pub struct ParseError {
    /// What is wrong with it, for people.
    pub problem: String,
    /// The id it carries nevertheless, so that it can be answered with an error.
    pub id: Option<RequestId>,
}

impl Message {
    /// Reads one line, with or without its line end.
    ///
    /// # Errors
    /// [`ParseError`] if it is not JSON, or JSON that is none of the four kinds, or has a member twice; with the id,
    /// where it has one.
    pub fn parse(line: &str) -> Result<Message, ParseError> {
        Message::parse_with_extra(line).map(|(message, _)| message)
    }

    /// The same, and the members of the envelope, and of an error, that a message has no room for. None of these are `jsonrpc`, if it is
    /// `"2.0"`, and the `emittedAtMs` of the v2 dialect, if it is a number.
    ///
    /// ```
    /// use responses_parity::wire::Message;
    ///
    /// let (_, extra) = Message::parse_with_extra(r#"{"jsonrpc":"2.0","method":"m","trace":7}"#)?;
    /// assert_eq!(serde_json::to_string(&extra)?, r#"{"trace":7}"#);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`parse`](Message::parse).
    pub fn parse_with_extra(line: &str) -> Result<(Message, BTreeMap<String, Value>), ParseError> {
        let mut envelope: Envelope = serde_json::from_str(line).map_err(|error| unreadable(line, &error))?;
        let extra = envelope.take_extra();
        Ok((envelope.into_message()?, extra))
    }

    /// A request with its params serialised.
    ///
    /// # Panics
    /// If `params` cannot be written as JSON, which the types of this crate always can.
    pub fn request(id: RequestId, method: &str, params: &impl Serialize) -> Message {
        Message::Request { id, method: method.to_owned(), params: Some(to_raw(params)) }
    }

    /// A notification with its params serialised.
    ///
    /// # Panics
    /// If `params` cannot be written as JSON, which the types of this crate always can.
    pub fn notification(method: &str, params: &impl Serialize) -> Message {
        Message::Notification { method: method.to_owned(), params: Some(to_raw(params)) }
    }

    /// A successful answer with its result serialised.
    ///
    /// # Panics
    /// If `result` cannot be written as JSON, which the types of this crate always can.
    pub fn response(id: RequestId, result: &impl Serialize) -> Message {
        Message::Response { id, result: to_raw(result) }
    }

    /// An answer that says no.
    pub fn error(id: Option<RequestId>, code: i64, message: impl Into<String>) -> Message {
        let error = ErrorObject { code, message: message.into(), data: None };
        Message::Error { id, error: Box::new(error) }
    }

    /// The message as one line, without its line end; what it carries may have been written over several.
    pub fn to_line(&self) -> String {
        one_line(to_raw(self).get()).into_owned()
    }
}

impl Serialize for Message {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        match self {
            Message::Request { id, method, params } => {
                map.serialize_entry("id", id)?;
                map.serialize_entry("method", method)?;
                serialize_params(&mut map, params.as_deref())?;
            }
            Message::Notification { method, params } => {
                map.serialize_entry("method", method)?;
                serialize_params(&mut map, params.as_deref())?;
            }
            Message::Response { id, result } => {
                map.serialize_entry("id", id)?;
                map.serialize_entry("result", result)?;
            }
            Message::Error { id, error } => {
                map.serialize_entry("error", error)?;
                map.serialize_entry("id", id)?;
            }
        }
        map.end()
    }
}

/// A value as the raw JSON text in which messages carry their payloads.
///
/// # Panics
/// If the value cannot be written as JSON; the types of this crate always can.
pub fn to_raw(value: &(impl Serialize + ?Sized)) -> Box<RawValue> {
    serde_json::value::to_raw_value(value).expect("a wire type has string keys and no failing serializer")
}

fn serialize_params<M: serde::ser::SerializeMap>(
    map: &mut M,
    params: Option<&RawValue>,
) -> Result<(), M::Error> {
    match params {
        Some(params) => map.serialize_entry("params", params),
        None => Ok(()),
    }
}

fn unreadable(line: &str, error: &serde_json::Error) -> ParseError {
    #[derive(Deserialize)]
    struct OnlyId {
        id: RequestId,
    }
    // An array would do for a struct, its first element for the first member.
    let object = Some(line).filter(|line| line.trim_start().starts_with('{'));
    let id = object.and_then(|line| serde_json::from_str::<OnlyId>(line).ok()).map(|found| found.id);
    let problem = match error.classify() {
        serde_json::error::Category::Data => format!("JSON, but not a JSON-RPC message: {error}"),
        _ => format!("not JSON: {error}"),
    };
    ParseError { problem, id }
}
