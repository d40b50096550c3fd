//! Messages that Chrome keeps beside a HAR entry: those of an event source, and those of a WebSocket.

use super::interaction::{Asked, Interaction};
use super::node::{Damage, Node};
use crate::recording::event_lines::frame_events;
use bytes::Bytes;
use serde_json::Value;
use std::fmt::Write;

/// The body that an event source's messages were read from, as far as they tell: names, ids and data.
pub(super) fn of_event_source(messages: &Node) -> Result<Bytes, Damage> {
    let mut body = String::new();
    for message in messages.entries("_eventSourceMessages")? {
        let member = |name: &str| message.text_of(name).unwrap_or_default();
        // The name of an event that was given none.
        if !["", "message"].contains(&member("eventName")) {
            let _ = writeln!(body, "event: {}", member("eventName"));
        }
        if !member("eventId").is_empty() {
            let _ = writeln!(body, "id: {}", member("eventId"));
        }
        for line in message.required("data")?.text("the data of an event")?.split('\n') {
            let _ = writeln!(body, "data: {line}");
        }
        body.push('\n');
    }
    Ok(body.into())
}

/// The answers that a WebSocket carried: one to each `response.create` that was sent, as the stream that HTTP would
/// have carried.
pub(super) fn of_web_socket(socket: &Interaction, messages: &Node) -> Result<Vec<Interaction>, Damage> {
    let mut answers: Vec<Interaction> = Vec::new();
    let mut events = String::new();
    for (index, message) in messages.entries("_webSocketMessages")?.iter().enumerate() {
        let part = format!("{}, message {}", socket.part, index + 1);
        let text = text_of(message, &part)?;
        let sent = message.text_of("type") == Some("send");
        match answers.last_mut() {
            _ if sent => {
                finish(answers.last_mut(), &mut events)?;
                answers.push(asked_over(socket, &part, text));
            }
            Some(_) => {
                events.push_str(text);
                events.push('\n');
            }
            None => return Err(Damage::new(format!("{part} was received before anything was asked"))),
        }
    }
    finish(answers.last_mut(), &mut events)?;
    Ok(answers)
}

/// Only text frames carry events.
fn text_of<'a>(message: &'a Node, part: &str) -> Result<&'a str, Damage> {
    let opcode: u8 = message.member("opcode").map_or(Ok(1), |opcode| opcode.number("opcode"))?;
    let text = message.required("data")?.text("the data of a message")?;
    match opcode {
        1 if !text.contains(['\n', '\r']) => Ok(text),
        1 => Err(Damage::new(format!("{part} spans several lines, which is not read"))),
        _ => Err(Damage::new(format!("{part} is no text (opcode {opcode}), which is not read"))),
    }
}

fn asked_over(socket: &Interaction, part: &str, text: &str) -> Interaction {
    let kind = serde_json::from_str::<Value>(text).ok();
    let kind = kind.as_ref().and_then(|asked| asked.get("type")?.as_str()).unwrap_or("no type");
    let lost = (kind != "response.create").then(|| format!("it asks for no response ({kind})"));
    Interaction {
        part: part.to_owned(),
        asked: Asked {
            url: socket.asked.url.clone(),
            // What a POST would have asked.
            body: Some(Bytes::from(text.to_owned())),
            ..Asked::default()
        },
        status: 200,
        headers: vec![("content-type".to_owned(), "text/event-stream".to_owned())],
        lost,
        notes: vec!["it came over a WebSocket, which has no status and no head of its own".to_owned()],
        ..Interaction::default()
    }
}

fn finish(answer: Option<&mut Interaction>, events: &mut String) -> Result<(), Damage> {
    let lines = std::mem::take(events);
    let Some(answer) = answer else { return Ok(()) };
    let framed = frame_events(&lines);
    answer.body = framed
        .map_err(|bad| Damage::new(format!("event {} after {} {}", bad.line, answer.part, bad.problem)))?;
    Ok(())
}
