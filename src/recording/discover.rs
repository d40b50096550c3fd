//! Finds the recordings below a path.

use super::error::LoadError;
use super::load::{MANIFEST, files_of, load};
use super::model::Recording;
use super::plain;
use super::scripted;
use std::path::{Path, PathBuf};

/// A recording that was found and not yet read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// What it is called: its path below the root, or the root's own where that is the recording; without an ending.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
}

impl Found {
    /// Reads it.
    ///
    /// # Errors
    /// Those of [`load`].
    pub fn load(&self) -> Result<Recording, LoadError> {
        load(&self.path, &self.name)
    }
}

/// All recordings at or below `root`, by name.
///
/// # Errors
/// Where there is none at all, for a run over nothing proves nothing; where a folder holds bodies of a recording
/// but no `recording.toml`; where something cannot be read.
///
/// ```no_run
/// for found in responses_parity::recording::discover("recordings".as_ref())? {
///     println!("{}", found.load()?.description);
/// }
/// # Ok::<(), responses_parity::recording::LoadError>(())
/// ```
pub fn discover(root: &Path) -> Result<Vec<Found>, LoadError> {
    if !root.exists() {
        return Err(LoadError::new(root, "does not exist"));
    }
    let mut found = Vec::new();
    if is_recording(root) {
        found.push(Found { name: name_of(root, Path::new("")), path: root.to_owned() });
    } else {
        search(root, root, &mut found)?;
    }
    if found.is_empty() {
        return Err(LoadError::new(root, "holds no recording"));
    }
    found.sort();
    Ok(found)
}

fn search(folder: &Path, root: &Path, found: &mut Vec<Found>) -> Result<(), LoadError> {
    for path in files_of(folder)? {
        if is_numbered_body(&path) {
            let problem = format!("belongs to a recording, but there is no {MANIFEST} beside it");
            return Err(LoadError::new(&path, problem));
        }
        if is_recording(&path) {
            found.push(Found { name: name_of(&path, root), path });
        } else if path.is_dir() {
            search(&path, root, found)?;
        }
    }
    Ok(())
}

fn is_recording(path: &Path) -> bool {
    if path.is_dir() {
        return path.join(MANIFEST).is_file() || plain::is_plain(path);
    }
    let is_stream = path.extension().is_some_and(|ending| ending == "sse");
    is_stream && !scripted::is_script(&path.with_extension("json")) || scripted::is_script(path)
}

/// `01.response.sse` and its like, which mean nothing without a manifest.
fn is_numbered_body(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.split_once(".response.").is_some_and(|(number, _)| number.parse::<usize>().is_ok())
}

/// With `/` between its parts on every system.
fn name_of(path: &Path, root: &Path) -> String {
    let below = path.strip_prefix(root).unwrap_or(path);
    let below = if path.is_file() { below.with_extension("") } else { below.to_owned() };
    let parts = below.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}
