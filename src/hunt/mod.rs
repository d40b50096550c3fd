//! Looks for what the two paths treat differently, and makes it as small as it can be.

mod body;
mod examiner;
mod fewest;
mod json_tree;
mod minimize;
mod of_bodies;
mod of_settings;
mod of_texts;
mod of_turns;
mod oracle;
mod reduce;
mod size;
mod splice;
mod symptom;

pub use examiner::Processes;
pub use fewest::fewest;
pub use minimize::{MinimizeOptions, Minimized, Minimizing, Progress, minimize};
pub use oracle::Oracle;
pub use reduce::reduce;
pub use size::Size;
pub use symptom::Symptom;
