//! Whether recordings are as they should be: whether they load, whether their streams look like real ones, whether
//! anything of them should not be there.

mod attributes;
mod exceptions;
mod finding;
mod findings;
mod items;
mod order;
mod output;
mod recording;
mod rule;
mod run;
mod secrets;
mod sequence;
mod shape;
mod stream;
mod texts;
mod unique;

pub use finding::{Finding, FindingPlace};
pub use recording::lint_recording;
pub use rule::{LintRule, Severity};
pub use run::{LintReport, lint};
