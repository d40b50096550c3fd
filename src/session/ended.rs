//! How a session came to its end.

use super::text::{details, escape_lines};
use std::fmt;
use std::process::ExitStatus;

/// Why nothing more will come from a server, and what it left behind.
#[derive(Clone, Debug)]
pub struct Ended {
    /// What happened first.
    pub cause: EndCause,
    /// How the process ended; `None` while it runs, or where that was not to be learnt in time.
    pub exit: Option<ExitStatus>,
    /// The last that it wrote to stderr.
    pub stderr: String,
    /// The command line.
    pub command: String,
}

/// What ended a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndCause {
    /// The process ended, or closed its stdout.
    Gone,
    /// A line on stdout is not a JSON-RPC message.
    Garbage {
        /// The line, escaped and cut.
        line: String,
        /// What is wrong with it.
        problem: String,
    },
    /// Stdout ended in the middle of a line that cannot be read without its rest.
    CutOff {
        /// What there is of it, escaped and cut.
        line: String,
    },
    /// A line on stdout is longer than [`LINE_LIMIT`](super::LINE_LIMIT).
    LineTooLong {
        /// How it begins, escaped and cut.
        start: String,
    },
    /// The logs of the conversations hold more than [`Limits::conversations`](super::Limits::conversations).
    TooMuch {
        /// That limit.
        bytes: usize,
    },
    /// Stdout could not be read.
    Read {
        /// What the system said.
        problem: String,
    },
    /// Stdin could not be written, though the process runs.
    Write {
        /// What the system said.
        problem: String,
    },
    /// The harness ended the server: [`McpProcess::shutdown`](super::McpProcess::shutdown), or a drop.
    ShutDown,
}

impl Ended {
    /// What happened, in a few words that follow "the server".
    fn headline(&self) -> &'static str {
        match (&self.cause, self.exit) {
            (EndCause::Gone, Some(_)) => "ended",
            (EndCause::Gone, None) => "closed its stdout but still runs",
            (EndCause::Garbage { .. }, _) => "wrote a line that is not a JSON-RPC message",
            (EndCause::CutOff { .. }, Some(_)) => "ended in the middle of a line",
            (EndCause::CutOff { .. }, None) => "closed its stdout in the middle of a line",
            (EndCause::LineTooLong { .. }, _) => "wrote a line longer than 32 MiB",
            (EndCause::TooMuch { .. }, _) => "sent more than a session keeps",
            (EndCause::Read { .. }, _) => "could not be read from",
            (EndCause::Write { .. }, _) => "no longer reads its stdin",
            (EndCause::ShutDown, _) => "has been shut down by the harness",
        }
    }

    fn got(&self) -> String {
        match &self.cause {
            EndCause::Gone => "the end of the stream".to_owned(),
            EndCause::Garbage { line, problem } => format!("{line}\n({problem})"),
            EndCause::CutOff { line } => line.clone(),
            EndCause::LineTooLong { start } => start.clone(),
            EndCause::TooMuch { bytes } => {
                format!("messages that take more than {}, in all conversations together", size_shown(*bytes))
            }
            EndCause::Read { problem } | EndCause::Write { problem } => problem.clone(),
            EndCause::ShutDown => "the end of the session".to_owned(),
        }
    }

    fn process(&self) -> String {
        match (self.exit, &self.cause) {
            (Some(status), _) => status.to_string(),
            (None, EndCause::ShutDown) => "ended by the harness".to_owned(),
            (None, _) => "running".to_owned(),
        }
    }

    fn next_step(&self) -> String {
        match &self.cause {
            EndCause::Gone | EndCause::CutOff { .. } | EndCause::Read { .. } => {
                format!("see stderr; run `{}` by hand, with RUST_LOG=debug if stderr is silent", self.command)
            }
            EndCause::Garbage { .. } => {
                "stdout is for JSON-RPC only, one message per line; have logs and banners sent to stderr"
                    .to_owned()
            }
            EndCause::LineTooLong { .. } => {
                "see whether the server forgets its line ends, or repeats a stream in one message".to_owned()
            }
            EndCause::TooMuch { .. } => {
                "see whether the server repeats itself without end; else replay fewer recordings at once"
                    .to_owned()
            }
            EndCause::Write { .. } => "see why the server closed its stdin".to_owned(),
            EndCause::ShutDown => "finish conversations before `shutdown`".to_owned(),
        }
    }

    /// The whole error, for someone who was still waiting for something.
    pub(super) fn explain(&self, f: &mut fmt::Formatter<'_>, waiting_for: &str) -> fmt::Result {
        write!(f, "the server {}", self.headline())?;
        let fields = [
            ("expected", waiting_for.to_owned()),
            ("got", self.got()),
            ("process", self.process()),
            ("stderr", stderr_shown(&self.stderr)),
            ("next", self.next_step()),
        ];
        f.write_str(&details(&fields.each_ref().map(|(name, value)| (*name, value.as_str()))))
    }
}

/// Stderr as errors show it.
pub(super) fn stderr_shown(tail: &str) -> String {
    match escape_lines(tail) {
        silent if silent.is_empty() => "(nothing)".to_owned(),
        lines => lines,
    }
}

/// In the largest unit that needs no fraction.
fn size_shown(bytes: usize) -> String {
    let units = [("GiB", 30), ("MiB", 20), ("KiB", 10)];
    let unit = units.iter().find(|(_, shift)| bytes > 0 && bytes.is_multiple_of(1 << shift));
    unit.map_or_else(|| format!("{bytes} bytes"), |(name, shift)| format!("{} {name}", bytes >> shift))
}
