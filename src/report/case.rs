//! The check of one recording, as reports need it.

use super::verdict::{Problem, Verdict};
use crate::compare::{Comparison, Place};
use crate::observe::{Observation, Observed};
use crate::recording::Digest;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// The check of one recording.
#[derive(Debug)]
pub struct Checked {
    /// The recording's name.
    pub name: String,
    /// Where it was loaded from.
    pub origin: PathBuf,
    /// What of it was replayed, as digests.
    pub digest: Digest,
    /// How long its replays took.
    pub elapsed: Duration,
    /// What came of it, or why nothing did.
    pub result: Result<Compared, Failure>,
}

/// Why a recording could not be replayed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// On which side.
    pub side: String,
    /// What happened, for people; may span lines.
    pub problem: String,
}

/// The replays of one recording, compared.
#[derive(Debug)]
pub struct Compared {
    /// What each side showed.
    pub seen: Vec<Seen>,
    /// The first side and the last, which are one where there is only one.
    pub comparison: Comparison,
    /// Every place at which the sides differ, where that was asked for.
    pub places: Vec<Place>,
    /// Which of the allowed differences there were, by their index.
    pub allowed: Vec<usize>,
    /// What keeps the replays from proving anything.
    pub problems: Vec<Problem>,
    /// Where a side differs from itself.
    pub noise: Vec<Noise>,
    /// What was replayed again, and was not silent again.
    pub silences: Vec<Silence>,
    /// All that was compared, and what else was said; empty unless that was asked for. One for the first of `seen`,
    /// and one for the last, if that is another.
    pub details: Vec<Detail>,
}

/// All that one side showed as it was compared, for reports that show the whole of it.
#[derive(Debug)]
pub struct Detail {
    /// What was compared, without what may differ.
    pub compared: Observation,
    /// What was not: see [`traffic`](crate::observe::traffic).
    pub traffic: Vec<Observed>,
}

/// What one side showed.
#[derive(Debug, Default)]
pub struct Seen {
    /// Which side.
    pub side: String,
    /// What it showed.
    pub observation: Observation,
    /// The exchanges, counted from 1, that were asked for.
    pub served: Vec<usize>,
    /// Those that nobody asked for, and somebody should have.
    pub unserved: Vec<usize>,
}

/// A place where two replays on the same side differ.
#[derive(Debug)]
pub struct Noise {
    /// Which side.
    pub side: String,
    /// Where: the first replay on the left.
    pub place: Place,
}

/// A turn that did not end, of a replay that was made again and ended.
///
/// One released app-server (0.53.0) now and then never tells that a turn is complete: it was seen not to write it, about
/// once in four thousand turns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence {
    /// On which side.
    pub side: String,
    /// Which turn, from 1.
    pub turn: usize,
    /// How long nothing came.
    pub after: Duration,
}

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Silence { side, turn, after } = self;
        write!(f, "{side}: turn {turn} did not end, nothing arrived for {after:?}; replayed again, it ended")
    }
}

impl Compared {
    /// What the two sides of the comparison are called; the same twice where there is only one.
    pub fn names(&self) -> [&str; 2] {
        [self.seen.first(), self.seen.last()].map(|seen| seen.map_or("", |seen| seen.side.as_str()))
    }
}

impl Checked {
    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        match &self.result {
            Err(_) => Verdict::CouldNotRun,
            Ok(compared) if !compared.comparison.is_identical() => Verdict::Divergent,
            Ok(compared) if !compared.problems.is_empty() => Verdict::Incomplete,
            Ok(compared) if !compared.noise.is_empty() => Verdict::Noisy,
            Ok(_) => Verdict::Identical,
        }
    }
}
