//! What reports are printed as.

use serde::Serialize;
use std::io::{self, Write};

/// What a report is printed as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON document.
    Json,
}

/// Reads what stands on the command line.
pub(super) fn parse_format(text: &str) -> Result<Format, String> {
    match text {
        "text" => Ok(Format::Text),
        "json" => Ok(Format::Json),
        _ => Err("expected `text` or `json`".to_owned()),
    }
}

/// What a check is printed as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum CheckFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON document.
    Json,
    /// For GitHub: annotations.
    Github,
}

/// Reads what stands on the command line of a check.
pub(super) fn parse_check_format(text: &str) -> Result<CheckFormat, String> {
    match text {
        "text" => Ok(CheckFormat::Text),
        "json" => Ok(CheckFormat::Json),
        "github" => Ok(CheckFormat::Github),
        _ => Err("expected `text`, `json` or `github`".to_owned()),
    }
}

/// Prints a value as one JSON document.
pub(super) fn print_json(value: &impl Serialize) -> io::Result<()> {
    let mut out = io::stdout().lock();
    serde_json::to_writer_pretty(&mut out, value)?;
    writeln!(out)
}
