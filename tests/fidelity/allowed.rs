//! What may differ between the bundled app-server and a real one.

use libtest_mimic::Failed;
use pretty_assertions::StrComparison;
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
    /// What the real server says, and what the bundled one says instead. Without it the whole case is different.
    #[serde(default)]
    real: Option<String>,
    #[serde(default)]
    bundled: Option<String>,
}

impl Allowed {
    pub(crate) fn load() -> Allowed {
        let text = std::fs::read_to_string(FILE).unwrap_or_else(|error| panic!("{FILE}: {error}"));
        toml::from_str(&text).unwrap_or_else(|error| panic!("{FILE}: {error}"))
    }

    /// Whether the case shows what is expected, but for its exceptions, all of which it must need.
    pub(crate) fn judge(&self, case: &str, expected: &str, shown: &str) -> Result<(), Failed> {
        let mut expected = expected.to_owned();
        for exception in self.allow.iter().filter(|exception| exception.cases.iter().any(|name| name == case))
        {
            match (&exception.real, &exception.bundled) {
                (Some(real), Some(bundled)) if expected.contains(real.as_str()) => {
                    expected = expected.replace(real.as_str(), bundled);
                }
                (None, None) if expected != shown => return Ok(()),
                _ => {
                    return Err(format!(
                        "{FILE}: this case does not need the exception: {}",
                        exception.reason
                    )
                    .into());
                }
            }
        }
        if expected == shown {
            return Ok(());
        }
        Err(format!("real (left) and bundled (right) differ:\n{}", StrComparison::new(&expected, shown))
            .into())
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
