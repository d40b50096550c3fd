//! The layout of this project: a folder with a `recording.toml` and its bodies.

use super::error::LoadError;
use super::files::{Limit, check_regular, exists, file_name, files_of, read, read_if_there, read_text};
use super::format::{ExchangeTable, Manifest};
use super::model::{End, Exchange, Piece, ProviderSettings, Recording};
use super::sendable;
use bytes::Bytes;
use std::path::Path;
use std::time::Duration;

/// The name of the file that makes a folder a recording.
pub(super) const MANIFEST: &str = "recording.toml";

/// What a numbered file may be, after its number.
const PARTS: [&str; 4] = ["response.sse", "response.body", "response.timing", "request.json"];

pub(super) fn load(folder: &Path, name: &str) -> Result<Recording, LoadError> {
    let path = folder.join(MANIFEST);
    let text = read_text(&path, Limit::Manifest)?;
    let manifest = Manifest::parse(&path, &text)?;
    let turns = manifest.turns();
    let provider = manifest.provider();
    check_counts(&path, turns.len(), manifest.exchanges.len(), &provider)?;
    check_for_strays(folder, manifest.exchanges.len())?;
    let numbered = manifest.exchanges.iter().enumerate();
    let exchanges = numbered.map(|(index, table)| load_exchange(folder, index + 1, table));
    let exchanges = exchanges.collect::<Result<_, _>>()?;
    Ok(Recording {
        origin: folder.to_owned(),
        description: manifest.description.clone(),
        provenance: manifest.provenance(),
        provider,
        ..Recording::of_exchanges(name, turns, exchanges)
    })
}

fn check_counts(
    manifest: &Path,
    turns: usize,
    exchanges: usize,
    provider: &ProviderSettings,
) -> Result<(), LoadError> {
    let problem = if turns == 0 {
        "no [[turn]]: what does the user say?".to_owned()
    } else if provider.unreachable && exchanges > 0 {
        "an [[exchange]], but the provider is unreachable: nobody could ask for it".to_owned()
    } else if !provider.unreachable && exchanges < turns {
        format!(
            "{turns} [[turn]] but {exchanges} [[exchange]]: every turn makes at least one upstream request"
        )
    } else {
        return Ok(());
    };
    Err(LoadError::new(manifest, problem))
}

fn load_exchange(folder: &Path, number: usize, table: &ExchangeTable) -> Result<Exchange, LoadError> {
    let manifest = folder.join(MANIFEST);
    let mut delivery = table.delivery();
    if table.has_no_body() && delivery.end == End::Complete {
        let problem = format!(
            "exchange {number} has no whole head, so it cannot end as `complete`; say eof, reset or stalled"
        );
        return Err(LoadError::new(&manifest, problem));
    }
    let body = load_body(folder, number, table)?;
    let timing = folder.join(format!("{number:02}.response.timing"));
    if exists(&timing) {
        delivery.pieces = parse_timing(&timing, body.len())?;
    }
    let request = read_if_there(&folder.join(format!("{number:02}.request.json")), Limit::Body)?;
    let exchange = Exchange {
        status: table.status().map_err(|problem| LoadError::new(&manifest, problem))?,
        headers: table.headers().to_vec(),
        body,
        delivery,
        request,
        may_stay_unasked: table.may_stay_unasked(),
    };
    sendable::check(&exchange, &manifest)?;
    Ok(exchange)
}

fn load_body(folder: &Path, number: usize, table: &ExchangeTable) -> Result<Bytes, LoadError> {
    let [stream, other] = ["sse", "body"].map(|ending| folder.join(format!("{number:02}.response.{ending}")));
    match (exists(&stream), exists(&other)) {
        (true, false) => read(&stream, Limit::Body),
        (false, true) => read(&other, Limit::Body),
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

/// A file that nothing names would never be served, and nobody would notice.
fn check_for_strays(folder: &Path, exchanges: usize) -> Result<(), LoadError> {
    for file in files_of(folder)? {
        let name = file_name(&file);
        if [MANIFEST, "README.md"].contains(&name.as_str()) {
            continue;
        }
        let Some(number) = number_of(&name) else {
            let problem = format!(
                "is no part of a recording: beside {MANIFEST} stand NN.request.json, NN.response.sse, .body or .timing, and README.md"
            );
            return Err(LoadError::new(&file, problem));
        };
        if number == 0 || number > exchanges {
            let problem = format!("{MANIFEST} has {exchanges} [[exchange]], so none is number {number}");
            return Err(LoadError::new(&file, problem));
        }
        if name != numbered(number, &name) {
            let problem = format!("would not be read: it must be called {}", numbered(number, &name));
            return Err(LoadError::new(&file, problem));
        }
        check_regular(&file)?;
    }
    Ok(())
}

/// Whether a numbered file of a recording has that name.
pub(super) fn is_part(name: &str) -> bool {
    number_of(name).is_some_and(|number| name == numbered(number, name))
}

/// The number of a numbered file.
fn number_of(name: &str) -> Option<usize> {
    let (number, part) = name.split_once('.')?;
    number.parse().ok().filter(|_| PARTS.contains(&part))
}

/// The name that the file is looked for under.
fn numbered(number: usize, name: &str) -> String {
    let (_, part) = name.split_once('.').unwrap_or_default();
    format!("{number:02}.{part}")
}

/// `<ms since the response head> <byte offset>`, a line for each piece.
fn parse_timing(path: &Path, body: usize) -> Result<Vec<Piece>, LoadError> {
    let text = read_text(path, Limit::Body)?;
    let mut pieces = Vec::<Piece>::new();
    for (index, line) in text.lines().enumerate() {
        let piece = parse_piece(line, pieces.last(), body);
        pieces.push(piece.map_err(|problem| LoadError::at_line(path, index + 1, problem))?);
    }
    Ok(pieces)
}

fn parse_piece(line: &str, last: Option<&Piece>, body: usize) -> Result<Piece, String> {
    let (at, end) =
        line.split_once(' ').ok_or_else(|| format!("expected `<ms> <byte offset>`, got {line:?}"))?;
    let ms: f64 = at.parse().map_err(|error| format!("{at:?} is no number of milliseconds: {error}"))?;
    let end: usize = end.parse().map_err(|error| format!("{end:?} is no byte offset: {error}"))?;
    let at = Duration::try_from_secs_f64(ms / 1000.0)
        .map_err(|_| format!("{at:?} is no number of milliseconds: expected 0 to an hour"))?;
    sendable::check_delay("the time", at)?;
    if last.is_some_and(|last| end <= last.end || at < last.at) {
        return Err("times and offsets must grow from line to line".to_owned());
    }
    if end > body {
        return Err(format!("offset {end} lies beyond the body, which has {body} bytes"));
    }
    Ok(Piece { at, end })
}
