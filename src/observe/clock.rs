//! What the clock, the system's process table and chance put into messages.

use serde_json::Value;
use std::borrow::Cow;

/// Members whose numbers are times or spans, as servers of both dialects call them. What the upstream sends under other
/// names stays as it is.
const TIMES: [&str; 12] = [
    "emittedAtMs",
    "startedAtMs",
    "completedAtMs",
    "startedAt",
    "completedAt",
    "createdAt",
    "updatedAt",
    "recencyAt",
    "durationMs",
    "create_time",
    "turn_started_at_unix_ms",
    "duration_seconds",
];

/// Whether a member with this key may be one [of the clock](is_of_the_clock).
pub(super) fn may_be_of_the_clock(key: &str) -> bool {
    TIMES.contains(&key) || ["duration", "processId"].contains(&key)
}

/// Whether a member says nothing but when, how long, or in which process.
pub(super) fn is_of_the_clock(key: &str, value: &Value) -> bool {
    match value {
        Value::Number(_) => TIMES.contains(&key),
        Value::Object(span) => key == "duration" && span.len() == 2 && span.contains_key("secs"),
        Value::String(_) => key == "processId",
        _ => false,
    }
}

/// The same inside of text: members of JSON in a string, and what the output of a command begins with.
pub(super) fn without_clock(text: Cow<'_, str>) -> Cow<'_, str> {
    // Most text is short and has none of it.
    if !text.contains(':') {
        return text;
    }
    let text =
        TIMES.iter().fold(text, |text, name| replace_after(text, &format!("\"{name}\":"), is_of_number));
    let text = replace_after(text, "Wall time: ", is_of_number);
    replace_after(text, "Chunk ID: ", |c| c.is_ascii_hexdigit())
}

fn is_of_number(c: char) -> bool {
    c.is_ascii_digit() || c == '.'
}

/// Replaces what follows each mark, for as long as it is of that kind.
fn replace_after<'t>(text: Cow<'t, str>, mark: &str, is_part: impl Fn(char) -> bool) -> Cow<'t, str> {
    if !text.contains(mark) {
        return text;
    }
    let mut pieces = text.split(mark);
    let mut replaced = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let rest = piece.trim_start_matches(&is_part);
        replaced.push_str(mark);
        replaced.push_str(if rest.len() < piece.len() { "<time>" } else { "" });
        replaced.push_str(rest);
    }
    Cow::Owned(replaced)
}
