//! Files that are there as a whole or not at all.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::Builder;

/// A file could not be written.
#[derive(Debug, thiserror::Error)]
#[error("{} could not be written: {error}", path.display())]
pub(super) struct WholeFileError {
    path: PathBuf,
    #[source]
    error: io::Error,
}

/// Writes a file beside its place and puts it there; makes the folders that it needs. Gives the path back.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<PathBuf, WholeFileError> {
    let failed = |error| WholeFileError { path: path.to_owned(), error };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut file = beside(folder).map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(path.to_owned())
}

/// As readable as any other file of this user; temporary ones are usually readable to nobody else.
fn beside(folder: &Path) -> io::Result<tempfile::NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    Builder::new().permissions(std::fs::Permissions::from_mode(0o666)).tempfile_in(folder)
}
