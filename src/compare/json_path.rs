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
    first_difference_shown([left, right], [left, right])
}

/// The first difference of two values, with what two others have there, which may be shown to anybody.
pub(super) fn first_difference_shown(values: [&Value; 2], shown: [&Value; 2]) -> Option<Difference> {
    let [left, right] = values.map(Some);
    differ("$", left, right, shown.map(Some))
}

type Shown<'a> = [Option<&'a Value>; 2];

fn differ(path: &str, left: Option<&Value>, right: Option<&Value>, shown: Shown<'_>) -> Option<Difference> {
    match (left, right) {
        (Some(Value::Object(left)), Some(Value::Object(right))) => {
            let at_key = |key: &String, left, right| {
                differ(&format!("{path}{}", member(key)), left, right, shown.map(|shown| shown?.get(key)))
            };
            let inside = left.iter().find_map(|(key, value)| at_key(key, Some(value), right.get(key)));
            inside.or_else(|| {
                let (key, value) = right.iter().find(|(key, _)| !left.contains_key(*key))?;
                at_key(key, None, Some(value))
            })
        }
        (Some(Value::Array(left)), Some(Value::Array(right))) => {
            let longest = left.len().max(right.len());
            let at_index = |index: usize| {
                let path = format!("{path}[{index}]");
                differ(&path, left.get(index), right.get(index), shown.map(|shown| shown?.get(index)))
            };
            (0..longest).find_map(at_index)
        }
        (left, right) if left == right => None,
        _ => {
            let [left, right] = shown.map(|shown| shown.cloned());
            Some(Difference { path: path.to_owned(), left, right })
        }
    }
}
