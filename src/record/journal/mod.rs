//! What is recorded, on disk while it is recorded.

mod clean;
mod error;
mod file;
mod growing;
mod line;
mod recover;

pub use error::JournalError;
pub use file::Journal;
pub(super) use file::leftover;
