//! Why a recording cannot be used.

use super::scrub::redact;
use std::fmt;
use std::path::{Path, PathBuf};

/// What is wrong with a recording, and where.
#[derive(Debug)]
pub struct LoadError {
    /// The file or folder.
    pub path: PathBuf,
    /// The line in it, counted from 1, where there is one.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub problem: String,
}

impl LoadError {
    pub(super) fn new(path: &Path, problem: impl Into<String>) -> LoadError {
        LoadError { path: path.to_owned(), line: None, problem: problem.into() }
    }

    pub(super) fn at_line(path: &Path, line: usize, problem: impl Into<String>) -> LoadError {
        LoadError { path: path.to_owned(), line: Some(line), problem: problem.into() }
    }

    /// At the line of a byte offset in the file's text.
    pub(super) fn at_offset(path: &Path, text: &str, offset: usize, problem: impl Into<String>) -> LoadError {
        let before = text.as_bytes().iter().take(offset);
        LoadError::at_line(path, 1 + before.filter(|byte| **byte == b'\n').count(), problem)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        // What is wrong may be a value, and that a secret.
        write!(f, ": {}", redact(&self.problem))
    }
}

impl std::error::Error for LoadError {}
