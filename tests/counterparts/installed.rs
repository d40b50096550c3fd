//! What `scripts/install-counterparts` has installed.

use std::path::{Path, PathBuf};

const SCRIPT: &str = "scripts/install-counterparts";

/// A folder or file in the cache that the script installs into.
pub(crate) fn installed(below: impl AsRef<Path>) -> PathBuf {
    let named = std::env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let home = || Path::new(&std::env::var_os("HOME").expect("HOME is set")).join(".cache");
    there(named.unwrap_or_else(home).join("responses-parity").join(below))
}

/// The version of something that the script names.
#[allow(dead_code, reason = "not everything has its version in its path")]
pub(crate) fn version(variable: &str) -> String {
    let script = std::fs::read_to_string(SCRIPT).unwrap();
    let named = script.lines().find_map(|line| line.strip_prefix(variable)?.strip_prefix('='));
    named.unwrap_or_else(|| panic!("{SCRIPT} names no {variable}")).to_owned()
}

/// The same path, where there is something.
pub(crate) fn there(path: PathBuf) -> PathBuf {
    assert!(path.exists(), "{} is missing: run {SCRIPT}", path.display());
    path
}
