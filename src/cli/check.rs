//! `responses-parity check`.

mod again;
mod place;
mod show;

use super::app_server::bundled;
use super::conclusion::conclude;
use super::exit::{COULD_NOT_RUN, USAGE, fail};
use super::parse::{Protocol, parse_protocol, parse_speed};
use super::progress::Progress;
use super::recordings::load_share;
use crate::check::{CheckOptions, Partition, Side, check_all};
use crate::compare::Allowances;
use crate::recording::Recording;
use crate::replay::Path as ApiPath;
use crate::report::{Run, Share, SideOf, Summary};
use crate::session::{Deadlines, ServerCommand};
use crate::upstream::Speed;
use clap::Args;
use place::place_of;
pub(super) use show::ShowArgs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Recordings, or folders of them
    #[arg(value_name = "PATH", default_value = "recordings")]
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
    #[arg(long, value_name = "SECONDS", default_value_t = CheckArgs::TURN_TIMEOUT, value_parser = clap::value_parser!(u64).range(1..))]
    turn_timeout: u64,
    /// How long the app-server may take to answer a request
    #[arg(long, value_name = "SECONDS", default_value_t = CheckArgs::ANSWER_TIMEOUT, value_parser = clap::value_parser!(u64).range(1..))]
    answer_timeout: u64,
    /// Check a share of the recordings: `count:M/N` and `slice:M/N` deal them out, each PATH by itself or all together, and
    /// `hash:M/N` goes by their names; as for cargo nextest
    #[arg(long, value_name = "PARTITION")]
    partition: Option<Partition>,
    #[command(flatten)]
    show: ShowArgs,
}

impl CheckArgs {
    /// In seconds.
    const TURN_TIMEOUT: u64 = 60;
    /// In seconds.
    const ANSWER_TIMEOUT: u64 = 10;

    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity check
  responses-parity check recordings/tools recordings/text/plain
  responses-parity check --app-server 'codex app-server' --paths direct
  responses-parity check --app-server 'old/codex app-server' --against 'new/codex app-server'
  responses-parity check recordings/text/plain -v
  responses-parity check --table --durations
  responses-parity check --html report.html --junit parity.xml
  responses-parity check --partition hash:1/4 --format github

Exit status:
  0  parity: every recording was replayed as recorded, and nothing differs; or the share has no recordings
  1  a divergence, a replay that was not what was recorded, or an allowed difference that is not needed
  2  usage: an argument or a recording cannot be read, or a report cannot be written where it is to go
  3  could not run: an app-server or the harness itself failed";

    pub(super) fn run(self) -> ExitCode {
        match self.checked() {
            Ok(status) => status,
            Err((status, problem)) => {
                self.show.could_not(&problem);
                fail(status, problem)
            }
        }
    }

    /// An error comes with the status that tells whose it is.
    fn checked(&self) -> Result<ExitCode, (u8, String)> {
        let usage = |problem: String| (USAGE, problem);
        let could_not_run = |problem: String| (COULD_NOT_RUN, problem);
        let files = self.show.files(self.suggest_allow).map_err(usage)?;
        let (recordings, all) =
            load_share(&self.paths, self.partition).map_err(|error| usage(error.to_string()))?;
        let options = self.options(self.allowances().map_err(usage)?);
        let options =
            options.map_err(|error| could_not_run(format!("this program's own path is unknown: {error}")))?;
        let summary = self.summary(&recordings, &options).map_err(could_not_run)?;
        let run = Run {
            summary: &summary,
            sides: options.sides.iter().map(side_of).collect(),
            allowed: &options.allowed,
            share: self.partition.map(|partition| Share { partition: partition.to_string(), of: all }),
        };
        let shown = conclude(&run, &self.show, |checked| self.more_of(checked), place_of);
        // What could not be written is told after what was found, and hides none of it.
        files.write(&run, |checked| self.more_of(checked)).map_err(could_not_run)?;
        Ok(shown)
    }

    /// Nothing is started for a share without recordings.
    fn summary(&self, recordings: &[Recording], options: &CheckOptions) -> Result<Summary, String> {
        if recordings.is_empty() {
            return Ok(Summary::default());
        }
        let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
        let mut progress = Progress::new(recordings.len());
        let summary = runtime.block_on(check_all(recordings, options, |checked| progress.done(checked)));
        progress.finish();
        summary.map_err(|error| error.to_string())
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
            details: self.show.needs_details(),
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

fn side_of(side: &Side) -> SideOf {
    SideOf { name: side.name.clone(), path: side.path.name(), app_server: side.command.to_string() }
}
