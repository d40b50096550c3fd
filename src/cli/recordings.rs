//! The recordings that a command line names.

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
