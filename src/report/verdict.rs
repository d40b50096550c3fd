//! What a check of one recording comes to.

use std::fmt;

/// What a check of one recording comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// The recording was replayed as recorded, and nothing differs.
    Identical,
    /// The sides are the same, but one of them differs from itself: what was seen once may not be seen again.
    Noisy,
    /// Nothing differs in what was compared, but the replay was not what was recorded, so that this proves nothing.
    Incomplete,
    /// The sides differ.
    Divergent,
    /// There is nothing to judge: an app-server or the harness itself failed.
    CouldNotRun,
}

impl Verdict {
    /// All of them, from the best on.
    pub const ALL: [Verdict; 5] =
        [Verdict::Identical, Verdict::Noisy, Verdict::Divergent, Verdict::Incomplete, Verdict::CouldNotRun];

    /// For machines: one word.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Identical => "identical",
            Verdict::Noisy => "noisy",
            Verdict::Incomplete => "incomplete",
            Verdict::Divergent => "divergent",
            Verdict::CouldNotRun => "could_not_run",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Verdict::Identical => "identical",
            Verdict::Noisy => "noisy",
            Verdict::Incomplete => "incomplete",
            Verdict::Divergent => "divergent",
            Verdict::CouldNotRun => "could not run",
        })
    }
}

/// Why a replay proves less than it seems to, although it ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// On which side.
    pub side: String,
    /// What.
    pub kind: ProblemKind,
}

impl Problem {
    /// Whether it is about how long something took, which also a busy machine can make longer.
    pub fn is_of_time(&self) -> bool {
        self.place_in_time().is_some()
    }

    /// Where it is, if it is about how long something took: before which request, and whether the first side took longer.
    pub fn place_in_time(&self) -> Option<(usize, bool)> {
        match self.kind {
            ProblemKind::OtherBackOff(request, left, right) => Some((request, left > right)),
            _ => None,
        }
    }
}

/// What can keep a replay from proving something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// There was nothing to compare.
    NothingCompared,
    /// The app-server showed not a single notification.
    NothingShown,
    /// Recorded exchanges that nobody asked for, counted from 1.
    Unserved(Vec<usize>),
    /// A request that no exchange answers: which, counted from 1, and what it was.
    Unrecorded(usize, String),
    /// A turn, counted from 1, that did not end.
    NeverEnded(usize, std::time::Duration),
    /// A turn, counted from 1, that went on and on.
    Endless(usize, std::time::Duration),
    /// A turn, counted from 1, that was to be interrupted, at a moment that never came.
    NeverInterrupted(usize),
    /// A call that was delegated to an address which is not this replay's upstream.
    CallElsewhere(String),
    /// The wait before a request that was sent again, counted from 1, is not the same on both sides.
    OtherBackOff(usize, std::time::Duration, std::time::Duration),
    /// The direct path asked its client for this many calls.
    Delegated(usize),
    /// The delegated path asked its client for no call at all.
    NotDelegated,
    /// A request of the delegated path, counted from 1, that the app-server sent itself.
    RoundTheClient(usize),
}

impl ProblemKind {
    /// For machines: one word.
    pub fn name(&self) -> &'static str {
        match self {
            ProblemKind::NothingCompared => "nothing_compared",
            ProblemKind::NothingShown => "nothing_shown",
            ProblemKind::Unserved(_) => "unserved",
            ProblemKind::Unrecorded(..) => "unrecorded",
            ProblemKind::NeverEnded(..) => "never_ended",
            ProblemKind::Endless(..) => "endless",
            ProblemKind::NeverInterrupted(_) => "never_interrupted",
            ProblemKind::CallElsewhere(_) => "call_elsewhere",
            ProblemKind::OtherBackOff(..) => "other_back_off",
            ProblemKind::Delegated(_) => "delegated",
            ProblemKind::NotDelegated => "not_delegated",
            ProblemKind::RoundTheClient(_) => "round_the_client",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.side, self.kind)
    }
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ProblemKind::NothingCompared => f.write_str("nothing was compared"),
            ProblemKind::NothingShown => f.write_str("the app-server showed not a single notification"),
            ProblemKind::Unserved(exchanges) => {
                let numbers: Vec<_> = exchanges.iter().map(usize::to_string).collect();
                write!(f, "nobody asked for exchange {}", numbers.join(", "))
            }
            ProblemKind::Unrecorded(number, what) => write!(f, "request {number} was never recorded: {what}"),
            ProblemKind::NeverEnded(turn, after) => {
                write!(f, "turn {turn} did not end; nothing arrived for {after:?}")
            }
            ProblemKind::Endless(turn, after) => {
                write!(f, "turn {turn} did not end; after {after:?} the app-server was still talking")
            }
            ProblemKind::NeverInterrupted(turn) => {
                write!(f, "turn {turn} was over before the moment at which it was to be interrupted")
            }
            ProblemKind::CallElsewhere(url) => {
                write!(f, "the app-server delegated a call to {url}, which is not the upstream; it was refused")
            }
            ProblemKind::OtherBackOff(request, left, right) => write!(
                f,
                "the back-off before request {request} is not the same: {} ms and {} ms",
                left.as_millis(),
                right.as_millis()
            ),
            ProblemKind::Delegated(calls) => {
                write!(f, "the app-server delegated {calls} of its calls, so that the direct path was not seen")
            }
            ProblemKind::NotDelegated => f.write_str(
                "the app-server made no responsesApi/call, so that the delegated path was not seen; does it know the feature responses_http_over_jsonrpc?",
            ),
            ProblemKind::RoundTheClient(request) => {
                write!(f, "request {request} was not delegated: the app-server sent it itself")
            }
        }
    }
}
