//! What other tools recorded, as recordings.

mod cassette;
mod curl;
mod encoding;
mod format;
mod har;
mod har_text;
#[expect(clippy::module_inception, reason = "the verb of this module")]
mod import;
mod interaction;
mod json;
mod lines;
mod messages;
mod node;
mod taken;
mod turns;
mod yaml;
mod yaml_breaks;

pub use format::Format;
pub use import::{Imported, import};
