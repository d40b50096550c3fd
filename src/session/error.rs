//! What can go wrong with a session, in words that say what to do next.

use super::ended::{Ended, stderr_shown};
use super::text::{details, shorten};
use crate::wire::ErrorObject;
use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// Why a session could not go on. `Display` has several lines: what was expected, what came, what to do next.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The server's folders could not be made.
    #[error("the server's surroundings could not be made{}", details(&[
        ("got", problem),
        ("next", "set TMPDIR to a folder that can be written and lies outside any git repository"),
    ]))]
    Surroundings {
        /// What is wrong.
        problem: String,
    },
    /// The program could not be started.
    #[error("the server could not be started{}", details(&[
        ("command", command),
        ("got", &cause.to_string()),
        ("next", spawn_advice(cause)),
    ]))]
    Spawn {
        /// The command line.
        command: String,
        /// What the system said.
        cause: io::Error,
    },
    /// A peer took too long.
    #[error("{0}")]
    Deadline(Box<DeadlinePassed>),
    /// The server answered a request with an error.
    #[error("the server refused `{method}`{}", details(&[
        ("got", &format!("error {}: {}", error.code, shorten(&error.message))),
        ("next", "compare the params with what this server version knows; its stderr may say more"),
    ]))]
    Rejected {
        /// What was asked for.
        method: String,
        /// The error, as the server sent it.
        error: Box<ErrorObject>,
    },
    /// The server answered a request with something that is not its result.
    #[error("the answer to `{method}` is not what it should be{}", details(&[
        ("expected", expected),
        ("got", got),
        ("problem", problem),
        ("next", "see whether this server speaks the v1 dialect (0.53.0)"),
    ]))]
    UnexpectedAnswer {
        /// What was asked for.
        method: String,
        /// The type it should have.
        expected: &'static str,
        /// The result, escaped and cut.
        got: String,
        /// Where the two differ.
        problem: String,
    },
    /// Nothing more will come: the server ended, or broke the protocol.
    #[error("{}", Explained { ended, waiting_for })]
    Ended {
        /// What was still to come, or to be done.
        waiting_for: String,
        /// How it ended.
        ended: Arc<Ended>,
    },
}

/// A wait that took too long.
#[derive(Clone, Debug)]
pub struct DeadlinePassed {
    /// What was awaited.
    pub waiting_for: String,
    /// For how long.
    pub after: Duration,
    /// The message that came last, if any, by its [label](super::Entry::label).
    pub last: Option<String>,
    /// How an unfinished line on stdout begins, if there is one, escaped and cut.
    pub unfinished: Option<String>,
    /// The last that the server wrote to stderr.
    pub stderr: String,
}

impl fmt::Display for DeadlinePassed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let got = match &self.last {
            Some(label) => format!("nothing after {label}"),
            None => "nothing at all".to_owned(),
        };
        let got = match &self.unfinished {
            Some(start) => format!("{got} but the beginning of a line:\n{start}"),
            None => got,
        };
        write!(f, "the server took longer than {:?}", self.after)?;
        f.write_str(&details(&[
            ("expected", &self.waiting_for),
            ("got", &got),
            ("stderr", &stderr_shown(&self.stderr)),
            ("next", "if the server is only slow, allow more time (`check --answer-timeout`); else start it with RUST_LOG=debug to see where it hangs"),
        ]))
    }
}

struct Explained<'a> {
    ended: &'a Ended,
    waiting_for: &'a str,
}

impl fmt::Display for Explained<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ended.explain(f, self.waiting_for)
    }
}

fn spawn_advice(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::NotFound => {
            "check the program's name, that it is installed, and that PATH has its folder"
        }
        io::ErrorKind::PermissionDenied => "check that the program is a file that may be executed",
        _ => "run the command by hand",
    }
}
