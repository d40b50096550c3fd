//! From a file to a recording.

use super::encoding::gunzip;
use super::format::Format;
use super::node::Damage;
use super::taken::Taken;
use super::turns::turns_of;
use crate::recording::LoadError;
use crate::recording::files::{Limit, MAX_IMPORT_BYTES, file_name, read_anything};
use crate::recording::model::{Provenance, Recording};
use std::path::Path;

/// A file that another tool wrote, as a recording.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The recording. It is on no disk yet.
    pub recording: Recording,
    /// What the file was recognised as.
    pub format: Format,
    /// What the file does not tell, and nobody can know.
    pub unknown: Vec<String>,
    /// What should be known about single answers and turns: what was guessed, taken out, or looks damaged.
    pub notes: Vec<String>,
    /// What the file holds beside the recording, and why it is not part of it.
    pub skipped: Vec<String>,
}

/// Reads a file that another tool wrote: a stream, what `curl -i` prints, JSON lines of events, a cassette or a HAR,
/// each of them gzipped or not.
///
/// `name` is the recording's. `prompt` is what the user says where the file does not tell.
///
/// # Errors
/// [`LoadError`] with the line or the part of the file: it is in no known format, damaged, too long, or holds no answer
/// to a `POST …/responses`.
///
/// ```
/// use responses_parity::recording::import::{Format, import};
///
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("answer.txt");
/// std::fs::write(&file, "HTTP/2 429 \r\nretry-after: 2\r\n\r\n{\"error\":{}}")?;
/// let imported = import(&file, "answer", Some("Hello"))?;
/// assert_eq!(imported.format, Format::Curl);
/// assert_eq!(imported.recording.exchanges[0].status, 429);
/// assert_eq!(imported.recording.turns[0].user, "Hello");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn import(path: &Path, name: &str, prompt: Option<&str>) -> Result<Imported, LoadError> {
    let failed = |Damage { line, problem }| LoadError { path: path.to_owned(), line, problem };
    if path.is_dir() {
        return Err(LoadError::new(path, "is a folder, and what can be imported is a file"));
    }
    let content = read_anything(path, Limit::Import)?;
    let content = gunzip(content, MAX_IMPORT_BYTES).map_err(|problem| failed(Damage::new(problem)))?;
    let format = Format::recognise(&content, &file_name(path)).map_err(failed)?;
    let mut taken = Taken::default();
    format.read(&content, &mut |interaction| taken.offer(interaction)).map_err(failed)?;
    let taken = taken.complete().map_err(failed)?;
    Ok(imported(taken, file_name(path), name, format, prompt))
}

fn imported(mut taken: Taken, file: String, name: &str, format: Format, prompt: Option<&str>) -> Imported {
    let (turns, notes) = turns_of(&taken.exchanges, &taken.said, prompt);
    taken.notes.extend(notes);
    let mut unknown: Vec<String> = format.unknown().iter().map(|what| (*what).to_owned()).collect();
    if taken.requests == 0 && !unknown.iter().any(|what| what == "requests") {
        unknown.push("requests".to_owned());
    }
    let recording = Recording {
        description: format!("Imported from {file}, {format}."),
        provenance: Provenance {
            kind: "imported".to_owned(),
            source: Some(file),
            notes: Some(provenance(&unknown, &taken.notes)),
        },
        ..Recording::of_exchanges(name, turns, taken.exchanges)
    };
    Imported { recording, format, unknown, notes: taken.notes, skipped: taken.skipped }
}

fn provenance(unknown: &[String], notes: &[String]) -> String {
    let unknown = format!("Not known: {}.", unknown.join(", "));
    std::iter::once(unknown).chain(notes.iter().cloned()).collect::<Vec<_>>().join("\n")
}
