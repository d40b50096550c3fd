//! Comparisons for people and for snapshots. Pure: values in, text out, no terminal.

mod case;
mod divergence;
mod excerpt;
mod failure;
mod snapshot;
mod summary;
mod verdict;

pub use case::{Checked, Compared, Failure, Noise, Seen};
pub use excerpt::printable;
pub use failure::failure;
pub use snapshot::{snapshot, snapshot_beside};
pub use summary::Summary;
pub use verdict::{Problem, ProblemKind, Verdict};
