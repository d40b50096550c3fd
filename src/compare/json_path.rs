//! Where two JSON values first differ.

use super::allowed_path::member;
use serde_json::Value;

/// The first place at which two values differ.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// Where: `$.params.msg.content[0].text`.
    pub path: String,
    /// What the left value has there.
    pub left: Option<Value>,
    /// What the right value has there.
    pub right: Option<Value>,
}

/// The first difference, in the left value's order; the members only the right one has come last.
///
/// Objects are compared by member, whatever the order of these; numbers by what they are written as, so that
/// `1` and `1.0` differ.
///
/// ```
/// use responses_parity::compare::first_difference;
/// use serde_json::json;
///
/// let difference = first_difference(&json!({"a": [1, 2]}), &json!({"a": [1, 3]})).unwrap();
/// assert_eq!(difference.path, "$.a[1]");
/// assert_eq!(first_difference(&json!({"a": 1, "b": 2}), &json!({"b": 2, "a": 1})), None);
/// ```
pub fn first_difference(left: &Value, right: &Value) -> Option<Difference> {
    differ("$", Some(left), Some(right))
}

fn differ(path: &str, left: Option<&Value>, right: Option<&Value>) -> Option<Difference> {
    match (left, right) {
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            let inside = left.iter().find_map(|(key, value)| {
                differ(&format!("{path}{}", member(key)), Some(value), right.get(key))
            });
            inside.or_else(|| {
                let (key, value) = right.iter().find(|(key, _)| !left.contains_key(*key))?;
                differ(&format!("{path}{}", member(key)), None, Some(value))
            })
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) => {
            let longest = left.len().max(right.len());
            (0..longest)
                .find_map(|index| differ(&format!("{path}[{index}]"), left.get(index), right.get(index)))
        }
        (left, right) if left == right => None,
        (left, right) => {
            Some(Difference { path: path.to_owned(), left: left.cloned(), right: right.cloned() })
        }
    }
}
