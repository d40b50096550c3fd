//! `responses-parity import`.

use super::exit::{COULD_NOT_RUN, USAGE, complain, printed};
use crate::recording::import::{Imported, import};
use crate::recording::{
    Existing, LoadError, Place, Recording, Removed, WriteError, load, redact, scrub, write,
};
use crate::report::printable;
use crate::wire::events_of_body;
use clap::Args;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Endings that say what a file is and are no part of a recording's name.
const ENDINGS: [&str; 10] = ["gz", "har", "http", "json", "jsonl", "ndjson", "sse", "txt", "yaml", "yml"];

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// What other tools recorded: a stream, `curl -i` output, JSON lines of events, a cassette, a HAR
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Where the recordings go: a folder for each file, named after it
    #[arg(short, long, alias = "out", value_name = "FOLDER", default_value = "recordings/imported")]
    output: PathBuf,
    /// Replace recordings that are there already
    #[arg(long)]
    force: bool,
    /// What the user says, where a file does not tell
    #[arg(long, value_name = "TEXT")]
    prompt: Option<String>,
}

impl ImportArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  curl -iN … > answer.txt && responses-parity import answer.txt --prompt 'Tell me about the kettle.'
  responses-parity import tests/cassettes/*.yaml -o recordings/cassettes
  responses-parity import session.har --force

What a file is, its content tells, and its ending where that does not. Each file becomes one
recording. Only answers to `POST …/responses` are taken, and all else is named.

Exit status:
  0  every file was imported
  2  usage: a file cannot be imported, or its recording is there already; the others were imported
  3  could not run: a recording cannot be written";

    pub(super) fn run(self) -> ExitCode {
        let mut claimed = BTreeMap::new();
        let mut failed = Vec::new();
        for file in &self.files {
            if let Err(failure) = self.import(file, &mut claimed) {
                let hint = if let Failure::Write(WriteError::Exists { .. }) = failure {
                    " (-o, --force)"
                } else {
                    ""
                };
                complain(shown(&format!("{failure}{hint}")));
                failed.push((file, failure.status()));
            }
        }
        let status = failed.iter().map(|(_, status)| *status).max().unwrap_or_default();
        if self.files.len() > 1 {
            let names: Vec<_> = failed.iter().map(|(file, _)| file.display().to_string()).collect();
            return printed(print_summary(self.files.len(), &names), status);
        }
        ExitCode::from(status)
    }

    /// One file. `claimed` are the names that were given so far, and the files that they were given to.
    fn import(&self, file: &Path, claimed: &mut BTreeMap<String, PathBuf>) -> Result<(), Failure> {
        let name = name_of(file).ok_or_else(|| Failure::Nameless(file.to_owned()))?;
        let folder = self.output.join(&name);
        if let Some(other) = claimed.insert(name.clone(), file.to_owned()) {
            claimed.insert(name, other.clone());
            return Err(Failure::Claimed { file: file.to_owned(), folder, other });
        }
        let mut imported = import(file, &name, self.prompt.as_deref())?;
        let removed = scrub(&mut imported.recording);
        let existing = if self.force { Existing::Replace } else { Existing::Refuse };
        write(&imported.recording, &folder, existing)?;
        let loaded = load(&folder, &name)?;
        match print(file, &folder, &imported, &removed, &loaded) {
            // A reader that has left (`| head`) changes nothing about what was imported.
            Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::Print(error)),
            _ => Ok(()),
        }
    }
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Read(#[from] LoadError),
    #[error(transparent)]
    Write(#[from] WriteError),
    #[error("{}: has no name that a recording could have", .0.display())]
    Nameless(PathBuf),
    #[error("{}: would become {}, as {} does; import them into different folders", file.display(), folder.display(), other.display())]
    Claimed { file: PathBuf, folder: PathBuf, other: PathBuf },
    #[error("the report could not be written: {0}")]
    Print(std::io::Error),
}

impl Failure {
    fn status(&self) -> u8 {
        match self {
            Failure::Print(_) | Failure::Write(WriteError::Io { .. }) => COULD_NOT_RUN,
            _ => USAGE,
        }
    }
}

/// The file's name without its endings, with `-` for all that has no place in the name of a recording.
fn name_of(file: &Path) -> Option<String> {
    let mut stem = file.file_name()?.to_string_lossy().into_owned();
    while let Some((rest, ending)) = stem.rsplit_once('.') {
        if rest.is_empty() || !ENDINGS.contains(&ending.to_ascii_lowercase().as_str()) {
            break;
        }
        stem.truncate(rest.len());
    }
    let kept = |c: char| if c.is_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let name: String = stem.chars().map(kept).collect();
    // A hidden folder would be found by nobody.
    let name = name.trim_matches(['.', '-']);
    (!name.is_empty()).then(|| name.to_owned())
}

fn print(
    file: &Path,
    folder: &Path,
    imported: &Imported,
    removed: &[Removed],
    loaded: &Recording,
) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let exchanges = &imported.recording.exchanges;
    let statuses: Vec<_> = exchanges.iter().map(|exchange| exchange.status.to_string()).collect();
    let events: usize = exchanges.iter().map(|exchange| events_of_body(&exchange.body).len()).sum();
    let (from, to) = (file.display().to_string(), folder.display().to_string());
    writeln!(out, "{}: {} became {}", shown(&from), imported.format, shown(&to))?;
    let mut line =
        |what: &str, text: &dyn fmt::Display| writeln!(out, "  {what:9}  {}", shown(&text.to_string()));
    line("turns", &loaded.turns.len())?;
    line("exchanges", &format_args!("{} (status {})", exchanges.len(), statuses.join(", ")))?;
    line("events", &events)?;
    let added = loaded.exchanges.len() - exchanges.len();
    if added > 0 {
        line(
            "added",
            &format_args!("{added} closing, whenever it is loaded: its last answer asks for a tool"),
        )?;
    }
    if events == 0 {
        line("note", &"no answer holds an event of a stream")?;
    }
    line("not known", &imported.unknown.join(", "))?;
    imported.notes.iter().try_for_each(|note| line("note", note))?;
    imported.skipped.iter().try_for_each(|skipped| line("skipped", skipped))?;
    told(removed).iter().try_for_each(|removed| line("removed", removed))
}

/// What a file says is not repeated with its secrets, nor with what a terminal would obey.
fn shown(text: &str) -> String {
    printable(&redact(text))
}

/// What was removed: each kind of header field in one line with all names, all else by its place, and how often.
fn told(removed: &[Removed]) -> Vec<String> {
    let mut fields = BTreeMap::<_, BTreeSet<&str>>::new();
    let mut others = BTreeMap::<_, usize>::new();
    for Removed { kind, place } in removed {
        let place = match place {
            Place::Header { name, .. } => {
                fields.entry(kind).or_default().insert(name);
                continue;
            }
            Place::Body { exchange, .. } => format!("exchange {exchange}, body"),
            Place::Request { exchange, .. } => format!("exchange {exchange}, request"),
            place => place.to_string(),
        };
        *others.entry(format!("{place}: {kind}")).or_default() += 1;
    }
    let fields = fields.into_iter().map(|(kind, names)| {
        let names: Vec<_> = names.into_iter().collect();
        format!("{kind}: {}", names.join(", "))
    });
    let others = others.into_iter().map(|(what, times)| match times {
        1 => what,
        _ => format!("{what} ({times} times)"),
    });
    fields.chain(others).collect()
}

fn print_summary(files: usize, failed: &[String]) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    write!(out, "imported {} of {files} files", files - failed.len())?;
    match failed {
        [] => writeln!(out),
        failed => writeln!(out, "; not imported: {}", shown(&failed.join(", "))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_within_the_folder() {
        for (file, name) in [
            ("a/b/answer.txt", Some("answer")),
            ("cassette.yaml.gz", Some("cassette")),
            ("v1.2.har", Some("v1.2")),
            ("test_x[stream: 1].yaml", Some("test_x-stream--1")),
            (".hidden.sse", Some("hidden")),
            ("..", None),
            ("/", None),
            (".", None),
            ("-.har", None),
        ] {
            assert_eq!(name_of(Path::new(file)).as_deref(), name, "{file}");
        }
    }
}
