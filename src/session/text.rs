//! How errors show what others wrote.

use crate::recording::redact;
use std::fmt::Write;

/// Characters of a line that are shown; more of it does not help, and it may be megabytes.
const SHOWN_CHARACTERS: usize = 200;

/// Characters from which those are taken: a secret must not be cut before it is recognised, and whole lines may be megabytes.
const LOOKED_AT_CHARACTERS: usize = 16 * 1024;

/// One line of foreign text: without secrets, control characters escaped, so that a terminal obeys none of them, and cut.
pub(super) fn shorten(text: &str) -> String {
    match text.chars().nth(SHOWN_CHARACTERS) {
        Some(_) => format!("{} ({} bytes in all)", beginning(text), text.len()),
        None => escape(redact(text).chars()),
    }
}

/// The same for text whose whole is not at hand.
pub(super) fn beginning(text: &str) -> String {
    let looked_at: String = text.chars().take(LOOKED_AT_CHARACTERS).collect();
    let mut shown = escape(redact(&looked_at).chars().take(SHOWN_CHARACTERS));
    shown.push('…');
    shown
}

/// Several lines of foreign text: without secrets, control characters other than the line end escaped.
pub(super) fn escape_lines(text: &str) -> String {
    let lines: Vec<String> = redact(text).trim_end().lines().map(|line| escape(line.chars())).collect();
    lines.join("\n")
}

/// The lower part of an error: `name: value` lines, indented, longer values below their name. Secrets are in none of them.
pub(super) fn details(fields: &[(&str, &str)]) -> String {
    let mut text = String::new();
    for (name, value) in fields {
        let value = redact(value);
        if value.contains('\n') {
            let _ = write!(text, "\n  {name}:\n    {}", value.replace('\n', "\n    "));
        } else {
            let _ = write!(text, "\n  {name}: {value}");
        }
    }
    text
}

fn escape(text: impl Iterator<Item = char>) -> String {
    text.flat_map(|c| {
        let (plain, escaped) =
            if c.is_control() && c != '\t' { (None, Some(c.escape_default())) } else { (Some(c), None) };
        plain.into_iter().chain(escaped.into_iter().flatten())
    })
    .collect()
}
