//! How a server ended when it was asked to.

use super::strays::Strays;
use std::fmt;
use std::process::ExitStatus;
use std::time::Duration;

/// A server that was asked to end, and did.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// How.
    pub exit: Exit,
    /// What it sent, up to the end of its stdout, that belongs to no conversation and to no request.
    pub strays: Strays,
}

/// How a server ended when it was asked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// By itself, once its stdin was closed.
    Exited(ExitStatus),
    /// It did not, and was killed.
    Killed {
        /// How long it had been given.
        after: Duration,
    },
}

impl fmt::Display for Exit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Exit::Exited(status) => write!(f, "the server ended by itself: {status}"),
            Exit::Killed { after } => {
                write!(f, "the server was killed: it still ran {after:?} after its stdin was closed")
            }
        }
    }
}
