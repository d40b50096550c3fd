//! Streams out of a grammar of the events: a response that is created, has items, and ends in some way.

use super::dice::Dice;
use super::items::item;
use super::words::{name, text};
use serde_json::{Value, json};

/// A body in the plainest framing: an event's data on a line, and a blank line.
pub(super) fn body(dice: &mut Dice) -> Vec<u8> {
    let named = dice.once_in(2);
    let escaped = dice.once_in(4);
    let mut body = String::new();
    for event in events(dice) {
        if let Some(kind) = event["type"].as_str().filter(|_| named) {
            body.push_str(&format!("event: {kind}\n"));
        }
        let json = event.to_string();
        let json = if escaped { in_ascii(&json) } else { json };
        body.push_str(&format!("data: {json}\n\n"));
    }
    body.into_bytes()
}

fn events(dice: &mut Dice) -> Vec<Value> {
    let response =
        json!({ "id": name(dice, "resp"), "object": "response", "status": "in_progress", "output": [] });
    let mut events = Vec::new();
    if !dice.once_in(12) {
        events.push(json!({ "type": "response.created", "response": response }));
    }
    if dice.once_in(3) {
        events.push(json!({ "type": "response.in_progress", "response": response }));
    }
    let count = dice.below(5);
    let items: Vec<Vec<Value>> = (0..count).map(|index| item(dice, index)).collect();
    if dice.once_in(5) {
        events.extend(interleaved(dice, items));
    } else {
        events.extend(items.into_iter().flatten());
    }
    events.extend(ending(dice));
    if dice.once_in(2) {
        number(&mut events);
    }
    events
}

/// Each item's events in their order, but those of several mixed.
fn interleaved(dice: &mut Dice, items: Vec<Vec<Value>>) -> Vec<Value> {
    let mut waiting: Vec<_> = items.into_iter().map(Vec::into_iter).collect();
    let mut mixed = Vec::new();
    while !waiting.is_empty() {
        let one = dice.below(waiting.len());
        match waiting[one].next() {
            Some(event) => mixed.push(event),
            None => drop(waiting.remove(one)),
        }
    }
    mixed
}

fn ending(dice: &mut Dice) -> Vec<Value> {
    let completed = |dice: &mut Dice| {
        let response = json!({ "id": name(dice, "resp"), "status": "completed", "usage": usage(dice) });
        json!({ "type": "response.completed", "response": response })
    };
    match dice.below(16) {
        0 => vec![],
        1 => vec![failed(dice)],
        2 => vec![failed(dice), completed(dice)],
        3 => vec![completed(dice), failed(dice)],
        4 => vec![json!({
            "type": "response.incomplete",
            "response": { "id": name(dice, "resp"), "incomplete_details": { "reason": "max_output_tokens" } },
        })],
        5 => vec![json!({ "type": "error", "code": "server_error", "message": text(dice), "param": null })],
        6 => [vec![completed(dice)], item(dice, 9)].concat(),
        _ => vec![completed(dice)],
    }
}

fn failed(dice: &mut Dice) -> Value {
    let codes = [
        "server_error",
        "rate_limit_exceeded",
        "context_length_exceeded",
        "insufficient_quota",
        "invalid_prompt",
        "",
    ];
    let error = match dice.below(6) {
        0 => Value::Null,
        1 => json!({ "message": text(dice) }),
        2 => json!({ "code": 7, "message": [] }),
        _ => json!({ "code": dice.pick(&codes), "message": text(dice) }),
    };
    json!({ "type": "response.failed", "response": { "id": name(dice, "resp"), "status": "failed", "error": error } })
}

fn usage(dice: &mut Dice) -> Value {
    let tokens = |dice: &mut Dice| match dice.below(12) {
        0 => json!(i64::MAX),
        1 => json!(-1),
        2 => json!(1.5),
        3 => json!("12"),
        _ => json!(dice.below(100_000)),
    };
    match dice.below(6) {
        0 => Value::Null,
        1 => {
            json!({ "input_tokens": tokens(dice), "output_tokens": tokens(dice), "total_tokens": tokens(dice) })
        }
        _ => json!({
            "input_tokens": dice.below(1000), "input_tokens_details": { "cached_tokens": tokens(dice) },
            "output_tokens": dice.below(1000), "output_tokens_details": { "reasoning_tokens": tokens(dice) },
            "total_tokens": tokens(dice),
        }),
    }
}

fn number(events: &mut [Value]) {
    for (number, event) in events.iter_mut().enumerate() {
        event["sequence_number"] = json!(number);
    }
}

/// The same JSON with every character beyond ASCII escaped, as some writers do it. Such stand in strings alone.
fn in_ascii(json: &str) -> String {
    let mut escaped = String::with_capacity(json.len());
    for c in json.chars() {
        if c.is_ascii() {
            escaped.push(c);
        } else {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    escaped
}
