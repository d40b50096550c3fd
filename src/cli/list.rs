//! `responses-parity list`.

use super::app_server::bundled;
use super::catalogue::{catalogue, totals};
use super::exit::{COULD_NOT_RUN, USAGE, complain, fail, printed};
use super::format::{Format, parse_format, print_json};
use super::terminal::width;
use crate::check::{CheckOptions, Side, both_paths, protocol_coverage};
use crate::recording::{Contents, Coverage, LoadError, Recording, Survey, coverage, scrub, survey};
use crate::replay::Path as ApiPath;
use crate::report;
use crate::session::ServerCommand;
use clap::Args;
use serde_json::json;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// How many recordings are replayed at once to see what they reach.
const JOBS: usize = 16;

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Recordings, or folders of them
    #[arg(value_name = "PATH", default_value = "recordings")]
    paths: Vec<PathBuf>,
    /// Print instead what there is that they do not reach, or hardly: types of events and items, ResponseEvents, classes
    /// of errors and statuses, framings, endings, and protocol messages, for which they are replayed
    #[arg(long)]
    coverage: bool,
    /// The app-server to see protocol messages of, as a command line; the bundled one unless given
    #[arg(long, value_name = "COMMAND", value_parser = ServerCommand::parse, requires = "coverage")]
    app_server: Option<ServerCommand>,
    /// The paths to see protocol messages on: `direct`, `delegated`, or both; of an app-server that is given, `direct`
    #[arg(long = "paths", value_name = "PATHS", value_delimiter = ',', requires = "coverage")]
    paths_taken: Vec<ApiPath>,
    /// How to print it: `text` for people, `json` for programs
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse_format)]
    format: Format,
}

impl ListArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity list
  responses-parity list recordings/tools
  responses-parity list --coverage
  responses-parity list --coverage --app-server 'codex app-server'

Exit status:
  0  listed
  2  usage: an argument or a recording cannot be read; the other recordings were listed
  3  could not run: --coverage, and an app-server or the harness itself failed";

    pub(super) fn run(self) -> ExitCode {
        let (recordings, problems) = self.load();
        for problem in &problems {
            complain(problem);
        }
        if recordings.is_empty() {
            return ExitCode::from(USAGE);
        }
        let status = if problems.is_empty() { 0 } else { USAGE };
        if !self.coverage {
            let contents: Vec<_> = recordings.into_iter().map(contents_to_show).collect();
            return printed(self.print_list(&contents), status);
        }
        match self.cover(&recordings) {
            Ok(covered) => printed(self.print_coverage(&covered), status),
            Err(problem) => fail(COULD_NOT_RUN, problem),
        }
    }

    /// Everything that can be loaded, and why the rest cannot.
    fn load(&self) -> (Vec<Recording>, Vec<LoadError>) {
        let (mut recordings, mut all_problems) = (Vec::new(), Vec::new());
        for path in &self.paths {
            let Survey { found, problems, .. } = survey(path);
            all_problems.extend(problems);
            for found in found {
                match found.load() {
                    Ok(recording) => recordings.push(recording),
                    Err(problem) => all_problems.push(problem),
                }
            }
        }
        (recordings, all_problems)
    }

    fn print_list(&self, contents: &[Contents]) -> io::Result<()> {
        if self.format == Format::Json {
            return print_json(&contents);
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{}\n\n{}", catalogue(contents, width()), totals(contents))
    }

    fn cover(&self, recordings: &[Recording]) -> Result<Vec<Coverage>, String> {
        let options =
            self.options().map_err(|error| format!("this program's own path is unknown: {error}"))?;
        let runtime = tokio::runtime::Runtime::new().map_err(|error| error.to_string())?;
        let bundled = self.app_server.is_none();
        let protocol = runtime.block_on(protocol_coverage(recordings, &options, bundled));
        let mut covered = coverage(recordings);
        covered.push(protocol.map_err(|error| error.to_string())?);
        Ok(covered)
    }

    fn options(&self) -> io::Result<CheckOptions> {
        let command = match &self.app_server {
            Some(command) => command.clone(),
            None => bundled()?,
        };
        let sides = match (self.paths_taken.as_slice(), &self.app_server) {
            ([], None) => both_paths(command),
            ([], Some(_)) => vec![Side::of_path(command, ApiPath::Direct)],
            (paths, _) => paths.iter().map(|path| Side::of_path(command.clone(), *path)).collect(),
        };
        Ok(CheckOptions { jobs: JOBS, ..CheckOptions::new(sides) })
    }

    fn print_coverage(&self, covered: &[Coverage]) -> io::Result<()> {
        if self.format == Format::Json {
            return print_json(&json!({ "coverage": covered }));
        }
        let mut out = io::stdout().lock();
        let texts: Vec<_> =
            covered.iter().map(|covered| report::coverage(covered, width().unwrap_or(usize::MAX))).collect();
        write!(out, "{}", texts.join("\n"))
    }
}

/// What a recording holds, but for what nobody is to see.
fn contents_to_show(mut recording: Recording) -> Contents {
    scrub(&mut recording);
    Contents::of(&recording)
}
