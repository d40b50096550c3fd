//! Whether two texts are the same JSON.

use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Whether both say the same, whatever the spelling. Where numbers are floating point on one side, so that large
/// integers lose digits there, `as_floats` takes them as such on both.
pub(crate) fn same(left: &str, right: &str, as_floats: bool) -> bool {
    let (left, right) = (without_lone_surrogates(left), without_lone_surrogates(right));
    match (serde_json::from_str(&left), serde_json::from_str(&right)) {
        (Ok(left), Ok(right)) => same_values(&left, &right, as_floats),
        // Too deep to be parsed.
        _ => members(&left) == members(&right),
    }
}

fn same_values(left: &Value, right: &Value, as_floats: bool) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            // The Python client declares some integers to be floating point.
            let as_floats = as_floats || left.is_f64() || right.is_f64();
            left == right || (as_floats && left.as_f64() == right.as_f64())
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same_values(left, right, as_floats))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, left)| {
                    right.get(name).is_some_and(|right| same_values(left, right, as_floats))
                })
        }
        (left, right) => left == right,
    }
}

/// Halves of surrogate pairs stand alone in some recordings. JavaScript and Python keep them, strings of Rust cannot.
fn without_lone_surrogates(json: &str) -> Cow<'_, str> {
    if !json.contains("\\u") {
        return Cow::Borrowed(json);
    }
    let pattern = r"(?i)\\\\|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\u(d[89a-f][0-9a-f]{2})";
    let escapes = regex::Regex::new(pattern).unwrap();
    let replaced = escapes.replace_all(json, |found: &regex::Captures<'_>| match found.get(1) {
        Some(half) => format!("<half {}>", half.as_str().to_lowercase()),
        None => found[0].to_owned(),
    });
    Cow::Owned(replaced.into_owned())
}

/// The outermost members of an object as they are spelled, in any order, without white space between tokens.
fn members(json: &str) -> BTreeSet<String> {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    let mut members = vec![String::new()];
    for c in json.chars() {
        match c {
            c if c.is_ascii_whitespace() && !in_string => continue,
            '"' if !escaped => in_string = !in_string,
            '[' | '{' if !in_string => depth += 1,
            ']' | '}' if !in_string => depth -= 1,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
        match (c, members.last_mut()) {
            (',', _) if depth == 1 && !in_string => members.push(String::new()),
            ('{' | '}', _) if depth <= 1 && !in_string => {}
            (c, Some(member)) => member.push(c),
            (_, None) => {}
        }
    }
    members.into_iter().collect()
}

#[test]
fn spelling_does_not_matter_and_values_do() {
    assert!(same(r#"{"a":1,"b":"\u00e9"}"#, r#"{ "b" : "é", "a" : 1 }"#, false));
    assert!(same(r#"{"a":"\uD83D x"}"#, r#"{"a":"\ud83d x"}"#, false));
    assert!(!same(r#"{"a":"\ud83d"}"#, r#"{"a":"\ud83e"}"#, false));
    assert!(same("9007199254740993", "9007199254740992", true));
    for (left, right) in [
        ("9007199254740993", "9007199254740992"),
        ("1", "2"),
        ("[1]", "[1,2]"),
        ("{}", "[]"),
        ("{\"a\":1}", "{\"b\":1}"),
    ] {
        assert!(!same(left, right, false), "{left} {right}");
    }
    let deep = |inner: &str| ["[".repeat(200), inner.to_owned(), "]".repeat(200)].concat();
    let object = |first: &str, second: &str| format!("{{{first},{second}}}");
    let member = |inner: &str| format!("\"deep\":{}", deep(inner));
    assert!(same(
        &object(&member(" \"a, \\\" }b\""), "\"x\": 1"),
        &object("\"x\":1", &member("\"a, \\\" }b\"")),
        false
    ));
    assert!(!same(&object(&member("\"a b\""), "\"x\":1"), &object(&member("\"ab\""), "\"x\":1"), false));
    assert!(!same(&object(&member("1"), "\"x\":1"), &object(&member("1"), "\"x\":2"), false));
}
