//! Reports in files: written beside their place and moved there, so that nobody reads half of one.

use super::files::{beside, write_whole};
use std::io;
use std::path::{Path, PathBuf};

/// A file that a report will be written to.
#[derive(Debug)]
pub(super) struct ReportFile {
    option: &'static str,
    path: PathBuf,
}

impl ReportFile {
    /// Looks whether it can be written, by writing something beside it, before anything takes time.
    pub(super) fn at(option: &'static str, path: &Path) -> Result<ReportFile, String> {
        // Where a link leads, and not the link, is replaced.
        let file = ReportFile { option, path: path.canonicalize().unwrap_or_else(|_| path.to_owned()) };
        if file.path.exists() && !file.path.is_file() {
            return Err(file.refused(if file.path.is_dir() {
                "it is a folder"
            } else {
                "it is no regular file"
            }));
        }
        match beside(&file.path) {
            Ok(_removed) => Ok(file),
            Err(error) => Err(file.refused(in_short(&error))),
        }
    }

    /// Writes all of it, or leaves what was there.
    pub(super) fn write(&self, text: &str) -> Result<(), String> {
        write_whole(&self.path, text.as_bytes()).map_err(|error| self.refused(in_short(&error)))
    }

    /// Whether two reports would be written to one file.
    pub(super) fn is_at(&self, other: &ReportFile) -> bool {
        self.path == other.path
    }

    fn refused(&self, problem: impl std::fmt::Display) -> String {
        format!(
            "{} {}: cannot be written: {problem}\n  next: name a file in a folder that is there and can be written to",
            self.option,
            self.path.display()
        )
    }
}

/// Without the name of the file that was tried, which nobody asked for.
fn in_short(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        kind => kind.to_string(),
    }
}
