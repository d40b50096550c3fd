//! How a check is shown.

use crate::cli::format::{CheckFormat, parse_check_format};
use crate::cli::report_file::ReportFile;
use crate::report::{Checked, Run, github_error, html, junit};
use clap::{Args, ColorChoice};
use std::io::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(in crate::cli) struct ShowArgs {
    /// Show all of each recording: the table, and both sides on one time line, with what was said beside the channels
    #[arg(short, long, conflicts_with = "quiet")]
    pub(in crate::cli) verbose: bool,
    /// Print the verdict alone
    #[arg(short, long, conflicts_with_all = ["table", "durations", "suggest_allow"])]
    pub(in crate::cli) quiet: bool,
    /// Print a table of all recordings: what was compared on each channel, where it differs, and how long it took
    #[arg(long)]
    pub(in crate::cli) table: bool,
    /// Print the slowest recordings, 10 unless said otherwise
    #[arg(long, value_name = "N", num_args = 0..=1, require_equals = true, default_missing_value = "10", value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    pub(in crate::cli) durations: Option<usize>,
    /// Whether to use colours; `auto` follows the terminal and NO_COLOR
    #[arg(long, value_name = "WHEN", default_value = "auto", hide_possible_values = true)]
    pub(in crate::cli) color: ColorChoice,
    /// How to print it: `text` for people; `json` for programs, as docs/report.schema.json says; `github` for annotations
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = parse_check_format)]
    pub(in crate::cli) format: CheckFormat,
    /// Write a JUnit report, too: a test for each recording
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a page to look at in a browser, too: both sides of each recording on one time line
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
}

/// The files that a report is written to beside what is printed.
pub(super) struct ReportFiles {
    html: Option<ReportFile>,
    junit: Option<ReportFile>,
}

impl ShowArgs {
    /// Whether all that was compared has to be kept.
    pub(in crate::cli) fn needs_details(&self) -> bool {
        self.verbose || self.html.is_some()
    }

    /// Looks whether everything can be written that is asked for. `suggests` says whether suggestions are.
    pub(super) fn files(&self, suggests: bool) -> Result<ReportFiles, String> {
        let for_people = [
            (self.verbose, "-v"),
            (self.quiet, "-q"),
            (self.table, "--table"),
            (self.durations.is_some(), "--durations"),
            (suggests, "--suggest-allow"),
        ];
        if self.format != CheckFormat::Text
            && let Some((_, option)) = for_people.iter().find(|(given, _)| *given)
        {
            return Err(format!(
                "{option}: is about the text for people, and --format asks for another\n  next: leave one of them out"
            ));
        }
        let junit = self.junit.as_ref().map(|path| ReportFile::at("--junit", path)).transpose()?;
        let html = self.html.as_ref().map(|path| ReportFile::at("--html", path)).transpose()?;
        if let (Some(html), Some(junit)) = (&html, &junit)
            && html.is_at(junit)
        {
            return Err("--html and --junit name the same file; name two".to_owned());
        }
        Ok(ReportFiles { html, junit })
    }

    /// Tells of what kept a check from beginning, where somebody reads annotations alone.
    pub(super) fn could_not(&self, problem: &str) {
        if self.format == CheckFormat::Github {
            // Where stdout is gone, stderr says the same.
            let _ = write!(std::io::stdout().lock(), "{}", github_error(problem));
        }
    }
}

impl ReportFiles {
    /// Writes them, and tells of each that cannot be written.
    pub(super) fn write(&self, run: &Run<'_>, more: impl Fn(&Checked) -> String) -> Result<(), String> {
        let html = self.html.as_ref().map(|file| file.write(&html(run, more)));
        let junit = self.junit.as_ref().map(|file| file.write(&junit(run)));
        let problems: Vec<_> = [html, junit].into_iter().flatten().filter_map(Result::err).collect();
        if problems.is_empty() { Ok(()) } else { Err(problems.join("\n")) }
    }
}
