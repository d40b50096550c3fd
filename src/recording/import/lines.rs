//! The two formats that hold one answer's body and nothing else.

use super::interaction::Interaction;
use super::node::Damage;
use crate::recording::event_lines::{BadLine, frame_events};
use crate::wire::events_of_body;
use bytes::Bytes;

/// A stream, kept as it is.
pub(super) fn of_stream(body: Bytes) -> Result<Interaction, Damage> {
    answer(body, "holds no event: expected lines that begin with `data:`, and a blank line after each event")
}

/// An event's JSON on each line.
pub(super) fn of_events(text: &str) -> Result<Interaction, Damage> {
    let body = frame_events(text).map_err(|BadLine { line, problem }| Damage::at(Some(line), problem))?;
    answer(body, "holds no event: expected a JSON object with a `type` on each line")
}

fn answer(body: Bytes, empty: &str) -> Result<Interaction, Damage> {
    if events_of_body(&body).is_empty() {
        return Err(Damage::new(empty));
    }
    Ok(Interaction {
        part: "the stream".to_owned(),
        status: 200,
        headers: vec![("content-type".to_owned(), "text/event-stream".to_owned())],
        body,
        ..Interaction::default()
    })
}
