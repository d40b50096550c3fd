//! Reads one recording from disk, whichever layout it is in.

use super::closing::add_closing_exchange;
use super::error::LoadError;
use super::files::{Limit, exists, has_ending, read, read_text};
use super::folder::{self, MANIFEST};
use super::format::parse_turns;
use super::model::{Exchange, Provenance, Recording, Turn};
use super::plain;
use super::scripted;
use crate::wire::events_of_body;
use std::path::Path;

/// What a recording can be, for whoever named something else.
pub(super) const LAYOUTS: &str =
    "a folder with a recording.toml, a *.sse stream, a *.json script, or a folder with a stream.sse";

/// What `curl` leaves where it fails would be replayed the same on both paths, prove nothing, and be green.
const NO_STREAM: &str = "is no event stream: expected lines such as `data: {…}`; an answer that is none is written as a folder with a recording.toml";

/// Loads the recording at `path` and calls it `name`.
///
/// `path` is a folder with a `recording.toml`, a bare `*.sse` file (one turn, status 200), or a folder in the plain
/// layout (`stream.sse`, `events.jsonl` or `body.*`, with `response.json`; or several of them as `turn-1`,
/// `turn-2`, …), or a `*.json` in the scripted layout.
///
/// # Errors
/// [`LoadError`] with file and line: an unknown version or member, a missing body, a turn without an exchange, a file
/// that is a link or too long, a status or header field that HTTP does not carry, …
pub fn load(path: &Path, name: &str) -> Result<Recording, LoadError> {
    // There is at least one where there is no recording.
    examine(path, name).map_err(|mut problems| problems.swap_remove(0))
}

/// The same, which goes on after the first thing that is wrong.
///
/// # Errors
/// Those of [`load`], all of them: at least one.
pub fn examine(path: &Path, name: &str) -> Result<Recording, Vec<LoadError>> {
    let mut recording = if path.is_dir() {
        if exists(&path.join(MANIFEST)) { folder::load(path, name)? } else { plain::load(path, name)? }
    } else if has_ending(path, "json") {
        scripted::load(path, name).map_err(|problem| vec![problem])?
    } else if has_ending(path, "sse") {
        load_bare(path, name).map_err(|problem| vec![problem])?
    } else {
        return Err(vec![LoadError::new(path, format!("is no recording: expected {LAYOUTS}"))]);
    };
    let before = recording.exchanges.len();
    add_closing_exchange(&mut recording.exchanges);
    recording.added += recording.exchanges.len() - before;
    Ok(recording)
}

/// Reads what the user says from a file of `[[turn]]`s, which are those of a `recording.toml`.
///
/// # Errors
/// [`LoadError`] with file and line: no turn, an unknown member, a file that is too long, …
pub fn load_turns(path: &Path) -> Result<Vec<Turn>, LoadError> {
    parse_turns(path, &read_text(path, Limit::Manifest)?)
}

fn load_bare(path: &Path, name: &str) -> Result<Recording, LoadError> {
    let exchange = Exchange::stream(read(path, Limit::Body)?);
    if !may_be_stream(&exchange.body) {
        return Err(LoadError::new(path, NO_STREAM));
    }
    Ok(Recording {
        origin: path.to_owned(),
        provenance: Provenance { kind: "bare stream".to_owned(), ..Provenance::default() },
        ..Recording::of_exchanges(name, vec![Turn::said("Hello")], vec![exchange])
    })
}

/// Whether there is an event, or nothing that an event stream has no place for: an empty one is a stream, too.
fn may_be_stream(body: &[u8]) -> bool {
    let fields = ["data", "event", "id", "retry", ":"];
    let is_field =
        |line: &[u8]| line.is_empty() || fields.iter().any(|field| line.starts_with(field.as_bytes()));
    !events_of_body(body).is_empty() || body.split(|byte| b"\r\n".contains(byte)).all(is_field)
}
