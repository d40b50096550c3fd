//! The command that shows more of one recording.

use super::CheckArgs;
use crate::report::Checked;
use crate::upstream::Speed;

impl CheckArgs {
    /// The same check of this recording alone, with all that it showed.
    pub(super) fn more_of(&self, checked: &Checked) -> String {
        self.subject.check_again(&checked.origin, &self.further())
    }

    /// What of the arguments says how it is checked, beside the app-servers.
    fn further(&self) -> Vec<String> {
        let mut words = Vec::new();
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
