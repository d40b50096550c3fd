//! What is checked, and how.

use super::side::Side;
use crate::compare::Allowances;
use crate::session::Deadlines;
use crate::upstream::Speed;

/// What is checked, and how.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// Two sides are compared; one alone is replayed and compared with nothing.
    pub sides: Vec<Side>,
    /// How many recordings are replayed at once; at least 1.
    pub jobs: usize,
    /// How many times each side replays a recording; at least 1. What differs between two of them is noise.
    pub repeat: usize,
    /// Whether what a recorded tool call wants to do may be done. The app-servers run without a sandbox then.
    pub allow_tools: bool,
    /// What may differ between the sides, and between two replays of one.
    pub allowed: Allowances,
    /// Whether every place is looked for at which a recording differs, and not the first of each channel alone.
    pub all_places: bool,
    /// Whether each [`Compared`](crate::report::Compared) keeps all that was compared, and what was said beside it: what
    /// transcripts and HTML show. It is as much again as an observation.
    pub details: bool,
    /// How fast answers are delivered.
    pub speed: Speed,
    /// How long anything may take.
    pub deadlines: Deadlines,
}

impl CheckOptions {
    /// Everything else as it is usual: one recording at a time, once, at full speed.
    pub fn new(sides: Vec<Side>) -> CheckOptions {
        CheckOptions {
            sides,
            jobs: 1,
            repeat: 1,
            allow_tools: false,
            allowed: Allowances::default(),
            all_places: false,
            details: false,
            speed: Speed::Max,
            deadlines: Deadlines::default(),
        }
    }
}
