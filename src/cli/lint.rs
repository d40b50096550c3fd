//! `responses-parity lint`.

use super::exit::{COULD_NOT_RUN, FAILED, USAGE, fail, printed};
use super::format::{Format, parse_format, print_json};
use crate::recording::{LintReport, Severity, lint};
use crate::report::{counted, printable};
use clap::Args;
use serde_json::json;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub(super) struct LintArgs {
    /// Recordings, or folders of them
    #[arg(value_name = "PATH", default_value = "recordings")]
    paths: Vec<PathBuf>,
    /// Also print what is only good to know
    #[arg(long)]
    notes: bool,
    /// How to print it: `text` for people, `json` for programs
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse_format)]
    format: Format,
}

impl LintArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity lint
  responses-parity lint recordings/text recordings/tools/function-call --notes
  responses-parity lint --format json

Exit status:
  0  nothing, or notes alone
  1  a warning: meant to be so, or to be mended; recordings/README.md says how a recording says that it is meant
  2  an error: something cannot be read
  3  could not run";

    pub(super) fn run(self) -> ExitCode {
        let report = match lint(&self.paths) {
            Ok(report) => report,
            Err(error) => return fail(COULD_NOT_RUN, format!("no temporary folder can be made: {error}")),
        };
        let shown = match self.format {
            Format::Text => self.print(&report),
            Format::Json => print_json(&json!({
                "recordings": report.recordings,
                "errors": report.count(Severity::Error),
                "warnings": report.count(Severity::Warning),
                "notes": report.count(Severity::Note),
                "findings": report.findings,
            })),
        };
        printed(shown, status(&report))
    }

    fn print(&self, report: &LintReport) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let shown =
            report.findings.iter().filter(|finding| self.notes || finding.severity() > Severity::Note);
        for finding in shown {
            writeln!(out, "{}: {}", finding.severity(), printable(&finding.to_string()))?;
        }
        writeln!(out, "{}", self.summary(report))
    }

    fn summary(&self, report: &LintReport) -> String {
        let counts = [Severity::Error, Severity::Warning, Severity::Note]
            .map(|severity| counted(report.count(severity), &severity.to_string()));
        let unseen = !self.notes && report.count(Severity::Note) > 0;
        let hint = if unseen { " (--notes prints them)" } else { "" };
        format!("{}: {}{hint}", counted(report.recordings, "recording"), counts.join(", "))
    }
}

fn status(report: &LintReport) -> u8 {
    match report.findings.iter().map(|finding| finding.severity()).max() {
        Some(Severity::Error) => USAGE,
        Some(Severity::Warning) => FAILED,
        Some(Severity::Note) | None => 0,
    }
}
