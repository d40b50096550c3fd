//! Exit statuses, and how errors leave the program.

use std::fmt::Display;
use std::process::ExitCode;

/// For `--help`.
pub(super) const EXIT_CODES: &str = "\
Exit status:
  0  parity: every recording was replayed as recorded, and nothing differs
  1  a divergence, or a replay that was not what was recorded
  2  usage: an argument or a recording cannot be read
  3  could not run: an app-server or the harness itself failed";

pub(super) const FAILED: u8 = 1;
pub(super) const USAGE: u8 = 2;
pub(super) const COULD_NOT_RUN: u8 = 3;

/// Says what is wrong, on stderr, and gives the status.
pub(super) fn fail(status: u8, problem: impl Display) -> ExitCode {
    complain(problem);
    ExitCode::from(status)
}

#[expect(clippy::print_stderr, reason = "the command line is where errors reach people")]
fn complain(problem: impl Display) {
    eprintln!("error: {problem}");
}
