//! The events of an exchange, a line each.

use super::layout::cut;
use crate::recording::{EventKind, RecordedEvent};
use serde_json::Value;

/// An event on one line of at most `width` columns: its index, its byte offset, when it came where that is known, its
/// type, and the start of what it says.
pub fn event_line(index: usize, event: &RecordedEvent, width: usize) -> String {
    let at = event.at.map_or_else(String::new, |at| format!("{} ms", at.as_millis()));
    let start = format!("{index:>5} {:>9} {at:>9}  ", event.bytes.start);
    let kind = event.kind.name();
    let text = format!("{kind}  {}", excerpt(event));
    format!("{start}{}", cut(text.trim_end(), width.saturating_sub(start.len()).max(20)))
}

/// The header of such lines.
pub fn event_line_header() -> &'static str {
    "    #      byte      time  event"
}

/// A piece of text with its item; anything else as its JSON, without what the line says already.
fn excerpt(event: &RecordedEvent) -> String {
    let data = match &event.data {
        Ok(data) => data,
        Err(fault) => return fault.message.clone(),
    };
    match (&event.kind, event.value()) {
        (EventKind::Typed(_), Some(Value::Object(mut members))) => {
            members.shift_remove("type");
            if let (Some(item), Some(delta)) = (members.get("item_id"), members.get("delta")) {
                return format!("{} {delta}", item.as_str().unwrap_or_default());
            }
            Value::Object(members).to_string()
        }
        (EventKind::NotJson(problem), _) => format!("{problem}: {data}"),
        (EventKind::Done, _) => String::new(),
        _ => data.clone(),
    }
}
