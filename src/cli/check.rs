//! `responses-parity check`.

use super::carried::{Carried, load_or_carried};
use super::conclusion::conclude;
use super::exit::{COULD_NOT_RUN, USAGE, fail};
use super::parse::parse_speed;
use super::progress::Progress;
use super::subject::SubjectArgs;
use crate::check::{CheckOptions, check_all};
use crate::compare::Allowances;
use crate::upstream::Speed;
use clap::Args;
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
            Err(error) => return fail(COULD_NOT_RUN, error),
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

    fn options(&self, allowed: Allowances) -> Result<CheckOptions, String> {
        Ok(CheckOptions {
            repeat: self.repeat,
            allowed,
            all_places: self.suggest_allow,
            speed: self.speed,
            ..self.subject.options()?
        })
    }
}
