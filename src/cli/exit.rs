//! Exit statuses, and how errors leave the program.

use crate::recording::redact;
use std::fmt::Display;
use std::io::Write;
use std::process::ExitCode;

pub(super) const FAILED: u8 = 1;
pub(super) const USAGE: u8 = 2;
pub(super) const COULD_NOT_RUN: u8 = 3;

/// Says what is wrong, on stderr, and gives the status.
pub(super) fn fail(status: u8, problem: impl Display) -> ExitCode {
    complain(problem);
    ExitCode::from(status)
}

/// Says what is wrong, on stderr.
pub(super) fn complain(problem: impl Display) {
    // Where stderr is gone too, the status is all there is left to say.
    let _ = writeln!(std::io::stderr().lock(), "error: {}", redact(&problem.to_string()));
}

/// Says what is good to know, on stderr.
pub(super) fn note(what: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "note: {what}");
}

/// What came of printing: a reader that has left (`| head`) changes nothing about the status, anything else does.
pub(super) fn printed(printed: std::io::Result<()>, status: u8) -> ExitCode {
    match printed {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            fail(COULD_NOT_RUN, format!("the report could not be written: {error}"))
        }
        _ => ExitCode::from(status),
    }
}
