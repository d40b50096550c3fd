//! One line, taken apart in one pass: no member is lost, and none may be there twice.

use super::{ErrorObject, Message, ParseError, RequestId};
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;

/// A line, taken apart. A member with the value `null` is there: `Some(None)`.
#[derive(Default)]
pub(super) struct Envelope {
    id: Option<Option<RequestId>>,
    method: Option<Option<String>>,
    params: Option<Option<Box<RawValue>>>,
    /// Of these, `null` is one.
    result: Option<Box<RawValue>>,
    error: Option<Option<Failure>>,
    /// Kept apart from the others: many peers send them, and then with every message.
    jsonrpc: Option<Value>,
    emitted_at: Option<Value>,
    others: BTreeMap<String, Value>,
}

/// An error, and what it says that errors have no room for.
#[derive(Deserialize)]
struct Failure {
    #[serde(flatten)]
    error: ErrorObject,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

/// The name of a member.
#[derive(Deserialize)]
#[serde(field_identifier, rename_all = "lowercase")]
enum Member {
    Id,
    Method,
    Params,
    Result,
    Error,
    JsonRpc,
    #[serde(rename = "emittedAtMs")]
    EmittedAt,
    Other(String),
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Envelope, D::Error> {
        deserializer.deserialize_map(EnvelopeVisitor)
    }
}

struct EnvelopeVisitor;

impl<'de> Visitor<'de> for EnvelopeVisitor {
    type Value = Envelope;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Envelope, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(member) = members.next_key()? {
            match member {
                Member::Id => fill(&mut envelope.id, "id", &mut members)?,
                Member::Method => fill(&mut envelope.method, "method", &mut members)?,
                Member::Params => fill(&mut envelope.params, "params", &mut members)?,
                Member::Result => fill(&mut envelope.result, "result", &mut members)?,
                Member::Error => fill(&mut envelope.error, "error", &mut members)?,
                Member::JsonRpc => fill(&mut envelope.jsonrpc, "jsonrpc", &mut members)?,
                Member::EmittedAt => fill(&mut envelope.emitted_at, "emittedAtMs", &mut members)?,
                Member::Other(name) => envelope.add(name, &mut members)?,
            }
        }
        Ok(envelope)
    }
}

fn fill<'de, T: Deserialize<'de>, A: MapAccess<'de>>(
    place: &mut Option<T>,
    name: &str,
    members: &mut A,
) -> Result<(), A::Error> {
    match place.replace(members.next_value()?) {
        None => Ok(()),
        Some(_) => Err(twice(name)),
    }
}

fn twice<E: serde::de::Error>(name: &str) -> E {
    E::custom(format_args!("the member {name:?} is there twice"))
}

impl Envelope {
    fn add<'de, A: MapAccess<'de>>(&mut self, name: String, members: &mut A) -> Result<(), A::Error> {
        match self.others.entry(name) {
            Entry::Vacant(place) => {
                place.insert(members.next_value()?);
                Ok(())
            }
            Entry::Occupied(place) => Err(twice(place.key())),
        }
    }

    /// What the message has no room for.
    pub(super) fn take_extra(&mut self) -> BTreeMap<String, Value> {
        let mut extra = std::mem::take(&mut self.others);
        let mut add = |name: &str, value| extra.insert(name.to_owned(), value);
        if let Some(version) = self.jsonrpc.take_if(|version| *version != "2.0") {
            add("jsonrpc", version);
        }
        if let Some(time) = self.emitted_at.take_if(|time| !time.is_number()) {
            add("emittedAtMs", time);
        }
        let of_error = self.error.iter_mut().flatten().map(|failure| std::mem::take(&mut failure.others));
        if let Some(others) = of_error.into_iter().find(|others| !others.is_empty()) {
            add("error", json!(others));
        }
        let has_method = matches!(self.method, Some(Some(_)));
        let nulls = [
            // An error answer may well have no id, and a request no params.
            ("id", self.id == Some(None) && !matches!(self.error, Some(Some(_)))),
            ("method", self.method == Some(None)),
            ("params", matches!(self.params, Some(None)) && !has_method),
            ("error", matches!(self.error, Some(None))),
        ];
        for (name, _) in nulls.into_iter().filter(|(_, is_null)| *is_null) {
            add(name, Value::Null);
        }
        extra
    }

    pub(super) fn into_message(self) -> Result<Message, ParseError> {
        let id = self.id.flatten();
        let params = self.params.flatten();
        let problem = match (self.method.flatten(), self.result, self.error.flatten()) {
            (Some(method), None, None) => return Ok(asking(id, method, params)),
            (Some(_), _, _) => "a method together with a result or an error",
            (None, Some(_), Some(_)) => "an answer with both a result and an error",
            (None, None, None) => "neither a method nor a result nor an error",
            (None, _, _) if params.is_some() => "an answer with params",
            (None, None, Some(Failure { error, .. })) => {
                return Ok(Message::Error { id, error: Box::new(error) });
            }
            (None, Some(result), None) => match id {
                Some(id) => return Ok(Message::Response { id, result }),
                None => "a result without an id",
            },
        };
        Err(ParseError { problem: problem.to_owned(), id })
    }
}

fn asking(id: Option<RequestId>, method: String, params: Option<Box<RawValue>>) -> Message {
    match id {
        Some(id) => Message::Request { id, method, params },
        None => Message::Notification { method, params },
    }
}
