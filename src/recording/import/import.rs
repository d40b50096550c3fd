//! From a file to a recording.

use super::encoding::gunzip;
use super::format::Format;
use super::interaction::{Belongs, Interaction, public_part};
use super::node::Damage;
use super::turns::{Said, is_redirect, turns_of};
use crate::recording::LoadError;
use crate::recording::files::{Limit, MAX_IMPORT_BYTES, file_name, read};
use crate::recording::model::{Exchange, Provenance, Recording};
use serde_json::Value;
use std::path::Path;

/// How many exchanges a recording is given: each is two or three files.
const MAX_EXCHANGES: usize = 999;

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
    let content = read(path, Limit::Import)?;
    let content = gunzip(content, MAX_IMPORT_BYTES).map_err(|problem| failed(Damage::new(problem)))?;
    let format = Format::recognise(&content, &file_name(path)).map_err(failed)?;
    let interactions = format.read(&content).map_err(failed)?;
    let taken = Taken::from(interactions).map_err(failed)?;
    Ok(taken.imported(path, name, format, prompt))
}

/// What of a file belongs to the recording.
#[derive(Default)]
struct Taken {
    exchanges: Vec<Exchange>,
    said: Vec<Said>,
    notes: Vec<String>,
    skipped: Vec<String>,
    requests: usize,
}

impl Taken {
    fn from(interactions: Vec<Interaction>) -> Result<Taken, Damage> {
        let mut taken = Taken::default();
        let mut bytes = 0;
        for interaction in interactions {
            let part = place(&interaction);
            match interaction.belongs() {
                Belongs::No(why) => {
                    taken.skipped.push(format!("{part}: {why}"));
                    continue;
                }
                Belongs::ByItsAnswer => {
                    taken.notes.push(format!(
                        "{part}: its address is blanked, but its answer is a stream of a response"
                    ));
                }
                Belongs::Yes => {}
            }
            taken.take(interaction, &part)?;
            bytes += taken.exchanges.last().map_or(0, |exchange| exchange.body.len());
            if bytes > MAX_IMPORT_BYTES || taken.exchanges.len() > MAX_EXCHANGES {
                return Err(Damage::new(format!(
                    "holds more than {MAX_EXCHANGES} answers or {} MiB of them; import it in parts",
                    MAX_IMPORT_BYTES >> 20
                )));
            }
        }
        if taken.exchanges.is_empty() {
            let problem = format!("holds no answer to a POST …/responses; {}", skipped(&taken.skipped));
            return Err(Damage::new(problem));
        }
        taken.make_redirects_local();
        Ok(taken)
    }

    fn take(&mut self, interaction: Interaction, part: &str) -> Result<(), Damage> {
        let asked = interaction.asked.parsed.clone();
        let (exchange, notes) = interaction.exchange()?;
        self.notes.extend(notes.into_iter().map(|note| format!("{part}: {note}")));
        let request = exchange.request.as_ref();
        let asked = request.and_then(|request| serde_json::from_slice::<Value>(request).ok()).or(asked);
        self.requests += usize::from(asked.is_some());
        self.said.push(asked.as_ref().map(Said::of_request).unwrap_or_default());
        self.exchanges.push(exchange);
        Ok(())
    }

    /// An app-server would follow a recorded redirect to where it really leads. One that it follows with the same
    /// request leads to the next exchange instead, and any other nowhere.
    fn make_redirects_local(&mut self) {
        let last = self.exchanges.len() - 1;
        for (index, exchange) in self.exchanges.iter_mut().enumerate() {
            let followed = index < last && is_redirect(exchange);
            let Some(at) = exchange.headers.iter().position(|(name, _)| name == "location") else { continue };
            let (_, location) = exchange.headers.remove(at);
            let (number, was) = (index + 1, public_part(&location));
            if followed {
                exchange.headers.push(("location".to_owned(), "responses".to_owned()));
                self.notes.push(format!(
                    "exchange {number} redirects to {was}; here it leads to the next exchange"
                ));
            } else {
                self.notes.push(format!("exchange {number} names {was} as its location, which is left out"));
            }
        }
    }

    fn imported(mut self, path: &Path, name: &str, format: Format, prompt: Option<&str>) -> Imported {
        let (turns, notes) = turns_of(&self.exchanges, &self.said, prompt);
        self.notes.extend(notes);
        let mut unknown: Vec<String> = format.unknown().iter().map(|what| (*what).to_owned()).collect();
        if self.requests == 0 && !unknown.iter().any(|what| what == "requests") {
            unknown.push("requests".to_owned());
        }
        let file = file_name(path);
        let recording = Recording {
            description: format!("Imported from {file}, {format}."),
            provenance: Provenance {
                kind: "imported".to_owned(),
                source: Some(file),
                notes: Some(provenance(&unknown, &self.notes)),
            },
            ..Recording::of_exchanges(name, turns, self.exchanges)
        };
        Imported { recording, format, unknown, notes: self.notes, skipped: self.skipped }
    }
}

/// Where a part of the file is, for people.
fn place(interaction: &Interaction) -> String {
    match interaction.line {
        Some(line) => format!("{} (line {line})", interaction.part),
        None => interaction.part.clone(),
    }
}

fn skipped(skipped: &[String]) -> String {
    match skipped {
        [] => "it holds nothing at all".to_owned(),
        [only] => format!("it holds {only}"),
        [first, rest @ ..] => format!("it holds {first}; and {} more", rest.len()),
    }
}

fn provenance(unknown: &[String], notes: &[String]) -> String {
    let unknown = format!("Not known: {}.", unknown.join(", "));
    std::iter::once(unknown).chain(notes.iter().cloned()).collect::<Vec<_>>().join("\n")
}
