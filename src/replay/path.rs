//! The two ways to the upstream.

use std::fmt;

/// How the app-server reaches the Responses API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Path {
    /// It posts itself.
    Direct,
    /// It asks its client to.
    Delegated,
}

impl Path {
    /// `direct` or `delegated`.
    pub fn name(self) -> &'static str {
        match self {
            Path::Direct => "direct",
            Path::Delegated => "delegated",
        }
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
