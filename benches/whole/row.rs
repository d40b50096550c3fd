//! One line of the table.

use std::fmt;
use std::time::Duration;

/// What was measured, and what it should have been.
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) against: String,
    pub(crate) goal: String,
    pub(crate) measured: String,
    pub(crate) reached: bool,
}

impl Row {
    pub(crate) const HEAD: &str = "| what | against | goal | measured | |\n|---|---|---|---|---|";

    /// How many times as fast: `other` over `own`, which should be at least `goal`.
    pub(crate) fn faster(what: &str, against: &str, goal: f64, own: Duration, other: Duration) -> Row {
        let ratio = other.as_secs_f64() / own.as_secs_f64();
        Row {
            what: what.to_owned(),
            against: against.to_owned(),
            goal: format!("at least {goal}×"),
            measured: format!("{ratio:.2}× ({} against {})", short(own), short(other)),
            reached: ratio >= goal,
        }
    }

    /// How much more time: `own` over `other`, which should be at most `goal`.
    pub(crate) fn slower(what: &str, against: &str, goal: f64, own: Duration, other: Duration) -> Row {
        let ratio = own.as_secs_f64() / other.as_secs_f64();
        Row {
            what: what.to_owned(),
            against: against.to_owned(),
            goal: format!("at most {goal}×"),
            measured: format!("{ratio:.2}× ({} against {})", short(own), short(other)),
            reached: ratio <= goal,
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Row { what, against, goal, measured, reached } = self;
        let reached = if *reached { "reached" } else { "not reached" };
        write!(f, "| {what} | {against} | {goal} | {measured} | {reached} |")
    }
}

/// A time with three digits.
pub(crate) fn short(time: Duration) -> String {
    match time.as_secs_f64() {
        seconds if seconds >= 1.0 => format!("{seconds:.2} s"),
        seconds if seconds >= 0.001 => format!("{:.1} ms", seconds * 1e3),
        seconds => format!("{:.0} µs", seconds * 1e6),
    }
}

/// The one in the middle.
pub(crate) fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
