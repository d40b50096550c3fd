//! A JSON value, kept as its text.

use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// A JSON value as its text, without white space: a long conversation shows hundreds of thousands of them, and as a tree
/// each takes several times the memory.
///
/// Two are equal where they are the same value: neither the order of members nor the spelling of a string counts.
///
/// ```
/// use responses_parity::observe::JsonText;
/// use serde_json::json;
///
/// let text = JsonText::from(json!({"delta": "Hi", "n": 1}));
/// assert_eq!(text.as_str(), r#"{"delta":"Hi","n":1}"#);
/// assert_eq!(text, JsonText::from(json!({"n": 1, "delta": "Hi"})));
/// assert_eq!(text.value()["delta"], "Hi");
/// ```
#[derive(Clone, Debug)]
pub struct JsonText(Box<str>);

impl JsonText {
    /// Text that is known to be JSON without white space.
    pub(super) fn of_json(text: impl Into<Box<str>>) -> JsonText {
        JsonText(text.into())
    }

    /// The text. It is on one line.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The value itself.
    pub fn value(&self) -> Value {
        let mut reader = serde_json::Deserializer::from_str(&self.0);
        // It was a value before, or was read as one would be: it is not nested more deeply than that.
        reader.disable_recursion_limit();
        Value::deserialize(&mut reader).unwrap_or_else(|_| Value::from(&*self.0))
    }
}

impl From<Value> for JsonText {
    fn from(value: Value) -> JsonText {
        JsonText(value.to_string().into())
    }
}

impl PartialEq for JsonText {
    fn eq(&self, other: &JsonText) -> bool {
        self.0 == other.0 || self.value() == other.value()
    }
}

impl Serialize for JsonText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value().serialize(serializer)
    }
}
