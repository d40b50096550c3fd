//! The recordings that a command line names.

use super::exit::{COULD_NOT_RUN, USAGE};
use crate::recording::{LoadError, Recording, discover};
use std::io;
use std::path::PathBuf;

/// Where recordings are if nobody says so.
pub(super) const USUAL: &str = "recordings";

/// Why recordings cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadAllError {
    /// There is none, or one of them is wrong.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// Those that the program carries have no place to be read from.
    #[error("the recordings that this program carries could not be written to a temporary folder: {0}")]
    Carried(#[source] io::Error),
}

impl LoadAllError {
    /// The exit status that says so.
    pub(super) fn status(&self) -> u8 {
        match self {
            LoadAllError::Load(_) => USAGE,
            LoadAllError::Carried(_) => COULD_NOT_RUN,
        }
    }
}

/// Every recording at or below these paths, in the order in which they were named.
pub(super) fn load_all(paths: &[PathBuf]) -> Result<Vec<Recording>, LoadAllError> {
    let mut recordings = Vec::new();
    for path in paths {
        for found in discover(path)? {
            recordings.push(found.load()?);
        }
    }
    Ok(recordings)
}
