//! `responses-parity check`.

use super::app_server::bundled;
use super::carried::{Carried, load_or_carried};
use super::conclusion::conclude;
use super::exit::{COULD_NOT_RUN, USAGE, fail};
use super::parse::{Protocol, parse_protocol, parse_speed};
use super::progress::Progress;
use crate::check::{CheckOptions, Side, check_all};
use crate::compare::Allowances;
use crate::replay::Path as ApiPath;
use crate::session::{Deadlines, ServerCommand};
use crate::upstream::Speed;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Recordings, or folders of them; the folder `recordings` unless given, and without one those that this program carries
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The app-server to check, as a command line; the bundled one unless given
    #[arg(long, value_name = "COMMAND", value_parser = ServerCommand::parse)]
    app_server: Option<ServerCommand>,
    /// The dialect it speaks; `auto` asks it
    #[arg(long, value_name = "PROTOCOL", default_value = "auto", value_parser = parse_protocol)]
    protocol: Protocol,
    /// The paths to take: `direct`, `delegated`, or both; one alone is replayed and compared with nothing
    #[arg(long = "paths", value_name = "PATHS", value_delimiter = ',')]
    paths_taken: Vec<ApiPath>,
    /// Another app-server to compare it with, on the same path (the direct one unless --paths says otherwise)
    #[arg(long, value_name = "COMMAND", value_parser = ServerCommand::parse)]
    against: Option<ServerCommand>,
    /// How many times to replay each recording on each side; what differs between two times is noise
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    repeat: usize,
    /// Consent to what recorded tool calls want to do, without a sandbox, instead of declining it
    #[arg(long)]
    allow_tools: bool,
    /// A file of differences that are meant: `[[allow]]` with channel, path, reason and, where wanted, label
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
    /// Print the entries for such a file that would silence what was seen, for a person to copy and to give reasons
    #[arg(long)]
    suggest_allow: bool,
    /// How many recordings to replay at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    jobs: usize,
    /// How fast answers are delivered: `max`, or `1x` (as recorded), `10x` (ten times as fast), …
    #[arg(long, value_name = "SPEED", default_value = "max", value_parser = parse_speed)]
    speed: Speed,
    /// How long a turn may be silent before it counts as never ending
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    turn_timeout: u64,
    /// How long the app-server may take to answer a request
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    answer_timeout: u64,
}

impl CheckArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity check
  responses-parity check recordings/tools recordings/text/plain
  responses-parity check --app-server 'codex app-server' --paths direct
  responses-parity check --app-server 'old/codex app-server' --against 'new/codex app-server'";

    pub(super) fn run(self, carried: Carried) -> ExitCode {
        let recordings = match load_or_carried(&self.paths, carried) {
            Ok(recordings) => recordings,
            Err(error) => return fail(error.status(), error),
        };
        let allowed = match self.allowances() {
            Ok(allowed) => allowed,
            Err(error) => return fail(USAGE, error),
        };
        let options = match self.options(allowed) {
            Ok(options) => options,
            Err(error) => {
                return fail(COULD_NOT_RUN, format!("this program's own path is unknown: {error}"));
            }
        };
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return fail(COULD_NOT_RUN, error),
        };
        let mut progress = Progress::new(recordings.len());
        let summary = runtime.block_on(check_all(&recordings, &options, |checked| progress.done(checked)));
        progress.finish();
        match summary {
            Ok(summary) => conclude(&summary, &options),
            Err(error) => fail(COULD_NOT_RUN, error),
        }
    }

    fn allowances(&self) -> Result<Allowances, String> {
        let Some(path) = &self.allow else { return Ok(Allowances::default()) };
        let said = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let text = std::fs::read_to_string(path).map_err(|error| said(&error))?;
        Allowances::parse(&text).map_err(|error| said(&error))
    }

    fn options(&self, allowed: Allowances) -> std::io::Result<CheckOptions> {
        let subject = match &self.app_server {
            Some(command) => command.clone(),
            None => bundled()?,
        };
        let answer = Duration::from_secs(self.answer_timeout);
        let deadlines = Deadlines {
            start: answer,
            answer,
            turn: Duration::from_secs(self.turn_timeout),
            ..Deadlines::default()
        };
        Ok(CheckOptions {
            sides: self.sides(subject),
            jobs: self.jobs,
            repeat: self.repeat,
            allow_tools: self.allow_tools,
            allowed,
            all_places: self.suggest_allow,
            speed: self.speed,
            deadlines,
        })
    }

    fn sides(&self, subject: ServerCommand) -> Vec<Side> {
        let side = |name: String, command: ServerCommand, path| Side {
            name,
            command,
            path,
            dialect: self.protocol.0,
        };
        if let Some(against) = &self.against {
            let path = self.paths_taken.first().copied().unwrap_or(ApiPath::Direct);
            let other = Side { dialect: None, ..side(against.to_string(), against.clone(), path) };
            return vec![side(subject.to_string(), subject, path), other];
        }
        let paths = if self.paths_taken.is_empty() { &ApiPath::ALL[..] } else { &self.paths_taken };
        paths.iter().map(|path| side(path.name().to_owned(), subject.clone(), *path)).collect()
    }
}
