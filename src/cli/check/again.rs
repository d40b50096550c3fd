//! The command that shows more of one recording.

use super::CheckArgs;
use crate::report::Checked;
use crate::upstream::Speed;

impl CheckArgs {
    /// The same check of this recording alone, with all that it showed.
    pub(super) fn more_of(&self, checked: &Checked) -> String {
        let mut words = vec!["responses-parity".to_owned(), "check".to_owned()];
        words.push(checked.origin.display().to_string());
        words.extend(self.what_to_check());
        words.push("-v".to_owned());
        words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }

    /// What of the arguments says what is checked, and how.
    fn what_to_check(&self) -> Vec<String> {
        let mut words = self.subject.said();
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                words.extend([format!("--{name}"), value]);
            }
        };
        option("repeat", (self.repeat > 1).then(|| self.repeat.to_string()));
        option("allow", self.allow.as_ref().map(|path| path.display().to_string()));
        option("speed", said(self.speed));
        words
    }
}

/// Nothing where it is as usual.
fn said(speed: Speed) -> Option<String> {
    match speed {
        Speed::Max => None,
        Speed::Recorded(factor) => Some(format!("{factor}x")),
    }
}

/// As a shell reads it. What holds a NUL byte no shell can say; it is shown as it is.
fn quoted(word: &str) -> String {
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), std::borrow::Cow::into_owned)
}
