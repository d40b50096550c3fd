//! A folder that appears under its name when it is complete, and not before.

use super::error::WriteError;
use crate::recording::LoadError;
use crate::recording::files::{exists, file_name};
use crate::recording::folder::{MANIFEST, is_part};
use crate::recording::write::Existing;
use rustix::io::Errno;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Notes are a reader's, and not the recorder's.
const NOTES: &str = "README.md";

/// A folder being written, under a hidden name beside the one that it will have. Gone if it is dropped.
pub(super) struct Staging {
    folder: TempDir,
    target: PathBuf,
    existing: Existing,
    made: Made,
}

impl Staging {
    /// A new folder, where its target may be written.
    pub(super) fn new(target: &Path, existing: Existing) -> Result<Staging, WriteError> {
        let parent = parent_of(target);
        let kept = check_target(target, existing)?;
        let made = Made::parents(parent)?;
        let folder = tempfile::Builder::new().prefix(".recording-").tempdir_in(parent);
        // Its own words name the hidden folder, which means nothing to anybody.
        let folder = folder.map_err(|error| WriteError::io(parent, "written to")(error.kind().into()))?;
        let mut staging = Staging { folder, target: target.to_owned(), existing, made };
        if let Some(notes) = kept {
            staging.write(NOTES, &notes)?;
        }
        Ok(staging)
    }

    /// Where it is until it is complete.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where it will be.
    pub(super) fn target(&self) -> &Path {
        &self.target
    }

    /// The error of a file in it, as that of the file that it would have become.
    pub(super) fn as_in_place(&self, error: LoadError) -> LoadError {
        let path = match error.path.strip_prefix(self.path()) {
            Ok(below) => self.target.join(below),
            Err(_) => error.path,
        };
        LoadError { path, ..error }
    }

    /// Writes a file, down to the disk.
    pub(super) fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), WriteError> {
        let write = || {
            let mut file = File::create_new(self.path().join(name))?;
            file.write_all(bytes)?;
            file.sync_all()
        };
        write().map_err(WriteError::io(&self.target.join(name), "written"))
    }

    /// Gives it its name.
    pub(super) fn put_in_place(self) -> Result<(), WriteError> {
        // Dropped in the reverse of this order: the folder before those that were made for it.
        let Staging { made, target, existing, folder } = self;
        sync(folder.path()).map_err(failed(&target))?;
        if existing == Existing::Replace && exists(&target) {
            swap(folder.path(), &target).map_err(failed(&target))?;
            // The hidden name is the old recording's now.
            folder.close().map_err(WriteError::io(&target, "freed of the recording that was there"))?;
        } else {
            rename_to_free_name(folder.path(), &target).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => WriteError::Exists { path: target.clone() },
                _ => failed(&target)(error),
            })?;
            let _its_old_name = folder.keep();
        }
        made.keep();
        sync(parent_of(&target)).map_err(failed(&target))
    }
}

/// The folder that it is in or will be in.
pub(crate) fn parent_of(target: &Path) -> &Path {
    target.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn failed(target: &Path) -> impl FnOnce(io::Error) -> WriteError {
    WriteError::io(target, "put in place")
}

/// Whether the target is free, or may be replaced; and the notes that stay.
pub(super) fn check_target(target: &Path, existing: Existing) -> Result<Option<Vec<u8>>, WriteError> {
    check_name(target)?;
    if !exists(target) {
        return Ok(None);
    }
    if existing == Existing::Refuse {
        return Err(WriteError::Exists { path: target.to_owned() });
    }
    let no_recording = |holds: String| WriteError::NoRecording { path: target.to_owned(), holds };
    let is_folder = fs::symlink_metadata(target).is_ok_and(|metadata| metadata.is_dir());
    if !is_folder {
        return Err(no_recording("it is no folder".to_owned()));
    }
    let unreadable = || WriteError::io(target, "read");
    for entry in fs::read_dir(target).map_err(unreadable())? {
        let name = file_name(&entry.map_err(unreadable())?.path());
        if ![MANIFEST, NOTES].contains(&name.as_str()) && !is_part(&name) {
            return Err(no_recording(format!("it holds {name}")));
        }
    }
    let notes = target.join(NOTES);
    exists(&notes).then(|| fs::read(&notes).map_err(WriteError::io(&notes, "read"))).transpose()
}

/// What is written has to be found again, and makes no folders that nobody named.
fn check_name(target: &Path) -> Result<(), WriteError> {
    let no_place =
        |problem: &str| WriteError::NoPlace { path: target.to_owned(), problem: problem.to_owned() };
    // `Path::file_name` sees none in what ends with `..` either.
    let Some(name) = target.file_name() else {
        return Err(no_place("a recording is a folder with a name"));
    };
    if name.as_encoded_bytes().starts_with(b".") {
        return Err(no_place(
            "whoever looks for recordings passes by hidden names; choose one without the dot",
        ));
    }
    let above = target.ancestors().filter(|folder| folder.ends_with("..") && !exists(folder));
    match above.last() {
        Some(folder) => Err(no_place(&format!("there is no folder {}", parent_of(folder).display()))),
        None => Ok(()),
    }
}

/// Down to the disk: a folder's names.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Never over anything, also where something has just come there.
fn rename_to_free_name(from: &Path, to: &Path) -> io::Result<()> {
    match rename_with(from, to, Rename::ToFreeName) {
        Err(error) if is_unsupported(error) && exists(to) => Err(io::ErrorKind::AlreadyExists.into()),
        Err(error) if is_unsupported(error) => fs::rename(from, to),
        renamed => renamed.map_err(io::Error::from),
    }
}

/// Each gets the other's name. Where the file system cannot do that at once, there is a moment with neither.
fn swap(new: &Path, old: &Path) -> io::Result<()> {
    match rename_with(new, old, Rename::Swap) {
        Err(error) if is_unsupported(error) => swap_in_steps(new, old),
        renamed => renamed.map_err(io::Error::from),
    }
}

fn swap_in_steps(new: &Path, old: &Path) -> io::Result<()> {
    let aside = tempfile::Builder::new().prefix(".recording-").tempdir_in(parent_of(new))?;
    let kept = aside.path().join("old");
    fs::rename(old, &kept)?;
    if let Err(error) = fs::rename(new, old) {
        fs::rename(&kept, old)?;
        return Err(error);
    }
    fs::rename(&kept, new)
}

/// The ways to rename that are not everywhere.
#[derive(Clone, Copy)]
enum Rename {
    ToFreeName,
    Swap,
}

#[cfg(any(target_vendor = "apple", target_os = "linux", target_os = "android"))]
fn rename_with(from: &Path, to: &Path, how: Rename) -> Result<(), Errno> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    let flags = match how {
        Rename::ToFreeName => RenameFlags::NOREPLACE,
        Rename::Swap => RenameFlags::EXCHANGE,
    };
    renameat_with(CWD, from, CWD, to, flags)
}

#[cfg(not(any(target_vendor = "apple", target_os = "linux", target_os = "android")))]
fn rename_with(_: &Path, _: &Path, _: Rename) -> Result<(), Errno> {
    Err(Errno::NOSYS)
}

/// Whether the file system, or the system, knows no such flags.
fn is_unsupported(error: Errno) -> bool {
    [Errno::NOSYS, Errno::INVAL, Errno::NOTSUP].contains(&error)
}

/// The folders that were made above a target. Gone if it is dropped, as far as they are empty.
struct Made {
    folders: Vec<PathBuf>,
}

impl Made {
    fn parents(parent: &Path) -> Result<Made, WriteError> {
        let missing = parent.ancestors().take_while(|folder| !folder.as_os_str().is_empty());
        let missing: Vec<PathBuf> =
            missing.take_while(|folder| !exists(folder)).map(Path::to_owned).collect();
        let mut made = Made { folders: Vec::new() };
        for folder in missing.into_iter().rev() {
            match fs::create_dir(&folder) {
                // Another writer was faster, and answers for it.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                created => {
                    created.map_err(WriteError::io(&folder, "made"))?;
                    made.folders.push(folder);
                }
            }
        }
        Ok(made)
    }

    fn keep(mut self) {
        self.folders.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for folder in self.folders.iter().rev() {
            // It stays where somebody has put something there.
            let _ = fs::remove_dir(folder);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What file systems do that cannot swap two names.
    #[test]
    fn two_folders_change_names_in_steps() {
        let root = tempfile::tempdir().unwrap();
        let [new, old] = ["new", "old"].map(|name| root.path().join(name));
        for folder in [&new, &old] {
            fs::create_dir(folder).unwrap();
            fs::write(folder.join("file"), folder.as_os_str().as_encoded_bytes()).unwrap();
        }
        swap_in_steps(&new, &old).unwrap();
        assert_eq!(fs::read(old.join("file")).unwrap(), new.as_os_str().as_encoded_bytes());
        assert_eq!(fs::read(new.join("file")).unwrap(), old.as_os_str().as_encoded_bytes());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2);
    }

    #[test]
    fn where_the_new_one_is_missing_the_old_one_stays() {
        let root = tempfile::tempdir().unwrap();
        let [new, old] = ["new", "old"].map(|name| root.path().join(name));
        fs::create_dir(&old).unwrap();
        assert!(swap_in_steps(&new, &old).is_err());
        assert!(old.is_dir());
        assert_eq!(fs::read_dir(root.path()).unwrap().count(), 1);
    }
}
