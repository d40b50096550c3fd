//! The recordings that a command line names.

use super::exit::{COULD_NOT_RUN, USAGE};
use crate::check::Partition;
use crate::recording::{Found, LoadError, Recording, discover};
use std::collections::BTreeSet;
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
    /// Several of them are wrong.
    #[error("{first}\n{others} more cannot be read; `responses-parity lint` names each of them")]
    Several {
        /// What is wrong with the first.
        first: LoadError,
        /// How many others there are.
        others: usize,
    },
    /// Those that the program carries have no place to be read from.
    #[error("the recordings that this program carries could not be written to a temporary folder: {0}")]
    Carried(#[source] io::Error),
}

impl LoadAllError {
    /// The exit status that says so.
    pub(super) fn status(&self) -> u8 {
        match self {
            LoadAllError::Load(_) | LoadAllError::Several { .. } => USAGE,
            LoadAllError::Carried(_) => COULD_NOT_RUN,
        }
    }
}

/// Every recording at or below these paths, once each, in the order in which they were named.
pub(super) fn load_all(paths: &[PathBuf]) -> Result<Vec<Recording>, LoadAllError> {
    selected(paths, None).map(|(recordings, _)| recordings)
}

/// The recordings of a share, or all of them, and how many there are in all shares together. What is not in the share is
/// found and not read.
pub(super) fn selected(
    paths: &[PathBuf],
    partition: Option<Partition>,
) -> Result<(Vec<Recording>, usize), LoadAllError> {
    let mut found = paths.iter().map(|path| discover(path)).collect::<Result<Vec<_>, LoadError>>()?;
    keep_first_of_each(&mut found);
    let all = found.iter().map(Vec::len).sum();
    let chosen = match partition {
        Some(partition) => partition.select(found),
        None => found.into_iter().flatten().collect(),
    };
    Ok((load_each(&chosen)?, all))
}

/// What is named twice, or lies below a folder that is named too, is meant once.
fn keep_first_of_each(found: &mut [Vec<Found>]) {
    let mut known = BTreeSet::new();
    for found in found {
        found.retain(|found| known.insert(found.path.canonicalize().unwrap_or_else(|_| found.path.clone())));
    }
}

fn load_each(chosen: &[Found]) -> Result<Vec<Recording>, LoadAllError> {
    let (mut recordings, mut problems) = (Vec::new(), Vec::new());
    for found in chosen {
        match found.load() {
            Ok(recording) => recordings.push(recording),
            Err(problem) => problems.push(problem),
        }
    }
    match problems.len() {
        0 => Ok(recordings),
        1 => Err(LoadAllError::Load(problems.swap_remove(0))),
        all => Err(LoadAllError::Several { first: problems.swap_remove(0), others: all - 1 }),
    }
}
