//! The version of a manifest, and what to say where it is no manifest at all.

use super::error::LoadError;
use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

/// The only version this build reads.
pub(super) const VERSION: u64 = 1;

/// Looked at first and alone, so that a newer format is called newer and not misspelt.
pub(super) fn check_version(path: &Path, text: &str) -> Result<(), LoadError> {
    #[derive(Deserialize)]
    struct Versioned {
        format: Option<Spanned<toml::Value>>,
    }
    let found: Versioned = toml::from_str(text).map_err(|error| toml_error(path, text, &error))?;
    let Some(format) = found.format else {
        let problem = format!("the format is missing; the first line must be `format = {VERSION}`");
        return Err(LoadError::at_line(path, 1, problem));
    };
    let problem = match format.get_ref().as_integer() {
        Some(version) if version == VERSION as i64 => return Ok(()),
        Some(newer) if newer > VERSION as i64 => newer_format(&newer.to_string()),
        _ => format!("format must be {VERSION}"),
    };
    Err(LoadError::at_offset(path, text, format.span().start, problem))
}

fn newer_format(newer: &str) -> String {
    format!("format {newer} is newer than the format this build reads ({VERSION}); update responses-parity")
}

/// What a parser says of a manifest, in words for people.
pub(super) fn toml_error(path: &Path, text: &str, error: &toml::de::Error) -> LoadError {
    let Some(span) = error.span() else { return LoadError::new(path, error.message()) };
    let for_people = || {
        ["u64", "usize"].iter().fold(error.message().to_owned(), |message, of_rust| {
            message.replace(&format!("expected {of_rust}"), "expected a number from 0")
        })
    };
    let problem = beyond_integers(text, span.start).unwrap_or_else(for_people);
    LoadError::at_offset(path, text, span.start, problem)
}

/// What to say of a number that no integer of TOML's can be. Its own words are about what they are parsed into.
fn beyond_integers(text: &str, offset: usize) -> Option<String> {
    let start = text.get(..offset)?.rfind('\n').map_or(0, |end| end + 1);
    let line = text.get(start..)?.lines().next()?;
    let rest = text.get(offset..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && !"+-_".contains(c)).unwrap_or(rest.len());
    let number = rest.get(..end)?.replace('_', "");
    let is_number = number.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit());
    if !is_number || number.parse::<i64>().is_ok() {
        return None;
    }
    if line.trim_start().starts_with("format") && !number.starts_with('-') {
        return Some(newer_format(&number));
    }
    Some(format!("{number} is beyond what a number can be: expected at most {}", i64::MAX))
}
