//! Comparisons for people and for snapshots. Pure: values in, text out, no terminal.

mod case;
mod contents;
mod coverage;
mod divergence;
mod events;
mod excerpt;
mod failure;
mod layout;
mod snapshot;
mod summary;
mod verdict;

pub use case::{Checked, Compared, Failure, Noise, Seen};
pub use contents::{contents, counted, not_shown};
pub use coverage::coverage;
pub use events::{event_line, event_line_header};
pub use excerpt::printable;
pub use failure::failure;
pub use layout::cut;
pub use snapshot::{snapshot, snapshot_beside};
pub use summary::Summary;
pub use verdict::{Problem, ProblemKind, Verdict};
