//! The plain layout of collected streams: a folder per exchange, without a `recording.toml`.
//!
//! `stream.sse`, or `events.jsonl` (one event's JSON a line), or `body.json|txt|html`, beside an optional
//! `response.json` (status and headers) and `request.json`; or several such folders as `turn-1`, `turn-2`, …, which
//! are successive upstream requests.

use super::closing::asks_for_follow_up;
use super::error::LoadError;
use super::event_lines::{BadLine, frame_events};
use super::files::{
    Limit, check_folder, exists, file_name, files_of, is_note, parse_json, read, read_if_there, read_text,
};
use super::load::LAYOUTS;
use super::model::{Exchange, Provenance, Recording, Turn};
use super::response_head::headers_of_response;
use super::sendable;
use crate::wire::Headers;
use bytes::Bytes;
use serde::Deserialize;
use std::path::Path;

const BODIES: [&str; 5] = ["stream.sse", "events.jsonl", "body.json", "body.txt", "body.html"];

/// What a folder of this layout may hold.
const PARTS: [&str; 7] =
    ["stream.sse", "events.jsonl", "body.json", "body.txt", "body.html", "response.json", "request.json"];

/// Whether the folder is in this layout.
pub(super) fn is_plain(folder: &Path) -> bool {
    exists(&folder.join("turn-1")) || BODIES.iter().any(|body| exists(&folder.join(body)))
}

pub(super) fn load(folder: &Path, name: &str) -> Result<Recording, LoadError> {
    if !is_plain(folder) {
        return Err(LoadError::new(folder, format!("is no recording: expected {LAYOUTS}")));
    }
    let exchanges = load_exchanges(folder)?;
    Ok(Recording {
        origin: folder.to_owned(),
        provenance: Provenance { kind: "plain layout".to_owned(), ..Provenance::default() },
        ..Recording::of_exchanges(name, turns_of(&exchanges), exchanges)
    })
}

fn load_exchanges(folder: &Path) -> Result<Vec<Exchange>, LoadError> {
    if !exists(&folder.join("turn-1")) {
        check_for_strays(folder, &PARTS)?;
        return Ok(vec![load_exchange(folder)?]);
    }
    let turns = (1..).map(|number| format!("turn-{number}"));
    let turns: Vec<String> = turns.take_while(|turn| exists(&folder.join(turn))).collect();
    check_for_strays(folder, &turns)?;
    turns.iter().map(|turn| load_turn(&folder.join(turn))).collect()
}

fn load_turn(folder: &Path) -> Result<Exchange, LoadError> {
    check_folder(folder)?;
    check_for_strays(folder, &PARTS)?;
    load_exchange(folder)
}

/// A file that nothing reads would be missed by nobody: a `turn-3` where there is no `turn-2`.
fn check_for_strays(folder: &Path, parts: &[impl AsRef<str>]) -> Result<(), LoadError> {
    for file in files_of(folder)? {
        let name = file_name(&file);
        let known = parts.iter().any(|part| part.as_ref() == name);
        if !known && !is_note(&name) {
            let parts: Vec<&str> = parts.iter().map(AsRef::as_ref).collect();
            let problem = format!("is no part of this recording, which is {}", parts.join(", "));
            return Err(LoadError::new(&file, problem));
        }
    }
    Ok(())
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
    status: Option<i64>,
    #[serde(default)]
    headers: Headers,
}

fn load_exchange(folder: &Path) -> Result<Exchange, LoadError> {
    let body = load_body(folder)?;
    let mut exchange = Exchange::stream(body);
    let path = folder.join("response.json");
    if exists(&path) {
        let response: Response = parse_json(&path)?;
        if let Some(status) = response.status {
            exchange.status = sendable::status(status).map_err(|problem| LoadError::new(&path, problem))?;
        }
        let headers = headers_of_response(response.headers.fields);
        if !headers.is_empty() {
            exchange.headers = headers;
        }
    }
    exchange.request = read_if_there(&folder.join("request.json"), Limit::Body)?;
    sendable::check(&exchange, &path)?;
    Ok(exchange)
}

fn load_body(folder: &Path) -> Result<Bytes, LoadError> {
    let mut found = BODIES.iter().map(|name| folder.join(name)).filter(|path| exists(path));
    let Some(path) = found.next() else {
        return Err(LoadError::new(folder, format!("holds none of {}", BODIES.join(", "))));
    };
    if let Some(second) = found.next() {
        return Err(LoadError::new(&second, format!("there is also {}; which is the body?", path.display())));
    }
    if !path.ends_with("events.jsonl") {
        return read(&path, Limit::Body);
    }
    frame_events(&read_text(&path, Limit::Body)?)
        .map_err(|BadLine { line, problem }| LoadError::at_line(&path, line, problem))
}
