//! Files that are there as a whole or not at all.

use crate::recording::parent_of;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::{Builder, NamedTempFile};

/// Writes a file beside its place and puts it there, or leaves what was there.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = beside(path)?;
    file.write_all(bytes)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

/// A file in the folder of that one, gone unless it is put in its place. It is as readable as any other file of this user;
/// temporary ones are usually readable to nobody else.
pub(super) fn beside(path: &Path) -> io::Result<NamedTempFile> {
    let permissions = std::fs::Permissions::from_mode(0o666);
    Builder::new().prefix(".responses-parity-").permissions(permissions).tempfile_in(parent_of(path))
}
