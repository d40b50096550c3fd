//! Events of the Responses API, as the tests need them.

use serde_json::{Value, json};

/// A body of server-sent events.
pub(crate) fn body(events: &[Value]) -> String {
    events.iter().map(|event| format!("data: {event}\n\n")).collect()
}

/// A whole answer: one message.
pub(crate) fn message(text: &str) -> Vec<Value> {
    vec![created(), message_done(text), completed()]
}

/// A whole answer: one function call.
pub(crate) fn call(name: &str, arguments: &str) -> Vec<Value> {
    let item = json!({ "type": "function_call", "call_id": "call_1", "name": name, "arguments": arguments });
    vec![created(), done(item), completed()]
}

pub(crate) fn created() -> Value {
    json!({ "type": "response.created", "response": { "id": "resp_1" } })
}

pub(crate) fn message_added() -> Value {
    let item = json!({ "type": "message", "id": "msg_1", "role": "assistant", "content": [] });
    json!({ "type": "response.output_item.added", "item": item })
}

pub(crate) fn delta(text: &str) -> Value {
    json!({ "type": "response.output_text.delta", "delta": text })
}

pub(crate) fn message_done(text: &str) -> Value {
    let content = json!([{ "type": "output_text", "text": text }]);
    done(json!({ "type": "message", "id": "msg_1", "role": "assistant", "content": content }))
}

pub(crate) fn completed() -> Value {
    let usage = json!({ "input_tokens": 10, "output_tokens": 5, "total_tokens": 15 });
    json!({ "type": "response.completed", "response": { "id": "resp_1", "usage": usage } })
}

fn done(item: Value) -> Value {
    json!({ "type": "response.output_item.done", "item": item })
}
