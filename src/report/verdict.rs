//! What a check of one recording comes to.

use crate::replay::Path;
use std::fmt;

/// What a check of one recording comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The recording was replayed as recorded, and nothing differs.
    Identical,
    /// Nothing differs in what was compared, but the replay was not what was recorded, so that this proves nothing.
    Incomplete,
    /// The two paths differ.
    Divergent,
    /// There is nothing to judge: an app-server or the harness itself failed.
    CouldNotRun,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Identical => "identical",
            Verdict::Incomplete => "incomplete",
            Verdict::Divergent => "divergent",
            Verdict::CouldNotRun => "could not run",
        })
    }
}

/// Why a replay proves less than it seems to, although it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// Both observations are empty where something must be.
    NothingCompared,
    /// Recorded exchanges that nobody asked for, counted from 1.
    Unserved(Path, Vec<usize>),
    /// A request that no exchange answers: which, counted from 1, and what it was.
    Unrecorded(Path, usize, String),
    /// A turn, counted from 1, that did not end.
    NeverEnded(Path, usize, std::time::Duration),
    /// The direct path asked its client for this many calls.
    DirectDelegated(usize),
    /// The delegated path asked its client for no call at all.
    NotDelegated,
    /// So many requests of the delegated path went round the client: requests, calls.
    RoundTheClient(usize, usize),
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NothingCompared => f.write_str("nothing was compared: neither path showed a single notification"),
            Problem::Unserved(path, exchanges) => {
                let numbers: Vec<_> = exchanges.iter().map(usize::to_string).collect();
                write!(f, "{path}: nobody asked for exchange {}", numbers.join(", "))
            }
            Problem::Unrecorded(path, number, what) => {
                write!(f, "{path}: request {number} was never recorded: {what}")
            }
            Problem::NeverEnded(path, turn, after) => {
                write!(f, "{path}: turn {turn} did not end; nothing arrived for {after:?}")
            }
            Problem::DirectDelegated(calls) => {
                write!(f, "direct: the app-server delegated {calls} of its calls, so that the direct path was not seen")
            }
            Problem::NotDelegated => f.write_str(
                "delegated: the app-server made no responsesApi/call, so that the delegated path was not seen; does it know the feature responses_http_over_jsonrpc?",
            ),
            Problem::RoundTheClient(requests, calls) => {
                write!(f, "delegated: {requests} requests reached the upstream, but only {calls} were delegated")
            }
        }
    }
}
