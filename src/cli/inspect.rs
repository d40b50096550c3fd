//! `responses-parity inspect`.

use super::exit::{USAGE, fail, printed};
use super::format::{Format, parse_format, print_json};
use super::terminal::width;
use crate::recording::{Contents, Found, RecordedEvent, Recording, Removed, discover, events_of, scrub};
use crate::report::{contents, event_line, event_line_header, not_shown};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// How wide lines are where there is no terminal to ask.
const WITHOUT_TERMINAL: usize = 120;

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// A recording: its folder or its file
    #[arg(value_name = "RECORDING")]
    path: PathBuf,
    /// Also list the events: index, byte offset, time where it is known, type, and the start of the data
    #[arg(long)]
    events: bool,
    /// How to print it: `text` for people, `json` for programs
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse_format)]
    format: Format,
}

impl InspectArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity inspect recordings/tools/function-call
  responses-parity inspect recordings/text/plain --events
  responses-parity inspect recordings/text/plain --format json

Exit status:
  0  shown
  2  usage: it cannot be read, or it is several recordings";

    pub(super) fn run(self) -> ExitCode {
        let mut recording = match self.load() {
            Ok(recording) => recording,
            Err(problem) => return fail(USAGE, problem),
        };
        let hidden = scrub(&mut recording);
        let shown = match self.format {
            Format::Text => self.print(&recording, &hidden),
            Format::Json => print_json(&self.json(&recording, &hidden)),
        };
        printed(shown, 0)
    }

    fn load(&self) -> Result<Recording, String> {
        let found = discover(&self.path).map_err(|error| error.to_string())?;
        match found.as_slice() {
            [only] => only.load().map_err(|error| error.to_string()),
            several => Err(self.which(several)),
        }
    }

    fn which(&self, found: &[Found]) -> String {
        format!(
            "{} holds {} recordings; name one of them, such as {}",
            self.path.display(),
            found.len(),
            found[0].path.display()
        )
    }

    fn print(&self, recording: &Recording, hidden: &[Removed]) -> io::Result<()> {
        let width = width().unwrap_or(WITHOUT_TERMINAL);
        let looked = Contents::of(recording);
        let mut out = io::stdout().lock();
        write!(out, "{}{}", contents(&looked, width), not_shown(hidden, width))?;
        if !self.events {
            return Ok(());
        }
        for (exchange, contents) in recording.exchanges.iter().zip(&looked.exchanges) {
            if !contents.added {
                print_events(&mut out, contents.number, &events_of(exchange), width)?;
            }
        }
        Ok(())
    }

    fn json(&self, recording: &Recording, hidden: &[Removed]) -> serde_json::Value {
        let mut value = serde_json::json!(Contents::of(recording));
        value["not_shown"] = hidden.iter().map(ToString::to_string).collect();
        if !self.events {
            return value;
        }
        for (index, exchange) in recording.exchanges.iter().enumerate() {
            value["exchanges"][index]["events"] = serde_json::json!(events_of(exchange));
        }
        value
    }
}

fn print_events(
    out: &mut impl Write,
    exchange: usize,
    events: &[RecordedEvent],
    width: usize,
) -> io::Result<()> {
    if events.is_empty() {
        return writeln!(out, "\nevents of exchange {exchange}: none");
    }
    writeln!(out, "\nevents of exchange {exchange}\n{}", event_line_header())?;
    for (index, event) in events.iter().enumerate() {
        writeln!(out, "{}", event_line(index, event, width))?;
    }
    Ok(())
}
