//! Looks for what the two paths treat differently, and makes it as small as it can be.

mod body;
mod cases;
mod examiner;
mod fewest;
mod hunter;
mod json_tree;
mod law;
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

pub use cases::{Case, Cases};
pub use examiner::Processes;
pub use fewest::fewest;
pub use hunter::{Found, HuntOptions, HuntProgress, Hunted, hunt};
pub use law::Law;
pub use minimize::{MinimizeOptions, Minimized, Minimizing, Progress, minimize};
pub use oracle::Oracle;
pub use reduce::reduce;
pub use size::Size;
pub use symptom::Symptom;
