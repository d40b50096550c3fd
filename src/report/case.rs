//! The check of one recording, as reports need it.

use super::verdict::{Problem, Verdict};
use crate::compare::Comparison;
use crate::observe::Observation;
use crate::replay::Path;
use std::path::PathBuf;
use std::time::Duration;

/// The check of one recording.
#[derive(Debug)]
pub struct Checked {
    /// The recording's name.
    pub name: String,
    /// Where it was loaded from.
    pub origin: PathBuf,
    /// How long both replays took.
    pub elapsed: Duration,
    /// What came of it, or why nothing did.
    pub result: Result<Compared, Failure>,
}

/// Why a recording could not be replayed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Down which path.
    pub path: Path,
    /// What happened, for people; may span lines.
    pub problem: String,
}

/// Two replays of one recording, compared.
#[derive(Debug)]
pub struct Compared {
    /// What the direct path showed.
    pub direct: Observation,
    /// What the delegated path showed.
    pub delegated: Observation,
    /// The two side by side: direct on the left.
    pub comparison: Comparison,
    /// What keeps the replays from proving anything.
    pub problems: Vec<Problem>,
    /// How many exchanges the direct path was served.
    pub served: usize,
}

impl Checked {
    /// What it comes to.
    pub fn verdict(&self) -> Verdict {
        match &self.result {
            Err(_) => Verdict::CouldNotRun,
            Ok(compared) if !compared.comparison.is_identical() => Verdict::Divergent,
            Ok(compared) if !compared.problems.is_empty() => Verdict::Incomplete,
            Ok(_) => Verdict::Identical,
        }
    }
}
