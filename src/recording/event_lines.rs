//! Events that were kept as lines of JSON: the framing of the stream was lost before they were stored.

use super::files::without_place;
use bytes::Bytes;
use serde::Deserialize;

/// A line that is no event.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct BadLine {
    /// Counted from 1.
    pub(super) line: usize,
    pub(super) problem: String,
}

/// Frames each line as the API does: `event: <type>`, `data: <the line>`, and a blank line. The JSON stays as it is.
pub(super) fn frame_events(text: &str) -> Result<Bytes, BadLine> {
    let mut body = String::with_capacity(text.len() * 5 / 4);
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        let kind = type_of(line).map_err(|problem| BadLine { line: index + 1, problem })?;
        body.push_str(&frame_event(&kind, line));
    }
    Ok(Bytes::from(body))
}

/// One event of this name and with this data, which is one line.
pub(super) fn frame_event(kind: &str, data: &str) -> String {
    format!("event: {kind}\ndata: {data}\n\n")
}

fn type_of(line: &str) -> Result<String, String> {
    #[derive(Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        kind: String,
    }
    if !line.trim_start().starts_with('{') {
        return Err("is no event: expected a JSON object".to_owned());
    }
    let Typed { kind } = serde_json::from_str(line)
        .map_err(|error| format!("is no event with a type: {}", without_place(&error)))?;
    if kind.contains(['\n', '\r']) {
        return Err(format!("has the type {kind:?}, and a line end cannot be part of an event's name"));
    }
    if line.contains('\r') {
        return Err("has a carriage return within, which would end the line of an event stream".to_owned());
    }
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_json_stays_as_it_is() {
        let lines = "{\"type\": \"a\", \"x\":1.0}\r\n\n{\"type\":\"b\"}";
        let body = "event: a\ndata: {\"type\": \"a\", \"x\":1.0}\n\nevent: b\ndata: {\"type\":\"b\"}\n\n";
        assert_eq!(frame_events(lines).unwrap(), body);
    }

    #[test]
    fn what_would_break_the_framing_is_refused() {
        for (line, says) in [
            ("[\"a\"]", "is no event"),
            ("{\"type\":\"a\\nb\"}", "event's name"),
            ("{\"type\":\r\"a\"}", "a carriage return"),
        ] {
            let bad = frame_events(&format!("{{\"type\":\"a\"}}\n{line}\n")).unwrap_err();
            assert_eq!(bad.line, 2);
            assert!(bad.problem.contains(says), "{}", bad.problem);
        }
    }
}
