//! Lines of JSON-RPC: none of them ends anything but itself, and what is read is all that the line says.

#![no_main]

use libfuzzer_sys::fuzz_target;
use responses_parity::session::Entry;
use responses_parity::wire::{CallAnswer, Dialect, Message, ParseError};
use responses_parity_fuzz::members;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

fuzz_target!(|lines: &[u8]| {
    for line in String::from_utf8_lossy(lines).lines() {
        match Message::parse_with_extra(line) {
            Ok((message, extra)) => {
                assert_verbatim(line, &message);
                assert_reads_equal(&message);
                assert_nothing_lost(line, &message, &extra);
                assert_kept_whole(line, &message);
                understand(&message);
            }
            Err(error) => assert_answerable(line, &error),
        }
    }
});

/// What is passed on is the text that was received.
fn assert_verbatim(line: &str, message: &Message) {
    let payload = match message {
        Message::Request { params, .. } | Message::Notification { params, .. } => params.as_deref(),
        Message::Response { result, .. } => Some(&**result),
        Message::Error { .. } => None,
    };
    let text = payload.map_or("", |payload| payload.get());
    assert!(line.contains(text), "{text:?} stands in the line");
}

/// A message that is written is one line, and read again the same message.
fn assert_reads_equal(message: &Message) {
    let line = message.to_line();
    assert!(!line.contains(['\n', '\r']), "one line: {line:?}");
    let (again, extra) = Message::parse_with_extra(&line).expect("what is written can be read");
    assert_eq!(again.to_line(), line);
    assert_eq!(std::mem::discriminant(&again), std::mem::discriminant(message));
    assert!(extra.is_empty(), "nothing is written that a message has no room for: {extra:?}");
}

/// Each member of the line is in the message, or beside it; but for what each message may say of its envelope.
fn assert_nothing_lost(line: &str, message: &Message, extra: &BTreeMap<String, Value>) {
    let Some(line) = members(line) else { return };
    let written = members(&message.to_line()).expect("a message is an object");
    for (name, value) in &line {
        let of_the_envelope = match name.as_str() {
            "jsonrpc" => *value == "2.0",
            "emittedAtMs" => value.is_number(),
            // Null says no more than its absence: an error need not say whose it is, nor a method have params.
            "id" | "params" => value.is_null(),
            _ => false,
        };
        let kept = match (written.get(name), extra.get(name)) {
            (Some(kept), None) | (None, Some(kept)) => kept == value,
            (Some(kept), Some(beside)) => together(kept, beside) == *value,
            (None, None) => false,
        };
        assert!(kept || of_the_envelope, "{name:?} is lost");
    }
    let names = |members: &BTreeMap<String, Value>| members.keys().cloned().collect::<BTreeSet<_>>();
    assert!(names(extra).is_subset(&names(&line)), "nothing is made up");
}

/// An error, and the members of it that stand beside it.
fn together(error: &Value, beside: &Value) -> Value {
    let members = [error, beside].into_iter().filter_map(Value::as_object).flatten();
    Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// A transcript has the very line.
fn assert_kept_whole(line: &str, message: &Message) {
    let entry = Entry::received(Duration::ZERO, line).expect("it was read before");
    assert_eq!(entry.line(), line);
    assert_eq!(entry.message.to_line(), message.to_line());
    assert!(!entry.label().is_empty());
}

/// What is made of a message later, whatever it says.
fn understand(message: &Message) {
    if let Message::Notification { method, params } | Message::Request { method, params, .. } = message {
        for dialect in [Dialect::V1, Dialect::V2] {
            let _ = dialect.meaning(method, params.as_deref());
        }
    }
    if let Message::Response { result, .. } = message {
        let answer = serde_json::from_str::<CallAnswer>(result.get());
        let _ = answer.map(|answer| (answer.fault(), answer.error_text()));
    }
}

/// Whoever asked is told what is wrong.
fn assert_answerable(line: &str, error: &ParseError) {
    assert!(!error.problem.is_empty());
    let Some(id) = &error.id else { return };
    assert!(line.trim_start().starts_with('{'), "only objects have an id");
    // Where something else in the line is no value, it is no object that could be compared with.
    if let Some(line) = members(line) {
        assert_eq!(line.get("id"), Some(&json!(id)), "it is the id of the line");
    }
}
