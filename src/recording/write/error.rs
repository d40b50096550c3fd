//! Why a recording could not be written.

use crate::recording::LoadError;
use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

/// Why a recording could not be written. Nothing is left behind then, and what was there is still there.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// There is nothing to write.
    #[error("{}: not written, for there is no {missing}", path.display())]
    Nothing {
        /// Where it was to go.
        path: PathBuf,
        /// What there is none of.
        missing: &'static str,
    },
    /// There is something already, and it is not to be replaced.
    #[error("{}: is there already; choose another name, or have it replaced", path.display())]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// There is something already that would be lost if it were replaced, and it is no recording.
    #[error("{}: is not replaced, for it is not only a recording: {holds}; move that away, or choose another name", path.display())]
    NoRecording {
        /// What is there.
        path: PathBuf,
        /// What would be lost.
        holds: String,
    },
    /// No recording can be there.
    #[error("{}: is no place for a recording: {problem}", path.display())]
    NoPlace {
        /// Where it was to go.
        path: PathBuf,
        /// What is wrong with that.
        problem: String,
    },
    /// The system refused something.
    #[error("{}: cannot be {undone}: {cause}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What could not be done to it.
        undone: &'static str,
        /// What the system said.
        cause: io::Error,
    },
    /// It cannot be expressed in the format.
    #[error("{}: not written, for it would not be a recording: {problem}", path.display())]
    Unwritable {
        /// Where it was to go.
        path: PathBuf,
        /// What cannot be expressed.
        problem: String,
    },
    /// Loading would refuse it.
    #[error("not written, for loading would refuse it: {0}")]
    Refused(LoadError),
}

impl WriteError {
    /// For what the system said of a file or folder.
    pub(super) fn io(path: &Path, undone: &'static str) -> impl FnOnce(io::Error) -> WriteError {
        let path = path.to_owned();
        move |cause| WriteError::Io { path, undone, cause }
    }

    pub(super) fn unwritable(path: &Path, problem: &impl Display) -> WriteError {
        WriteError::Unwritable { path: path.to_owned(), problem: problem.to_string() }
    }
}
