//! What is recorded, on disk while it is recorded.

mod error;
mod file;
mod line;
mod recover;

pub use error::JournalError;
pub use file::Journal;
pub(super) use file::leftover;
