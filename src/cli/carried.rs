//! The recordings that this program carries, for folders that hold none.

use super::exit::{COULD_NOT_RUN, USAGE, fail, note, printed};
use super::recordings::{LoadAllError, USUAL, selected};
use crate::check::Partition;
use crate::recording::{Recording, parent_of};
use clap::Args;
use include_dir::Dir;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A copy of the folder `recordings`, as it was when the program was built.
#[derive(Clone, Copy, Debug)]
pub(super) struct Carried(pub(super) &'static Dir<'static>);

impl Carried {
    /// Whether there is such a recording, or a folder of them. It is named as if the folder `recordings` were there.
    fn has(self, path: &Path) -> bool {
        let below = path.strip_prefix(USUAL);
        below.is_ok_and(|below| below.as_os_str().is_empty() || self.0.contains(below))
    }

    /// A share of the recordings at or below these paths, and how many there are in all shares.
    ///
    /// They are read as any other recordings are: from files, which are gone afterwards.
    fn load(
        self,
        paths: &[PathBuf],
        partition: Option<Partition>,
    ) -> Result<(Vec<Recording>, usize), LoadAllError> {
        let folder = tempfile::tempdir().map_err(LoadAllError::Carried)?;
        let unpacked = folder.path().join(USUAL);
        std::fs::create_dir(&unpacked).map_err(LoadAllError::Carried)?;
        self.0.extract(&unpacked).map_err(LoadAllError::Carried)?;
        let paths: Vec<_> = paths.iter().map(|path| folder.path().join(path)).collect();
        let (mut recordings, all) = selected(&paths, partition)?;
        for recording in &mut recordings {
            let origin = recording.origin.strip_prefix(folder.path()).map(Path::to_owned);
            recording.origin = origin.unwrap_or_default();
            let named = Path::new(&recording.name).strip_prefix(folder.path());
            if let Ok(name) = named.map(|name| name.display().to_string()) {
                recording.name = name;
            }
        }
        Ok((recordings, all))
    }
}

#[derive(Debug, Args)]
pub(super) struct UnpackArgs {
    /// The folder for them; it must not exist
    #[arg(short, long, alias = "output", value_name = "DIR", default_value = USUAL)]
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
  2  usage: an argument cannot be read, or the folder is there already
  3  something could not be written";

    pub(super) fn run(self, carried: Carried) -> ExitCode {
        if self.out.exists() {
            let problem = format!("{} is there already; name another folder with --out", self.out.display());
            return fail(USAGE, problem);
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
    let beside = parent_of(out);
    std::fs::create_dir_all(beside)?;
    let folder = tempfile::tempdir_in(beside)?;
    let whole = folder.path().join("whole");
    std::fs::create_dir(&whole)?;
    carried.0.extract(&whole)?;
    std::fs::rename(&whole, out)
}

/// A share of the recordings at or below these paths, or all of them, and how many there are in all shares. Where no path
/// is given it is the folder `recordings`; where there is no such folder, the program's own stands in for it.
pub(super) fn load_share(
    paths: &[PathBuf],
    partition: Option<Partition>,
    carried: Carried,
) -> Result<(Vec<Recording>, usize), LoadAllError> {
    let usual = [PathBuf::from(USUAL)];
    let paths = if paths.is_empty() { &usual[..] } else { paths };
    let stands_in = !Path::new(USUAL).exists() && paths.iter().all(|path| carried.has(path));
    if !stands_in {
        return selected(paths, partition);
    }
    note(format!(
        "there is no folder `{USUAL}` here; this program carries one, which `responses-parity unpack` writes"
    ));
    carried.load(paths, partition)
}
