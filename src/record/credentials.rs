//! What clients show who they are with. It is sent and nothing else: it stands in no file, and in no text that a value is
//! shown as.

use std::collections::BTreeSet;
use std::fmt;

/// What clients have sent to show who they are, so that it is found where an upstream repeats it.
#[derive(Clone, Default)]
pub(super) struct Credentials(BTreeSet<String>);

impl Credentials {
    pub(super) fn add(&mut self, values: impl IntoIterator<Item = String>) {
        self.0.extend(values);
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({} values)", self.0.len())
    }
}
