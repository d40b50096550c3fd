//! Where a recording stands, for annotations.

use crate::report::{About, Checked, FileLine};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// What a folder with a recording has.
const MANIFEST: &str = "recording.toml";

/// The file of a recording, from the folder the check runs in, and the line of the turn or the exchange that what is wrong
/// is about.
pub(super) fn place_of(checked: &Checked) -> FileLine {
    let manifest = checked.origin.join(MANIFEST);
    let (file, line) = match std::fs::read_to_string(&manifest) {
        Ok(text) => (manifest, line_of(&text, checked.about())),
        Err(_) => (checked.origin.clone(), None),
    };
    FileLine { file: from_here(&file).display().to_string(), line: line.unwrap_or(1) }
}

/// GitHub knows a file by its place in the work tree.
fn from_here(file: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    let file = file.strip_prefix(&here).unwrap_or(file);
    file.components().filter(|part| *part != std::path::Component::CurDir).collect()
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    turn: Vec<Spanned<toml::Value>>,
    #[serde(default)]
    exchange: Vec<Spanned<toml::Value>>,
}

fn line_of(text: &str, about: About) -> Option<usize> {
    let manifest: Manifest = toml::from_str(text).ok()?;
    let table = match about {
        About::Whole => return None,
        About::Turn(index) => manifest.turn.get(index),
        About::Exchange(index) => manifest.exchange.get(index),
    };
    let before = text.get(..table?.span().start)?;
    Some(before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::line_of;
    use crate::report::About;

    const TEXT: &str =
        "format = 1\n\n[[turn]]\nuser = \"[[turn]]\"\n\n[[exchange]]\nstatus = 200\n[[exchange]]\n";

    #[test]
    fn turns_and_exchanges_have_lines() {
        let line = |about| line_of(TEXT, about);
        assert_eq!(line(About::Turn(0)), Some(3));
        assert_eq!(line(About::Exchange(0)), Some(6));
        assert_eq!(line(About::Exchange(1)), Some(8));
        assert_eq!(line(About::Exchange(2)), None);
        assert_eq!(line(About::Whole), None);
    }
}
