//! `responses-parity check`.

use super::exit::{COULD_NOT_RUN, FAILED, USAGE, fail};
use super::progress::Progress;
use super::table::table;
use crate::check::{CheckOptions, check_all};
use crate::observe::Channel;
use crate::recording::{LoadError, Recording, discover};
use crate::report::{Summary, Verdict, failure};
use crate::session::{Deadlines, ServerCommand};
use crate::upstream::Speed;
use clap::Args;
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
  responses-parity check --app-server 'codex app-server'";

    pub(super) fn run(self) -> ExitCode {
        let recordings = match self.load() {
            Ok(recordings) => recordings,
            Err(error) => return fail(USAGE, error),
        };
        let options = match self.options() {
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
            Ok(summary) => conclude(&summary),
            Err(error) => fail(COULD_NOT_RUN, error),
        }
    }

    fn load(&self) -> Result<Vec<Recording>, LoadError> {
        let mut recordings = Vec::new();
        for path in &self.paths {
            for found in discover(path)? {
                recordings.push(found.load()?);
            }
        }
        Ok(recordings)
    }

    fn options(&self) -> std::io::Result<CheckOptions> {
        let subject = match &self.app_server {
            Some(command) => command.clone(),
            None => ServerCommand::new(std::env::current_exe()?).arg("app-server"),
        };
        let answer = Duration::from_secs(self.answer_timeout);
        let deadlines = Deadlines {
            start: answer,
            answer,
            turn: Duration::from_secs(self.turn_timeout),
            ..Deadlines::default()
        };
        Ok(CheckOptions { subject, jobs: self.jobs, speed: self.speed, deadlines })
    }
}

fn parse_speed(text: &str) -> Result<Speed, String> {
    if text == "max" {
        return Ok(Speed::Max);
    }
    let factor = text.strip_suffix('x').and_then(|factor| factor.parse().ok());
    let factor = factor.filter(|factor: &f64| factor.is_finite() && *factor > 0.0);
    factor.map(Speed::Recorded).ok_or_else(|| "expected `max`, or a factor such as `1x` or `0.5x`".to_owned())
}

#[expect(clippy::print_stdout, reason = "the verdict is what this command is for")]
fn conclude(summary: &Summary) -> ExitCode {
    for checked in &summary.checked {
        let text = failure(checked);
        if !text.is_empty() {
            println!("{text}");
        }
    }
    println!("{}\n", table(summary));
    for stray in &summary.strays {
        println!("belongs to no conversation: {stray}");
    }
    println!("{}", verdict(summary));
    match summary {
        summary if summary.is_parity() => ExitCode::SUCCESS,
        summary if summary.could_not_run() => ExitCode::from(COULD_NOT_RUN),
        _ => ExitCode::from(FAILED),
    }
}

/// One line.
fn verdict(summary: &Summary) -> String {
    let seconds = summary.elapsed.as_secs_f64();
    if summary.is_parity() {
        let compared = |channel| -> usize {
            let compared = summary.checked.iter().filter_map(|checked| checked.result.as_ref().ok());
            compared.map(|compared| compared.comparison.compared(channel)).sum()
        };
        return format!(
            "parity: {} recordings, identical on both paths ({} requests, {} notifications, {seconds:.1} s)",
            summary.checked.len(),
            compared(Channel::Requests),
            compared(Channel::Notifications),
        );
    }
    let counts = [Verdict::Identical, Verdict::Divergent, Verdict::Incomplete, Verdict::CouldNotRun]
        .map(|verdict| (verdict, summary.count(verdict)));
    let counts =
        counts.iter().filter(|(_, count)| *count > 0).map(|(verdict, count)| format!("{count} {verdict}"));
    let strays =
        (!summary.strays.is_empty()).then(|| format!("{} messages of no conversation", summary.strays.len()));
    format!("no parity: {} ({seconds:.1} s)", counts.chain(strays).collect::<Vec<_>>().join(", "))
}
