//! A stream made of a text.

use crate::recording::{Delivery, Exchange, Framing, Piece};
use crate::wire::event_boundaries;
use serde_json::{Value, json};
use std::time::Duration;

const RESPONSE: &str = "resp_made";
const MESSAGE: &str = "msg_made";

/// The exchange by which an API says `text`: the message is announced, comes word by word, each event a piece of its
/// own, and is completed.
///
/// ```
/// use responses_parity::exec::stream_of;
///
/// let exchange = stream_of("Hello there");
/// let deltas = exchange.body.windows(5).filter(|window| window == b"delta").count();
/// assert!(deltas >= 2);
/// ```
pub fn stream_of(text: &str) -> Exchange {
    let body: String = events_of(text).iter().map(frame).collect();
    let pieces = event_boundaries(body.as_bytes());
    let pieces = pieces.into_iter().map(|end| Piece { at: Duration::ZERO, end }).collect();
    let delivery = Delivery { framing: Framing::Chunked, pieces, ..Delivery::default() };
    Exchange { delivery, ..Exchange::stream(body) }
}

fn events_of(text: &str) -> Vec<Value> {
    let message = |status: &str, content: Value| json!({ "type": "message", "id": MESSAGE, "role": "assistant", "status": status, "content": content });
    let whole = message("completed", json!([{ "type": "output_text", "text": text, "annotations": [] }]));
    let delta = |delta: &str| {
        json!({
            "type": "response.output_text.delta", "item_id": MESSAGE, "output_index": 0, "content_index": 0,
            "delta": delta,
        })
    };
    let mut events = vec![
        json!({ "type": "response.created", "response": { "id": RESPONSE, "status": "in_progress" } }),
        json!({
            "type": "response.output_item.added", "output_index": 0,
            "item": message("in_progress", json!([])),
        }),
    ];
    events.extend(text.split_inclusive(char::is_whitespace).map(delta));
    events.push(json!({ "type": "response.output_item.done", "output_index": 0, "item": whole.clone() }));
    events.push(json!({
        "type": "response.completed",
        "response": { "id": RESPONSE, "status": "completed", "output": [whole] },
    }));
    events
}

fn frame(event: &Value) -> String {
    let kind = event["type"].as_str().unwrap_or_default();
    format!("event: {kind}\ndata: {event}\n\n")
}
