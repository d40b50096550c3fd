//! Comparisons for people and for snapshots. Pure: values in, text out, no terminal.

mod align;
mod brief;
mod case;
mod contents;
mod coverage;
mod divergence;
mod durations;
mod entry;
mod events;
mod excerpt;
mod failure;
mod failures;
mod github;
mod html;
mod json;
#[cfg(feature = "cli")]
mod junit;
mod layout;
mod look;
mod marked;
mod run;
mod snapshot;
mod summary;
mod timeline;
mod transcript;
mod verdict;

pub use brief::About;
pub use case::{Checked, Compared, Detail, Failure, Noise, Seen, Silence};
pub use contents::{contents, counted, not_shown};
pub use coverage::coverage;
pub use durations::durations;
pub use events::{event_line, event_line_header};
pub use excerpt::printable;
pub use failure::{failure, failure_as};
pub use failures::failures;
pub use github::{FileLine, github, github_error};
pub use html::html;
pub use json::{JSON_VERSION, json};
#[cfg(feature = "cli")]
pub use junit::junit;
pub use layout::cut;
pub use look::Look;
pub use run::{Conclusion, Run, Share, SideOf};
pub use snapshot::{snapshot, snapshot_beside};
pub use summary::Summary;
pub use transcript::transcript;
pub use verdict::{Problem, ProblemKind, Verdict};
