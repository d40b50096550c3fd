//! `responses-parity check`.

use super::exit::{COULD_NOT_RUN, FAILED, USAGE, fail, printed};
use super::progress::Progress;
use super::table::table;
use crate::check::{CheckOptions, Side, check_all};
use crate::compare::{Allowance, Allowances};
use crate::observe::Channel;
use crate::recording::{LoadError, Recording, discover, redact};
use crate::replay::Path as ApiPath;
use crate::report::{Summary, Verdict, failure, printable};
use crate::session::{Deadlines, ServerCommand};
use crate::upstream::Speed;
use crate::wire::Dialect;
use clap::Args;
use std::io::Write;
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
    #[arg(long = "paths", value_name = "PATHS", value_delimiter = ',', value_parser = parse_path)]
    paths_taken: Vec<ApiPath>,
    /// Another app-server to compare it with, on the same path (the direct one unless --paths says otherwise)
    #[arg(long, value_name = "COMMAND", value_parser = ServerCommand::parse)]
    against: Option<ServerCommand>,
    /// How many times to replay each recording on each side; what differs between two times is noise
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    repeat: usize,
    /// Consent to what recorded tool calls want to do, instead of declining it
    #[arg(long)]
    allow_tools: bool,
    /// A file of differences that are meant: `[[allow]]` with channel, path, reason and, where wanted, label
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
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

    pub(super) fn run(self) -> ExitCode {
        let recordings = match self.load() {
            Ok(recordings) => recordings,
            Err(error) => return fail(USAGE, error),
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

    fn load(&self) -> Result<Vec<Recording>, LoadError> {
        let mut recordings = Vec::new();
        for path in &self.paths {
            for found in discover(path)? {
                recordings.push(found.load()?);
            }
        }
        Ok(recordings)
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
            None => ServerCommand::new(std::env::current_exe()?).arg("app-server"),
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
        let paths = if self.paths_taken.is_empty() { &BOTH_PATHS[..] } else { &self.paths_taken };
        paths.iter().map(|path| side(path.name().to_owned(), subject.clone(), *path)).collect()
    }
}

const BOTH_PATHS: [ApiPath; 2] = [ApiPath::Direct, ApiPath::Delegated];

/// `None` asks the app-server.
#[derive(Clone, Copy, Debug)]
struct Protocol(Option<Dialect>);

fn parse_protocol(text: &str) -> Result<Protocol, String> {
    match text {
        "auto" => Ok(Protocol(None)),
        "v1" => Ok(Protocol(Some(Dialect::V1))),
        "v2" => Ok(Protocol(Some(Dialect::V2))),
        _ => Err("expected `v1`, `v2` or `auto`".to_owned()),
    }
}

fn parse_path(text: &str) -> Result<ApiPath, String> {
    BOTH_PATHS
        .into_iter()
        .find(|path| path.name() == text)
        .ok_or_else(|| "expected `direct` or `delegated`".to_owned())
}

fn parse_speed(text: &str) -> Result<Speed, String> {
    if text == "max" {
        return Ok(Speed::Max);
    }
    let factor = text.strip_suffix('x').and_then(|factor| factor.parse().ok());
    let factor = factor.filter(|factor: &f64| factor.is_finite() && *factor > 0.0);
    factor.map(Speed::Recorded).ok_or_else(|| "expected `max`, or a factor such as `1x` or `0.5x`".to_owned())
}

fn conclude(summary: &Summary, options: &CheckOptions) -> ExitCode {
    let status = match summary {
        summary if summary.is_parity() && unused(summary, &options.allowed) == 0 => 0,
        summary if summary.could_not_run() => COULD_NOT_RUN,
        _ => FAILED,
    };
    printed(print(summary, options), status)
}

/// How many allowed differences nobody needs: each could hide one that nobody means.
fn unused(summary: &Summary, allowed: &Allowances) -> usize {
    (0..allowed.entries.len()).filter(|index| summary.uses_of(*index) == 0).count()
}

fn print(summary: &Summary, options: &CheckOptions) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for checked in &summary.checked {
        let text = failure(checked);
        if !text.is_empty() {
            writeln!(out, "{text}")?;
        }
    }
    writeln!(out, "{}\n", table(summary))?;
    for (index, Allowance { channel, path, reason, .. }) in options.allowed.entries.iter().enumerate() {
        let uses = summary.uses_of(index);
        let note = if uses == 0 { "unused: delete it".to_owned() } else { format!("in {uses} recordings") };
        writeln!(out, "allowed: {channel} {path} ({reason}): {note}")?;
    }
    for stray in &summary.strays {
        writeln!(out, "belongs to no conversation: {}", printable(stray))?;
    }
    writeln!(out, "{}", redact(&verdict(summary, options)))
}

/// One line.
fn verdict(summary: &Summary, options: &CheckOptions) -> String {
    let seconds = summary.elapsed.as_secs_f64();
    let names: Vec<_> = options.sides.iter().map(|side| side.name.as_str()).collect();
    let unused = unused(summary, &options.allowed);
    if summary.is_parity() && unused == 0 {
        let what = match names.as_slice() {
            ["direct", "delegated"] => "identical on both paths".to_owned(),
            [only] => format!("replayed as recorded ({only}); compared with nothing"),
            names => format!("identical on {}", names.join(" and ")),
        };
        return format!(
            "parity: {} recordings, {what} ({} requests, {} notifications, {seconds:.1} s)",
            summary.checked.len(),
            summary.compared(Channel::Requests),
            summary.compared(Channel::Notifications),
        );
    }
    let verdicts =
        [Verdict::Identical, Verdict::Noisy, Verdict::Divergent, Verdict::Incomplete, Verdict::CouldNotRun];
    let counts = verdicts.map(|verdict| (verdict, summary.count(verdict)));
    let counts =
        counts.iter().filter(|(_, count)| *count > 0).map(|(verdict, count)| format!("{count} {verdict}"));
    let strays =
        (!summary.strays.is_empty()).then(|| format!("{} messages of no conversation", summary.strays.len()));
    let unused = (unused > 0).then(|| format!("{unused} allowed differences unused"));
    format!(
        "no parity: {} ({seconds:.1} s)",
        counts.chain(strays).chain(unused).collect::<Vec<_>>().join(", ")
    )
}
