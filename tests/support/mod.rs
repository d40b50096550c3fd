//! What the tests of recordings share: where snapshots are, and that none is left over.

use libtest_mimic::Failed;
use responses_parity::recording::{Found, Recording};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The settings under which snapshots of a recording are asserted, in a folder below the project's.
pub(crate) fn settings(folder: &str, found: &Found, recording: &Recording) -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_input_file(&found.path);
    settings.set_description(recording.description.as_str());
    settings
}

/// What the snapshot of a recording is called.
pub(crate) fn snapshot_name(recording: &str) -> String {
    recording.replace('/', "__")
}

/// A snapshot of no recording would be checked by nobody.
pub(crate) fn no_orphan_snapshots(folder: &str, recordings: &[Found]) -> Result<(), Failed> {
    let names: BTreeSet<_> = recordings.iter().map(|found| snapshot_name(&found.name)).collect();
    let is_orphan = |path: &PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        path.extension().is_some_and(|ending| ending == "snap") && !names.contains(&name)
    };
    let files = std::fs::read_dir(folder)?.map(|entry| entry.unwrap().path());
    let orphans = files.filter(is_orphan);
    let orphans: Vec<_> =
        orphans.map(|path| format!("{}: there is no such recording; delete it", path.display())).collect();
    if orphans.is_empty() { Ok(()) } else { Err(orphans.join("\n").into()) }
}
