//! What may differ between the bundled app-server and a real one.

use libtest_mimic::Failed;
use serde::Deserialize;
use std::collections::BTreeSet;

const FILE: &str = "tests/fidelity/allowed.toml";

/// Every exception there is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Allowed {
    allow: Vec<Exception>,
}

/// Some cases, and what is different in them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    /// For whoever wonders.
    reason: String,
    cases: Vec<String>,
}

impl Allowed {
    pub(crate) fn load() -> Allowed {
        let text = std::fs::read_to_string(FILE).unwrap_or_else(|error| panic!("{FILE}: {error}"));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{FILE}: {error}"))
    }

    /// Why a case shows something else than the real server, where it may.
    pub(crate) fn reason(&self, case: &str) -> Option<&str> {
        let exception =
            self.allow.iter().find(|exception| exception.cases.iter().any(|name| name == case))?;
        Some(&exception.reason)
    }

    /// A misspelt case would excuse nothing, and nobody would notice.
    pub(crate) fn all_known(&self, cases: &BTreeSet<String>) -> Result<(), Failed> {
        let named = self.allow.iter().flat_map(|exception| &exception.cases);
        let unknown: Vec<_> = named.filter(|name| !cases.contains(*name)).cloned().collect();
        if unknown.is_empty() {
            Ok(())
        } else {
            Err(format!("{FILE}: no such case: {}", unknown.join(", ")).into())
        }
    }
}
