//! The files that recordings are made of: regular ones, of bounded size.

use super::error::LoadError;
use super::scrub::refuse_secrets;
use bytes::Bytes;
use serde::de::DeserializeOwned;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// How long a body may be, in bytes: 64 MiB. The upstream relays no longer ones, and a recording is held in memory.
///
/// Files that grow with a body (`NN.response.timing`, `NN.request.json`, `events.jsonl`) have the same limit.
pub const MAX_BODY_BYTES: usize = 64 << 20;

/// How long a `recording.toml`, a script or a `response.json` may be, in bytes: 1 MiB. They are written by hand, and
/// the search for recordings reads every `*.json` that it meets.
pub const MAX_MANIFEST_BYTES: usize = 1 << 20;

/// What a file is allowed to be.
#[derive(Clone, Copy, Debug)]
pub(super) enum Limit {
    /// As long as a body.
    Body,
    /// As long as a manifest.
    Manifest,
}

impl Limit {
    fn bytes(self) -> usize {
        match self {
            Limit::Body => MAX_BODY_BYTES,
            Limit::Manifest => MAX_MANIFEST_BYTES,
        }
    }

    fn exceeded(self, path: &Path, size: &str) -> LoadError {
        let (limit, mebibytes) = (self.bytes(), self.bytes() >> 20);
        let problem =
            format!("has {size} bytes, but such a file may have {limit} ({mebibytes} MiB); make it smaller");
        LoadError::new(path, problem)
    }
}

/// What a name in a folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
    /// A symbolic link, to whatever.
    Link,
    /// A pipe, a device, a socket.
    Other,
}

/// What the path stands for; links are not followed.
pub(super) fn kind(path: &Path) -> Result<Kind, LoadError> {
    let metadata = fs::symlink_metadata(path).map_err(|error| unreadable(path, &error))?;
    Ok(kind_of(&metadata))
}

fn kind_of(metadata: &Metadata) -> Kind {
    if metadata.is_file() {
        Kind::File
    } else if metadata.is_dir() {
        Kind::Folder
    } else if metadata.is_symlink() {
        Kind::Link
    } else {
        Kind::Other
    }
}

/// Whether there is anything of that name, be it a link that leads nowhere.
pub(super) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Refuses what is no regular file, and says why.
pub(super) fn check_regular(path: &Path) -> Result<(), LoadError> {
    let problem = match kind(path)? {
        Kind::File => return Ok(()),
        Kind::Folder => "is a folder, where a recording has a file",
        Kind::Link => "is a symbolic link, and those are not followed; put the file itself here",
        Kind::Other => "is a pipe, a device or a socket, where a recording has a regular file",
    };
    Err(LoadError::new(path, problem))
}

/// Refuses what is no folder, and says why.
pub(super) fn check_folder(path: &Path) -> Result<(), LoadError> {
    match kind(path)? {
        Kind::Folder => Ok(()),
        Kind::Link => Err(LoadError::new(
            path,
            "is a symbolic link, and those are not followed; put the folder itself here",
        )),
        Kind::File | Kind::Other => Err(LoadError::new(path, "is no folder, where a recording has one")),
    }
}

/// The whole of a file that need not be there.
pub(super) fn read_if_there(path: &Path, limit: Limit) -> Result<Option<Bytes>, LoadError> {
    exists(path).then(|| read(path, limit)).transpose()
}

/// The whole of a file, or an error that names it. A file with a secret in it is none of a recording.
pub(super) fn read(path: &Path, limit: Limit) -> Result<Bytes, LoadError> {
    let bytes = read_anything(path, limit)?;
    refuse_secrets(path, &bytes)?;
    Ok(bytes)
}

/// The whole of a file that may be anybody's.
fn read_anything(path: &Path, limit: Limit) -> Result<Bytes, LoadError> {
    check_regular(path)?;
    let failed = |error: io::Error| unreadable(path, &error);
    let file = File::open(path).map_err(failed)?;
    let size = file.metadata().map_err(failed)?.len();
    if size > limit.bytes() as u64 {
        return Err(limit.exceeded(path, &size.to_string()));
    }
    let mut bytes = Vec::new();
    file.take(limit.bytes() as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() > limit.bytes() {
        return Err(limit.exceeded(path, &format!("more than {}", limit.bytes())));
    }
    Ok(Bytes::from(bytes))
}

/// The same, as text.
pub(super) fn read_text(path: &Path, limit: Limit) -> Result<String, LoadError> {
    text(path, read(path, limit)?)
}

fn text(path: &Path, bytes: Bytes) -> Result<String, LoadError> {
    String::from_utf8(bytes.into()).map_err(|error| LoadError::new(path, format!("is not UTF-8: {error}")))
}

/// The same, as JSON.
pub(super) fn parse_json<T: DeserializeOwned>(path: &Path) -> Result<T, LoadError> {
    json(path, &read_text(path, Limit::Manifest)?)
}

/// The JSON of a file that may be anybody's.
pub(super) fn parse_any_json(path: &Path) -> Result<serde_json::Value, LoadError> {
    json(path, &text(path, read_anything(path, Limit::Manifest)?)?)
}

fn json<T: DeserializeOwned>(path: &Path, text: &str) -> Result<T, LoadError> {
    serde_json::from_str(text).map_err(|error| {
        let place = format!(" at line {} column {}", error.line(), error.column());
        let problem = error.to_string().replace(&place, "");
        LoadError::at_line(path, error.line().max(1), problem)
    })
}

/// The files and folders of a folder, by name. Hidden ones, which editors and file managers leave behind, are none.
pub(super) fn files_of(folder: &Path) -> Result<Vec<PathBuf>, LoadError> {
    let failed = |error: io::Error| unreadable(folder, &error);
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.retain(|path| !file_name(path).starts_with('.'));
    paths.sort();
    Ok(paths)
}

/// The last part of a path.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Whether a file of that name is there for readers alone.
pub(super) fn is_note(name: &str) -> bool {
    ["README.md", "SOURCE.md", "LICENSE"].contains(&name)
}

/// Whether the path ends so.
pub(super) fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|found| found == ending)
}

fn unreadable(path: &Path, error: &io::Error) -> LoadError {
    LoadError::new(path, format!("cannot be read: {error}"))
}
