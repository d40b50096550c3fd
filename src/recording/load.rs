//! Reads one recording from disk, whichever layout it is in.

use super::closing::add_closing_exchange;
use super::error::LoadError;
use super::format::{ExchangeTable, Manifest};
use super::model::{Delivery, End, Exchange, Piece, Provenance, ProviderSettings, Recording, Turn};
use super::plain;
use super::scripted;
use bytes::Bytes;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The name of the file that makes a folder a recording.
pub(super) const MANIFEST: &str = "recording.toml";

/// Loads the recording at `path` and calls it `name`.
///
/// `path` is a folder with a `recording.toml`, a bare `*.sse` file (one turn, status 200), or a folder in the plain
/// layout (`stream.sse`, `events.jsonl` or `body.*`, with `response.json`; or several of them as `turn-1`,
/// `turn-2`, …), or a `*.json` in the scripted layout.
///
/// # Errors
/// [`LoadError`] with file and line: an unknown version or member, a missing body, a turn without an exchange, …
pub fn load(path: &Path, name: &str) -> Result<Recording, LoadError> {
    let mut recording = if scripted::is_script(path) {
        scripted::load(path, name)?
    } else if path.is_file() {
        load_bare(path, name)?
    } else if path.join(MANIFEST).is_file() {
        load_folder(path, name)?
    } else {
        plain::load(path, name)?
    };
    add_closing_exchange(&mut recording.exchanges);
    Ok(recording)
}

/// The whole of a file, or an error that names it.
pub(super) fn read(path: &Path) -> Result<Bytes, LoadError> {
    std::fs::read(path)
        .map(Bytes::from)
        .map_err(|error| LoadError::new(path, format!("cannot be read: {error}")))
}

/// The same, as text.
pub(super) fn read_text(path: &Path) -> Result<String, LoadError> {
    let bytes = read(path)?;
    String::from_utf8(bytes.into()).map_err(|error| LoadError::new(path, format!("is not UTF-8: {error}")))
}

/// The same, as JSON.
pub(super) fn parse_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, LoadError> {
    let text = read_text(path)?;
    serde_json::from_str(&text).map_err(|error| LoadError::at_line(path, error.line(), error.to_string()))
}

/// A stream that was accepted and arrived at once.
pub(super) fn plain_stream(body: Bytes) -> Exchange {
    Exchange {
        status: 200,
        headers: vec![("content-type".to_owned(), "text/event-stream".to_owned())],
        body,
        delivery: Delivery::default(),
        request: None,
        may_stay_unasked: false,
    }
}

fn load_bare(path: &Path, name: &str) -> Result<Recording, LoadError> {
    Ok(Recording {
        name: name.to_owned(),
        origin: path.to_owned(),
        description: String::new(),
        provenance: Provenance { kind: "bare stream".to_owned(), ..Provenance::default() },
        provider: ProviderSettings::default(),
        turns: vec![Turn::said("Hello")],
        exchanges: vec![plain_stream(read(path)?)],
    })
}

fn load_folder(folder: &Path, name: &str) -> Result<Recording, LoadError> {
    let path = folder.join(MANIFEST);
    let text = read_text(&path)?;
    let manifest = Manifest::parse(&path, &text)?;
    let turns = manifest.turns();
    if turns.is_empty() {
        return Err(LoadError::new(&path, "no [[turn]]: what does the user say?"));
    }
    let provider = manifest.provider();
    if provider.unreachable && !manifest.exchanges.is_empty() {
        return Err(LoadError::new(
            &path,
            "an [[exchange]], but the provider is unreachable: nobody could ask for it",
        ));
    }
    if !provider.unreachable && manifest.exchanges.len() < turns.len() {
        let problem = format!(
            "{} [[turn]] but {} [[exchange]]: every turn makes at least one upstream request",
            turns.len(),
            manifest.exchanges.len()
        );
        return Err(LoadError::new(&path, problem));
    }
    check_for_strays(folder, manifest.exchanges.len())?;
    let numbered = manifest.exchanges.iter().enumerate();
    let exchanges = numbered.map(|(index, table)| load_exchange(folder, index + 1, table));
    Ok(Recording {
        name: name.to_owned(),
        origin: folder.to_owned(),
        description: manifest.description.clone(),
        provenance: manifest.provenance(),
        provider,
        turns,
        exchanges: exchanges.collect::<Result<_, _>>()?,
    })
}

fn load_exchange(folder: &Path, number: usize, table: &ExchangeTable) -> Result<Exchange, LoadError> {
    let mut delivery = table.delivery();
    if table.has_no_body() && delivery.end == End::Complete {
        let problem = format!(
            "exchange {number} has no whole head, so it cannot end as `complete`; say eof, reset or stalled"
        );
        return Err(LoadError::new(&folder.join(MANIFEST), problem));
    }
    let body = load_body(folder, number, table)?;
    let timing = folder.join(format!("{number:02}.response.timing"));
    if timing.exists() {
        delivery.pieces = parse_timing(&timing, body.len())?;
    }
    let request = folder.join(format!("{number:02}.request.json"));
    let request = if request.exists() { Some(read(&request)?) } else { None };
    Ok(Exchange {
        status: table.status,
        headers: table.headers.fields.clone(),
        body,
        delivery,
        request,
        may_stay_unasked: table.may_stay_unasked(),
    })
}

fn load_body(folder: &Path, number: usize, table: &ExchangeTable) -> Result<Bytes, LoadError> {
    let [stream, other] = ["sse", "body"].map(|ending| folder.join(format!("{number:02}.response.{ending}")));
    match (stream.exists(), other.exists()) {
        (true, false) => read(&stream),
        (false, true) => read(&other),
        (false, false) if table.has_no_body() => Ok(Bytes::new()),
        (false, false) => Err(LoadError::new(
            &stream,
            format!(
                "is missing: it holds the body of [[exchange]] {number} (a body that is no stream goes to {number:02}.response.body)"
            ),
        )),
        (true, true) => {
            Err(LoadError::new(&other, format!("there is also {number:02}.response.sse; which is the body?")))
        }
    }
}

/// A body that no `[[exchange]]` names would never be served, and nobody would notice.
fn check_for_strays(folder: &Path, exchanges: usize) -> Result<(), LoadError> {
    for file in files_of(folder)? {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let Some((number, rest)) = name.split_once('.') else {
            continue;
        };
        let Ok(number) = number.parse::<usize>() else {
            continue;
        };
        if !["response.sse", "response.body", "response.timing", "request.json"].contains(&rest) {
            return Err(LoadError::new(
                &file,
                "is no part of a recording (NN.request.json, NN.response.sse, .body or .timing)",
            ));
        }
        if number == 0 || number > exchanges {
            return Err(LoadError::new(
                &file,
                format!("{MANIFEST} has {exchanges} [[exchange]], so none is number {number}"),
            ));
        }
    }
    Ok(())
}

/// The files and folders of a folder, by name.
pub(super) fn files_of(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let unreadable = |error: std::io::Error| LoadError::new(folder, format!("cannot be read: {error}"));
    let entries = std::fs::read_dir(folder).map_err(unreadable)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}

/// `<ms since the response head> <byte offset>`, a line for each piece.
fn parse_timing(path: &Path, body: usize) -> Result<Vec<Piece>, LoadError> {
    let text = read_text(path)?;
    let mut pieces = Vec::<Piece>::new();
    for (index, line) in text.lines().enumerate() {
        let wrong = |problem: String| LoadError::at_line(path, index + 1, problem);
        let (at, end) = line
            .split_once(' ')
            .ok_or_else(|| wrong(format!("expected `<ms> <byte offset>`, got {line:?}")))?;
        let at: f64 =
            at.parse().map_err(|error| wrong(format!("{at:?} is no number of milliseconds: {error}")))?;
        let end: usize = end.parse().map_err(|error| wrong(format!("{end:?} is no byte offset: {error}")))?;
        let at = Duration::try_from_secs_f64(at / 1000.0).map_err(|error| wrong(error.to_string()))?;
        if let Some(last) = pieces.last()
            && (end <= last.end || at < last.at)
        {
            return Err(wrong("times and offsets must grow from line to line".to_owned()));
        }
        if end > body {
            return Err(wrong(format!("offset {end} lies beyond the body, which has {body} bytes")));
        }
        pieces.push(Piece { at, end });
    }
    Ok(pieces)
}
