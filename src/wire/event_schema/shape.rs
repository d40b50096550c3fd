//! Members of JSON objects, and what is wrong with them.

use serde_json::{Map, Value};
use std::fmt;

/// The type of a JSON value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonType {
    /// A string.
    Text,
    /// A number without a fraction.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Flag,
    /// An object.
    Object,
    /// An array.
    List,
    /// Whatever: the API's reference says no more, or allows several.
    Anything,
}

impl JsonType {
    /// Whether a value is of this type.
    fn holds(self, value: &Value) -> bool {
        match self {
            JsonType::Text => value.is_string(),
            JsonType::Integer => value.is_i64() || value.is_u64(),
            JsonType::Number => value.is_number(),
            JsonType::Flag => value.is_boolean(),
            JsonType::Object => value.is_object(),
            JsonType::List => value.is_array(),
            JsonType::Anything => true,
        }
    }
}

impl fmt::Display for JsonType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            JsonType::Text => "a string",
            JsonType::Integer => "an integer",
            JsonType::Number => "a number",
            JsonType::Flag => "true or false",
            JsonType::Object => "an object",
            JsonType::List => "an array",
            JsonType::Anything => "anything",
        })
    }
}

/// One member of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub json: JsonType,
    /// Whether it is always there.
    pub required: bool,
    /// Whether it may be `null`.
    pub nullable: bool,
}

impl Member {
    const fn new(name: &'static str, json: JsonType) -> Member {
        Member { name, json, required: true, nullable: false }
    }

    /// That may be missing.
    pub(super) const fn optional(self) -> Member {
        Member { required: false, ..self }
    }

    /// That may be `null`, or missing.
    pub(super) const fn nullable(self) -> Member {
        Member { required: false, nullable: true, ..self }
    }
}

pub(super) const fn text(name: &'static str) -> Member {
    Member::new(name, JsonType::Text)
}

pub(super) const fn integer(name: &'static str) -> Member {
    Member::new(name, JsonType::Integer)
}

pub(super) const fn number(name: &'static str) -> Member {
    Member::new(name, JsonType::Number)
}

pub(super) const fn flag(name: &'static str) -> Member {
    Member::new(name, JsonType::Flag)
}

pub(super) const fn object(name: &'static str) -> Member {
    Member::new(name, JsonType::Object)
}

pub(super) const fn list(name: &'static str) -> Member {
    Member::new(name, JsonType::List)
}

pub(super) const fn anything(name: &'static str) -> Member {
    Member::new(name, JsonType::Anything)
}

/// A member that is not as it should be. `Display` says how, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongMember {
    /// Its name.
    pub name: &'static str,
    /// The type it should have.
    pub expected: JsonType,
    /// What it is instead; `None` where it is missing.
    pub got: Option<&'static str>,
}

impl fmt::Display for WrongMember {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let WrongMember { name, expected, got } = self;
        match got {
            None => write!(f, "`{name}` is missing (expected {expected})"),
            Some(got) => write!(f, "`{name}` is {got} (expected {expected})"),
        }
    }
}

/// The members of an object that are missing or of another type. Members that nobody mentions are fine: the API adds
/// some every month.
///
/// ```
/// use responses_parity::wire::event_schema::{event_type, wrong_members};
///
/// let event = serde_json::json!({"type": "response.output_text.delta", "output_index": "0", "content_index": 0,
///                                "item_id": "msg_1"});
/// let known = event_type("response.output_text.delta").expect("a type there is");
/// let wrong = wrong_members(known.members(), event.as_object().expect("an object"));
/// let wrong: Vec<String> = wrong.iter().map(ToString::to_string).collect();
/// assert_eq!(wrong, ["`output_index` is a string (expected an integer)", "`delta` is missing (expected a string)"]);
/// ```
pub fn wrong_members<'a>(
    members: impl IntoIterator<Item = &'a Member>,
    of: &Map<String, Value>,
) -> Vec<WrongMember> {
    members.into_iter().filter_map(|member| wrong(member, of.get(member.name))).collect()
}

fn wrong(member: &Member, value: Option<&Value>) -> Option<WrongMember> {
    let fine = match value {
        None => !member.required,
        Some(Value::Null) => member.nullable || member.json == JsonType::Anything,
        Some(value) => member.json.holds(value),
    };
    (!fine).then(|| WrongMember { name: member.name, expected: member.json, got: value.map(type_of) })
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(number) if number.is_f64() => "a number with a fraction",
        Value::Number(_) => "an integer",
        Value::String(_) => "a string",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
