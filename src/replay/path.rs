//! The two ways to the upstream.

use std::fmt;
use std::str::FromStr;

/// How the app-server reaches the Responses API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Path {
    /// It posts itself.
    Direct,
    /// It asks its client to.
    Delegated,
}

impl Path {
    /// Both, the direct one first.
    pub const ALL: [Path; 2] = [Path::Direct, Path::Delegated];

    /// `direct` or `delegated`.
    pub fn name(self) -> &'static str {
        match self {
            Path::Direct => "direct",
            Path::Delegated => "delegated",
        }
    }
}

impl FromStr for Path {
    type Err = String;

    fn from_str(text: &str) -> Result<Path, String> {
        let named = Path::ALL.into_iter().find(|path| path.name() == text);
        named.ok_or_else(|| "expected `direct` or `delegated`".to_owned())
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
