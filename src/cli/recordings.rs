//! The recordings that a command line names.

use super::exit::{COULD_NOT_RUN, USAGE};
use crate::check::Partition;
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
    selected(paths, None).map(|(recordings, _)| recordings)
}

/// The recordings of a share, or all of them, and how many there are in all shares together. What is not in the share is
/// found and not read.
pub(super) fn selected(
    paths: &[PathBuf],
    partition: Option<Partition>,
) -> Result<(Vec<Recording>, usize), LoadAllError> {
    let found = paths.iter().map(|path| discover(path)).collect::<Result<Vec<_>, LoadError>>()?;
    let all = found.iter().map(Vec::len).sum();
    let chosen = match partition {
        Some(partition) => partition.select(found),
        None => found.into_iter().flatten().collect(),
    };
    let recordings = chosen.iter().map(|found| found.load()).collect::<Result<_, LoadError>>()?;
    Ok((recordings, all))
}
