//! The mapping with which the original test-suite's app-server began: an owned struct, with a value wherever an event
//! holds an object.

use responses_parity::wire::{ResponseEvent, ResponseItem};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct OwnedEvent {
    r#type: String,
    response: Option<Value>,
    item: Option<Value>,
    delta: Option<String>,
}

/// What an event's data means.
pub fn event_of_text(data: &str) -> Option<ResponseEvent> {
    let event: OwnedEvent = serde_json::from_str(data).ok()?;
    mapped(&event.r#type, event.response, event.item, event.delta)
}

/// What an event means that has been parsed already.
pub fn event_of_value(mut event: Value) -> Option<ResponseEvent> {
    let kind = event.get_mut("type")?.take();
    let mut member = |name: &str| event.get_mut(name).map(Value::take);
    let (response, item) = (member("response"), member("item"));
    let delta = match member("delta") {
        Some(Value::String(delta)) => Some(delta),
        _ => None,
    };
    mapped(kind.as_str()?, response, item, delta)
}

fn mapped(
    kind: &str,
    response: Option<Value>,
    item: Option<Value>,
    delta: Option<String>,
) -> Option<ResponseEvent> {
    let item = || serde_json::from_value::<ResponseItem>(item?).ok();
    match kind {
        "response.created" => response.map(|_| ResponseEvent::Created),
        "response.output_item.added" => item().map(|item| ResponseEvent::OutputItemAdded { item }),
        "response.output_item.done" => item().map(|item| ResponseEvent::OutputItemDone { item }),
        "response.output_text.delta" => delta.map(|delta| ResponseEvent::OutputTextDelta { delta }),
        "response.completed" => {
            let response_id = response?.get("id")?.as_str()?.to_owned();
            Some(ResponseEvent::Completed { response_id, token_usage: None })
        }
        _ => None,
    }
}
