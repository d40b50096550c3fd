//! The recordings that this program carries, for folders that hold none.

use super::exit::{COULD_NOT_RUN, FAILED, fail, note, printed};
use super::recordings::{LoadAllError, USUAL, load_all};
use crate::recording::Recording;
use clap::Args;
use include_dir::Dir;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A copy of the folder `recordings`, as it was when the program was built.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carried(pub(super) &'static Dir<'static>);

impl Carried {
    /// All of them.
    ///
    /// They are read as any other recordings are: from files, which are gone afterwards.
    pub(super) fn load(self) -> Result<Vec<Recording>, LoadAllError> {
        let folder = tempfile::tempdir().map_err(LoadAllError::Carried)?;
        self.0.extract(folder.path()).map_err(LoadAllError::Carried)?;
        let mut recordings = load_all(&[folder.path().to_owned()])?;
        for recording in &mut recordings {
            recording.origin =
                PathBuf::from(format!("{} (`responses-parity unpack` writes it)", recording.name));
        }
        Ok(recordings)
    }
}

#[derive(Debug, Args)]
pub(super) struct UnpackArgs {
    /// The folder for them; it must not exist
    #[arg(short, long, value_name = "DIR", default_value = USUAL)]
    out: PathBuf,
}

impl UnpackArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity unpack
  responses-parity unpack --out those-of-responses-parity

Exit status:
  0  they are written
  1  the folder exists
  2  usage: an argument cannot be read
  3  something could not be written";

    pub(super) fn run(self, carried: Carried) -> ExitCode {
        if self.out.exists() {
            let problem = format!("{} exists; name another folder with --out", self.out.display());
            return fail(FAILED, problem);
        }
        match unpacked(carried, &self.out) {
            Ok(()) => {
                let mut out = io::stdout().lock();
                printed(writeln!(out, "{}", self.out.display()), 0)
            }
            Err(error) => {
                fail(COULD_NOT_RUN, format!("{} could not be written: {error}", self.out.display()))
            }
        }
    }
}

/// Beside its place first, so that it is there as a whole or not at all.
fn unpacked(carried: Carried, out: &Path) -> io::Result<()> {
    let beside = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(beside)?;
    let folder = tempfile::tempdir_in(beside)?;
    let whole = folder.path().join("whole");
    std::fs::create_dir(&whole)?;
    carried.0.extract(&whole)?;
    std::fs::rename(&whole, out)
}

/// The recordings at or below these paths; where none is named, those of the folder `recordings`; where there is none,
/// those that the program carries.
pub(super) fn load_or_carried(paths: &[PathBuf], carried: Carried) -> Result<Vec<Recording>, LoadAllError> {
    if !paths.is_empty() {
        return load_all(paths);
    }
    if Path::new(USUAL).exists() {
        return load_all(&[PathBuf::from(USUAL)]);
    }
    let recordings = carried.load()?;
    note(format!(
        "there is no folder `{USUAL}` here: these are the {} that this program carries",
        recordings.len()
    ));
    Ok(recordings)
}
