//! What a server showed, as lines that two servers can be compared by.

use responses_parity::observe::{Channel, Observation, Observed};
use responses_parity::wire::methods;
use serde_json::{Value, json};

/// A string longer than this is given by its length and both its ends.
const LONG_STRING: usize = 300;
/// A run of lines longer than this is given by both its ends.
const LONG_RUN: usize = 120;
const ENDS: usize = 30;

/// The history each request carries, raw items, notifications, and how each turn ended.
///
/// Left out is what is the server's own affair: its instructions, tools and user agent, what it calls its rollout
/// file, and the bundled server's `response_event`.
pub(crate) fn text(observation: &Observation) -> String {
    let lines = [Channel::Requests, Channel::RawResponseItems, Channel::Notifications, Channel::Outcome]
        .map(|channel| section(channel, observation.channel(channel)));
    lines.concat()
}

fn section(channel: Channel, entries: &[Observed]) -> String {
    let lines: Vec<String> = entries.iter().filter_map(|observed| line(channel, observed)).collect();
    let mut text = format!("== {channel}\n");
    if lines.len() <= LONG_RUN {
        text.extend(lines);
    } else {
        text.extend(lines[..ENDS].iter().cloned());
        text.push_str(&format!("… {} more …\n", lines.len() - 2 * ENDS));
        text.extend(lines[lines.len() - ENDS..].iter().cloned());
    }
    text
}

fn line(channel: Channel, observed: &Observed) -> Option<String> {
    let value = observed.value.value();
    let value = match channel {
        Channel::Requests => request(&value),
        Channel::Outcome if value.get("turn").is_none() => return None,
        _ if value["method"] == methods::RESPONSE_EVENT => return None,
        _ => value,
    };
    Some(format!("{}\n", short(value)))
}

fn request(request: &Value) -> Value {
    let of_body = |key: &str| request["body"].get(key).cloned().unwrap_or(Value::Null);
    json!({
        "method": request["method"],
        "path": request["path"],
        "retry": request["retry"],
        "model": of_body("model"),
        "store": of_body("store"),
        "stream": of_body("stream"),
        "prompt_cache_key": of_body("prompt_cache_key"),
        "input": of_body("input"),
    })
}

fn short(value: Value) -> Value {
    match value {
        Value::String(text) if text.chars().count() > LONG_STRING => {
            let (start, end): (String, String) =
                (text.chars().take(80).collect(), text.chars().skip(text.chars().count() - 80).collect());
            json!(format!("{start} … {} characters … {end}", text.chars().count()))
        }
        Value::Array(values) => values.into_iter().map(short).collect(),
        Value::Object(members) => members.into_iter().map(|(key, value)| (key, short(value))).collect(),
        other => other,
    }
}
