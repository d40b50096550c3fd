//! The recordings that a command line names.

use crate::check::Partition;
use crate::recording::{LoadError, Recording, discover};
use std::path::PathBuf;

/// Every recording at or below these paths, in the order in which they were named.
pub(super) fn load_all(paths: &[PathBuf]) -> Result<Vec<Recording>, LoadError> {
    let mut recordings = Vec::new();
    for path in paths {
        for found in discover(path)? {
            recordings.push(found.load()?);
        }
    }
    Ok(recordings)
}

/// The recordings of a share, or all of them, and how many there are in all shares together. What is not in the share is
/// found and not read.
pub(super) fn load_share(
    paths: &[PathBuf],
    partition: Option<Partition>,
) -> Result<(Vec<Recording>, usize), LoadError> {
    let found = paths.iter().map(|path| discover(path)).collect::<Result<Vec<_>, _>>()?;
    let all = found.iter().map(Vec::len).sum();
    let selected = match partition {
        Some(partition) => partition.select(found),
        None => found.into_iter().flatten().collect(),
    };
    let recordings = selected.iter().map(|found| found.load()).collect::<Result<_, _>>()?;
    Ok((recordings, all))
}
