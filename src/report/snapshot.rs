//! An observation as text for a snapshot: one entry a line, long things short.

use super::entry::{notification, short, take_if};
use super::excerpt::digest;
use crate::observe::{Channel, Observation, Observed, without_secrets};
use serde_json::{Map, Value};
use std::fmt::Write;

/// A channel with more entries than this is shown by its ends; the middle is a digest.
const FOLD_BEYOND: usize = 160;
/// How many entries stay at either end of it.
const ENDS: usize = 40;
/// A string longer than this is shown by its start; the rest is a digest.
const LONG_STRING: usize = 600;

/// The canonical text of an observation.
///
/// What an entry's label says already is not said again. What names the machine or the build (`user-agent`) is left
/// out, what is very long or very many is folded; a digest stands for everything folded, so that no change goes
/// unseen. Secrets are overwritten before that.
pub fn snapshot(observation: &Observation) -> String {
    text_of(observation, &Value::Null)
}

/// The same, without what a request has in common with the first one of another observation: what an app-server tells
/// the model every time (its instructions, its tools) is in one snapshot then, and not in all of them.
pub fn snapshot_beside(observation: &Observation, reference: &Observation) -> String {
    let first = reference.channel(Channel::Requests).first();
    text_of(observation, &first.map_or(Value::Null, |observed| observed.value.value()))
}

fn text_of(observation: &Observation, reference: &Value) -> String {
    let mut text = String::new();
    for channel in Channel::ALL {
        let entries = without_secrets(observation.channel(channel));
        let _ = writeln!(text, "{channel} ({})", entries.len());
        let lines: Vec<String> = entries
            .iter()
            .enumerate()
            .map(|(index, observed)| entry(channel, index, observed, reference))
            .collect();
        text.push_str(&folded(&lines));
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

fn entry(channel: Channel, index: usize, observed: &Observed, reference: &Value) -> String {
    let mut value = observed.value.value();
    if channel == Channel::Requests {
        leave_out_common(&mut value, reference);
        // Real servers write some members of a request in another order each time.
        value.sort_all_objects();
    }
    let value = presentable(value);
    let Value::Object(mut members) = value else {
        return line(index, &observed.label, &value.to_string());
    };
    match channel {
        Channel::Requests => return request(index, &observed.label, members),
        Channel::ResponseEvents | Channel::RawResponseItems => {
            take_if(&mut members, "type", &observed.label);
        }
        Channel::Notifications => {
            let label = short(&observed.label);
            let text = notification(&label, members);
            return line(index, &label, &text);
        }
        Channel::Outcome => {}
    }
    line(index, &observed.label, &Value::Object(members).to_string())
}

fn line(index: usize, label: &str, text: &str) -> String {
    let text = if text == "{}" { "" } else { text };
    format!("{:>4}  {}\n", index, format!("{label}  {text}").trim_end())
}

/// A request on several lines: its head, its body, and the items of its input one by one.
fn request(index: usize, label: &str, mut members: Map<String, Value>) -> String {
    let mut text = line(index, label, "");
    let body = members.get_mut("body").and_then(Value::as_object_mut);
    let input = body.and_then(|body| body.shift_remove("input"));
    for (name, value) in members.iter().filter(|(name, _)| !["method", "path"].contains(&name.as_str())) {
        let _ = writeln!(text, "      {name}  {value}");
    }
    let items = input.as_ref().and_then(Value::as_array).into_iter().flatten();
    for (number, item) in items.enumerate() {
        let _ = writeln!(text, "      input {number}  {item}");
    }
    text
}

/// Takes out of the head and the body of a request what is in those of the reference too. The input stays: it is what
/// the conversation is about.
fn leave_out_common(request: &mut Value, reference: &Value) {
    for part in ["headers", "body"] {
        let members = request.get_mut(part).and_then(Value::as_object_mut);
        let (Some(members), Some(common)) = (members, reference[part].as_object()) else { continue };
        let missing: Vec<_> = common.keys().filter(|key| !members.contains_key(*key)).cloned().collect();
        members.retain(|key, value| key == "input" || common.get(key) != Some(value));
        members.extend(missing.into_iter().map(|key| (key, Value::from("<absent>"))));
    }
}

fn folded(lines: &[String]) -> String {
    if lines.len() <= FOLD_BEYOND {
        return lines.concat();
    }
    let (start, rest) = lines.split_at(ENDS);
    let (middle, end) = rest.split_at(rest.len() - ENDS);
    let folded = format!("   …  {} more, digest {}\n", middle.len(), digest(&middle.concat()));
    [start.concat(), folded, end.concat()].concat()
}

fn presentable(value: Value) -> Value {
    match value {
        Value::String(text) if text.chars().count() > LONG_STRING => {
            let start: String = text.chars().take(60).collect();
            Value::String(format!("{start}… ({} characters, digest {})", text.chars().count(), digest(&text)))
        }
        Value::Array(values) => Value::Array(values.into_iter().map(presentable).collect()),
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| {
                let value =
                    if key == "user-agent" { Value::from("<user agent>") } else { presentable(value) };
                (key, value)
            });
            Value::Object(members.collect())
        }
        other => other,
    }
}
