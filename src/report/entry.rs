//! An entry of a channel without what its label and its channel say already.

use crate::observe::{Channel, Observed};
use serde_json::{Map, Value};

/// What is left to say of an entry, on one line; empty where that is nothing.
pub(super) fn said(channel: Channel, observed: &Observed) -> String {
    let Value::Object(mut members) = observed.value.value() else {
        return observed.value.as_str().to_owned();
    };
    let label = short(&observed.label);
    let text = match channel {
        Channel::Notifications => notification(&label, members),
        _ => {
            take_if(&mut members, "type", &observed.label);
            if channel == Channel::Requests {
                // The label says these.
                members.shift_remove("method");
                members.shift_remove("path");
            }
            Value::Object(members).to_string()
        }
    };
    if text == "{}" { String::new() } else { text }
}

/// What every notification of the conversation says alike is left out; whatever is different stays.
pub(super) fn notification(label: &str, mut members: Map<String, Value>) -> String {
    for said_by_the_label in ["method", "number"] {
        members.shift_remove(said_by_the_label);
    }
    let Some(Value::Object(mut params)) = members.shift_remove("params") else {
        return Value::Object(members).to_string();
    };
    take_if(&mut params, "conversationId", "<conversation>");
    if let Some(Value::Object(msg)) = params.get_mut("msg") {
        take_if(msg, "type", label.split(' ').next().unwrap_or_default());
        take_if(msg, "thread_id", "<conversation>");
        if msg.is_empty() {
            params.shift_remove("msg");
        }
    }
    members.append(&mut params);
    Value::Object(members).to_string()
}

/// The events of a conversation without their common prefix.
pub(super) fn short(label: &str) -> String {
    label.replacen(crate::wire::methods::EVENT_PREFIX, "", 1)
}

pub(super) fn take_if(members: &mut Map<String, Value>, key: &str, value: &str) {
    if members.get(key).and_then(Value::as_str) == Some(value) {
        // Keeps the order of the rest, which `remove` does not.
        members.shift_remove(key);
    }
}
