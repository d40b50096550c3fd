//! What can be wrong with a journal.

use std::io;
use std::path::{Path, PathBuf};

/// What is wrong with a journal, and where.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JournalError {
    /// The system refused something.
    #[error("{}: the journal cannot be {undone}: {cause}", path.display())]
    Io {
        /// The journal.
        path: PathBuf,
        /// What could not be done to it.
        undone: &'static str,
        /// What the system said.
        cause: io::Error,
    },
    /// Somebody writes to it.
    #[error("{}: another recorder is at work on this recording; let it finish, or choose another name", path.display())]
    InUse {
        /// The journal.
        path: PathBuf,
    },
    /// There is none.
    #[error("{}: there is no journal of a recording with this name; nothing is left to recover", path.display())]
    Missing {
        /// Where it would be.
        path: PathBuf,
    },
    /// No recorder wrote this.
    #[error("{}:{line}: this is no journal of a recorder: {problem}; delete it if it is of no use", path.display())]
    Broken {
        /// The journal.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        problem: String,
    },
    /// The place for a recording has no name.
    #[error("{}: a recording is a folder with a name", path.display())]
    NoName {
        /// The place.
        path: PathBuf,
    },
}

impl JournalError {
    pub(super) fn io(path: &Path, undone: &'static str) -> impl FnOnce(io::Error) -> JournalError {
        let path = path.to_owned();
        move |cause| JournalError::Io { path, undone, cause }
    }
}
