//! `responses-parity check`.

mod again;
mod place;
mod show;

use super::carried::{Carried, load_share};
use super::conclusion::conclude;
use super::exit::{COULD_NOT_RUN, USAGE, fail};
use super::parse::parse_speed;
use super::progress::Progress;
use super::subject::SubjectArgs;
use crate::check::{CheckOptions, Partition, Side, check_all};
use crate::compare::Allowances;
use crate::recording::Recording;
use crate::report::{Run, Share, SideOf, Summary};
use crate::upstream::Speed;
use clap::Args;
use place::place_of;
pub(super) use show::ShowArgs;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Recordings, or folders of them; the folder `recordings` unless given, and without one those that this program carries
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    subject: SubjectArgs,
    /// How many times to replay each recording on each side; what differs between two times is noise
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    repeat: usize,
    /// A file of differences that are meant: `[[allow]]` with channel, path, reason and, where wanted, label
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,
    /// Print the entries for such a file that would silence what was seen, for a person to copy and to give reasons
    #[arg(long)]
    suggest_allow: bool,
    /// How fast answers are delivered: `max`, or `1x` (as recorded), `10x` (ten times as fast), …
    #[arg(long, value_name = "SPEED", default_value = "max", value_parser = parse_speed)]
    speed: Speed,
    /// Check a share of the recordings: `count:M/N` and `slice:M/N` deal them out, each PATH by itself or all together, and
    /// `hash:M/N` goes by their names; as for cargo nextest
    #[arg(long, value_name = "PARTITION")]
    partition: Option<Partition>,
    #[command(flatten)]
    show: ShowArgs,
}

impl CheckArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity check
  responses-parity check recordings/tools recordings/text/plain
  responses-parity check --app-server 'codex app-server' --paths direct
  responses-parity check --app-server 'old/codex app-server' \\
      --against 'new/codex app-server'
  responses-parity check recordings/text/plain -v
  responses-parity check --table --durations
  responses-parity check --html report.html --junit parity.xml
  responses-parity check --partition hash:1/4 --format github

Exit status:
  0  parity: every recording was replayed as recorded, and nothing differs; or the share has no recordings
  1  a divergence, a replay that was not what was recorded, or an allowed difference that is not needed
  2  usage: an argument or a recording cannot be read, or a report cannot be written where it is to go
  3  could not run: an app-server or the harness itself failed";

    pub(super) fn run(self, carried: Carried) -> ExitCode {
        match self.checked(carried) {
            Ok(status) => status,
            Err((status, problem)) => {
                self.show.could_not(&problem);
                fail(status, problem)
            }
        }
    }

    /// An error comes with the status that tells whose it is.
    fn checked(&self, carried: Carried) -> Result<ExitCode, (u8, String)> {
        let usage = |problem: String| (USAGE, problem);
        let could_not_run = |problem: String| (COULD_NOT_RUN, problem);
        let files = self.show.files(self.suggest_allow).map_err(usage)?;
        let (recordings, all) = load_share(&self.paths, self.partition, carried)
            .map_err(|error| (error.status(), error.to_string()))?;
        let options = self.options(self.allowances().map_err(usage)?).map_err(could_not_run)?;
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
        let text = std::fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"));
        let parse = |text: String| Allowances::parse(&text).map_err(|error| error.to_string());
        text.and_then(parse).map_err(|problem| format!("{}: {}", path.display(), problem.trim_end()))
    }

    fn options(&self, allowed: Allowances) -> Result<CheckOptions, String> {
        Ok(CheckOptions {
            repeat: self.repeat,
            allowed,
            all_places: self.suggest_allow,
            details: self.show.needs_details(),
            speed: self.speed,
            ..self.subject.options()?
        })
    }
}

fn side_of(side: &Side) -> SideOf {
    SideOf { name: side.name.clone(), path: side.path.name(), app_server: side.command.to_string() }
}
