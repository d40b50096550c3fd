//! `responses-parity inspect`.

use super::exit::{USAGE, fail, printed};
use super::format::Format;
use super::terminal::width;
use crate::recording::{Contents, Found, Recording, discover, events_of};
use crate::report::{contents, event_line, event_line_header};
use clap::Args;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct InspectArgs {
    /// A recording: its folder or its file
    #[arg(value_name = "RECORDING")]
    path: PathBuf,
    /// Also list the events: index, byte offset, time where it is known, type, and the start of the data
    #[arg(long)]
    events: bool,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

impl InspectArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity inspect recordings/tools/function-call
  responses-parity inspect recordings/text/plain --events
  responses-parity inspect recordings/text/plain --format json";

    pub(super) fn run(self) -> ExitCode {
        let recording = match self.load() {
            Ok(recording) => recording,
            Err(problem) => return fail(USAGE, problem),
        };
        let shown = match self.format {
            Format::Text => self.print(&recording),
            Format::Json => super::format::print_json(&self.json(&recording)),
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

    fn print(&self, recording: &Recording) -> io::Result<()> {
        let width = width();
        let mut out = io::stdout().lock();
        write!(out, "{}", contents(&Contents::of(recording), width))?;
        if !self.events {
            return Ok(());
        }
        for (index, exchange) in recording.exchanges.iter().enumerate() {
            writeln!(out, "\nevents of exchange {}\n{}", index + 1, event_line_header())?;
            for (index, event) in events_of(exchange).iter().enumerate() {
                writeln!(out, "{}", event_line(index, event, width))?;
            }
        }
        Ok(())
    }

    fn json(&self, recording: &Recording) -> serde_json::Value {
        let mut value = serde_json::json!(Contents::of(recording));
        if !self.events {
            return value;
        }
        for (index, exchange) in recording.exchanges.iter().enumerate() {
            value["exchanges"][index]["events"] = serde_json::json!(events_of(exchange));
        }
        value
    }
}
