//! Writes a recording to disk: all of it, or nothing.

mod error;
mod manifest;
mod place;
mod verify;

pub use error::WriteError;
#[cfg(feature = "cli")]
pub(crate) use place::parent_of;

use super::closing::without_closing_exchanges;
use super::folder::MANIFEST;
use super::model::{Exchange, Piece, Recording};
use super::scrub::scrub;
use place::Staging;
use std::fmt::Write;
use std::path::Path;

/// What to do where there is something already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    /// Leave it, and fail.
    Refuse,
    /// Put the new recording in its place, once that is complete. Only a recording is replaced, or an empty folder. Its
    /// `README.md` stays.
    Replace,
}

/// Writes a recording as a folder that [`load`](super::load) reads: `recording.toml`, and for each exchange
/// `NN.response.sse` (or `.body` where it is no event stream), `NN.response.timing` and `NN.request.json` where there
/// are any.
///
/// The folder appears under its name only when every file is on disk and loads as what was to be written. Until then
/// it has a hidden name beside it, which is gone after a failure. Missing folders above it are made.
///
/// Nothing is written with its secrets: what [`scrub`] takes out is missing in the files. Whoever wants to tell what that
/// is calls it before. For the rest, bodies and requests are written byte for byte. Three things have no place in the format: the order of header fields
/// of different names (they are sorted), fractions of a millisecond in `head_delay` and `end_delay` (they are rounded;
/// the times of pieces keep theirs), and the reason of [`may_stay_unasked`](Exchange::may_stay_unasked). Exchanges
/// that loading adds are not written where loading adds them again.
///
/// # Errors
/// [`WriteError`]: there is something already, the recording holds no turn or no exchange, loading would refuse it, or
/// the disk fails.
///
/// ```
/// use responses_parity::recording::{Existing, Exchange, Recording, Turn, load, write};
///
/// let body = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\"}}\n\n";
/// let recording = Recording::of_exchanges("new", vec![Turn::said("Hello")], vec![Exchange::stream(body)]);
/// let root = tempfile::tempdir()?;
/// let folder = root.path().join("new");
/// write(&recording, &folder, Existing::Refuse)?;
/// assert_eq!(load(&folder, "new")?.exchanges[0].body, body);
/// assert!(write(&recording, &folder, Existing::Refuse).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(recording: &Recording, folder: &Path, existing: Existing) -> Result<(), WriteError> {
    check_not_empty(recording, folder)?;
    let mut staging = Staging::new(folder, existing)?;
    let mut recording = recording.clone();
    scrub(&mut recording);
    let exchanges = without_closing_exchanges(&recording.exchanges, recording.turns.len());
    let manifest = manifest::text(&recording, exchanges);
    staging.write(MANIFEST, manifest.map_err(|error| WriteError::unwritable(folder, &error))?.as_bytes())?;
    for (index, exchange) in exchanges.iter().enumerate() {
        write_exchange(&mut staging, index + 1, exchange)?;
    }
    verify::loads_as(&recording, exchanges, &staging)?;
    staging.put_in_place()
}

/// Whether a recording may be written there, as far as can be said beforehand.
///
/// # Errors
/// [`WriteError`]: there is something already that is not to be replaced, or no recording is found under such a name.
pub fn check_place(folder: &Path, existing: Existing) -> Result<(), WriteError> {
    place::check_target(folder, existing).map(drop)
}

fn check_not_empty(recording: &Recording, folder: &Path) -> Result<(), WriteError> {
    let missing = if recording.turns.is_empty() {
        "turn: the user says nothing"
    } else if recording.exchanges.is_empty() && !recording.provider.unreachable {
        "exchange: the upstream was not asked for anything"
    } else {
        return Ok(());
    };
    Err(WriteError::Nothing { path: folder.to_owned(), missing })
}

fn write_exchange(staging: &mut Staging, number: usize, exchange: &Exchange) -> Result<(), WriteError> {
    let delivery = &exchange.delivery;
    if !(exchange.body.is_empty() && (delivery.headless || delivery.head_cut.is_some())) {
        let ending = if is_stream(exchange) { "sse" } else { "body" };
        staging.write(&format!("{number:02}.response.{ending}"), &exchange.body)?;
    }
    if !delivery.pieces.is_empty() {
        staging.write(&format!("{number:02}.response.timing"), timing(&delivery.pieces).as_bytes())?;
    }
    if let Some(request) = &exchange.request {
        staging.write(&format!("{number:02}.request.json"), request)?;
    }
    Ok(())
}

/// Decides about a file name alone. Some servers stream without a `content-type`.
fn is_stream(exchange: &Exchange) -> bool {
    let content_type = exchange.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    match content_type {
        Some((_, value)) => value.trim_start().to_ascii_lowercase().starts_with("text/event-stream"),
        None => [&b"event:"[..], b"data:", b":"].iter().any(|start| exchange.body.starts_with(start)),
    }
}

/// `<ms since the response head> <byte offset>`, a line for each piece, to the nanosecond where that is not zero.
fn timing(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        let (ms, ns) = (piece.at.as_millis(), piece.at.subsec_nanos() % 1_000_000);
        let fraction = format!(".{ns:06}");
        let fraction = if ns == 0 { "" } else { fraction.trim_end_matches('0') };
        let _ = writeln!(text, "{ms}{fraction} {}", piece.end);
    }
    text
}
