//! The plain layout of collected streams: a folder per exchange, without a `recording.toml`.
//!
//! `stream.sse`, or `events.jsonl` (one event's JSON a line), or `body.json|txt|html`, beside an optional
//! `response.json` (status and headers) and `request.json`; or several such folders as `turn-1`, `turn-2`, …, which
//! are successive upstream requests.

use super::closing::asks_for_follow_up;
use super::error::LoadError;
use super::load::{parse_json, plain_stream, read, read_text};
use super::model::{Exchange, Provenance, ProviderSettings, Recording, Turn};
use crate::wire::{Header, Headers};
use bytes::Bytes;
use serde::Deserialize;
use std::path::Path;

const BODIES: [&str; 5] = ["stream.sse", "events.jsonl", "body.json", "body.txt", "body.html"];

/// What describes the connection a response came over and not the response; and what a recorder blanked.
const NOT_OF_THE_RESPONSE: [&str; 5] =
    ["content-length", "transfer-encoding", "connection", "content-encoding", "date"];

/// Whether the folder is in this layout.
pub(super) fn is_plain(folder: &Path) -> bool {
    folder.join("turn-1").is_dir() || BODIES.iter().any(|body| folder.join(body).is_file())
}

pub(super) fn load(folder: &Path, name: &str) -> Result<Recording, LoadError> {
    if !is_plain(folder) {
        return Err(LoadError::new(
            folder,
            "is no recording: no recording.toml, no stream.sse, no events.jsonl, no body.*",
        ));
    }
    let exchanges = load_exchanges(folder)?;
    Ok(Recording {
        name: name.to_owned(),
        origin: folder.to_owned(),
        description: String::new(),
        provenance: Provenance { kind: "plain layout".to_owned(), ..Provenance::default() },
        provider: ProviderSettings::default(),
        turns: turns_of(&exchanges),
        exchanges,
    })
}

fn load_exchanges(folder: &Path) -> Result<Vec<Exchange>, LoadError> {
    if !folder.join("turn-1").is_dir() {
        return Ok(vec![load_exchange(folder)?]);
    }
    let turns = (1..).map(|number| folder.join(format!("turn-{number}"))).take_while(|turn| turn.is_dir());
    turns.map(|turn| load_exchange(&turn)).collect()
}

/// A response without a follow-up ends its turn, so that the next one answers a new message of the user.
fn turns_of(exchanges: &[Exchange]) -> Vec<Turn> {
    let last = exchanges.len() - 1;
    let ends = exchanges
        .iter()
        .enumerate()
        .filter(|(index, exchange)| *index == last || !asks_for_follow_up(exchange));
    ends.enumerate().map(|(index, _)| Turn::said(format!("Message {}", index + 1))).collect()
}

#[derive(Default, Deserialize)]
struct Response {
    status: Option<u16>,
    #[serde(default)]
    headers: Headers,
}

fn load_exchange(folder: &Path) -> Result<Exchange, LoadError> {
    let body = load_body(folder)?;
    let mut exchange = plain_stream(body);
    let path = folder.join("response.json");
    if path.is_file() {
        let response: Response = parse_json(&path)?;
        exchange.status = response.status.unwrap_or(exchange.status);
        let headers = headers_of(response);
        if !headers.is_empty() {
            exchange.headers = headers;
        }
    }
    let request = folder.join("request.json");
    exchange.request = if request.is_file() { Some(read(&request)?) } else { None };
    Ok(exchange)
}

fn load_body(folder: &Path) -> Result<Bytes, LoadError> {
    let mut found = BODIES.iter().map(|name| folder.join(name)).filter(|path| path.is_file());
    let Some(path) = found.next() else {
        return Err(LoadError::new(folder, format!("holds none of {}", BODIES.join(", "))));
    };
    if let Some(second) = found.next() {
        return Err(LoadError::new(&second, format!("there is also {}; which is the body?", path.display())));
    }
    if path.ends_with("events.jsonl") { frame_events(&path) } else { read(&path) }
}

/// The framing was lost before the events were collected; this is the API's own.
fn frame_events(path: &Path) -> Result<Bytes, LoadError> {
    #[derive(Deserialize)]
    struct Typed {
        #[serde(rename = "type")]
        kind: String,
    }
    let text = read_text(path)?;
    let mut body = String::with_capacity(text.len() * 5 / 4);
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
        let typed: Typed = serde_json::from_str(line).map_err(|error| {
            LoadError::at_line(path, index + 1, format!("is no event with a type: {error}"))
        })?;
        body.push_str(&format!("event: {}\ndata: {line}\n\n", typed.kind));
    }
    Ok(Bytes::from(body))
}

fn headers_of(response: Response) -> Vec<Header> {
    let of_the_response =
        |(name, value): &Header| !NOT_OF_THE_RESPONSE.contains(&name.as_str()) && value != "REDACTED";
    response.headers.fields.into_iter().filter(of_the_response).collect()
}
