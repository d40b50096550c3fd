//! What the server knows of the process it runs in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Variables and working folder, read once so that nothing further in depends on the process.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// The environment variables.
    pub variables: BTreeMap<String, String>,
    /// The working folder: the default of a conversation's.
    pub current_dir: PathBuf,
}

impl Environment {
    /// That of this process. Variables that are not UTF-8 are left out.
    pub fn of_process() -> Environment {
        Environment {
            variables: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
            current_dir: std::env::current_dir().unwrap_or_default(),
        }
    }

    /// A variable that is set and not blank.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.get(name).map(String::as_str).filter(|value| !value.trim().is_empty())
    }

    /// The folder of `config.toml`: `CODEX_HOME`, or `.codex` in the home folder.
    pub fn codex_home(&self) -> Option<PathBuf> {
        match self.variable("CODEX_HOME") {
            Some(home) => Some(PathBuf::from(home)),
            None => self.variable("HOME").map(|home| Path::new(home).join(".codex")),
        }
    }
}
