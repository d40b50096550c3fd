//! A channel as it may be shown.

use super::json_text::JsonText;
use super::observation::Observed;
use crate::recording::redact;
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// The entries of a channel without secrets, for whoever shows them. All of them at once: a model's deltas, one entry
/// each, may hold one in pieces. Borrowed where there are none.
///
/// ```
/// use responses_parity::observe::{Observed, without_secrets};
/// use serde_json::json;
/// use std::time::Duration;
///
/// let delta = |delta: &str| Observed { label: "delta".to_owned(), value: json!({"delta": delta}).into(), at: Duration::ZERO };
/// let entries = [delta("ghp_a1B2c3a1B2c3"), delta("a1B2c3a1B2c3a1B2c3a1B2c3")];
/// let shown = without_secrets(&entries);
/// assert_eq!(shown[0].value.value(), json!({"delta": "ghp_REDACTED****"}));
/// assert_eq!(shown[1].value.value(), json!({"delta": "************************"}));
/// ```
pub fn without_secrets(entries: &[Observed]) -> Cow<'_, [Observed]> {
    // JSON keeps line ends out of strings, so that each entry stays on its line.
    let lines: Vec<String> = entries.iter().map(line).collect();
    let text = lines.join("\n");
    let Cow::Owned(redacted) = redact(&text) else { return Cow::Borrowed(entries) };
    let shown = entries.iter().zip(lines.iter().zip(redacted.lines()));
    Cow::Owned(shown.map(|(observed, (line, redacted))| reread(observed, line, redacted)).collect())
}

fn line(observed: &Observed) -> String {
    format!("[{},{}]", Value::from(observed.label.as_str()), observed.value.as_str())
}

fn reread(observed: &Observed, line: &str, redacted: &str) -> Observed {
    let label_and_value =
        (line != redacted).then(|| serde_json::from_str::<(String, Box<RawValue>)>(redacted).ok());
    match label_and_value.flatten() {
        Some((label, value)) => {
            Observed { label, value: JsonText::of_json(Box::<str>::from(value)), at: observed.at }
        }
        None => observed.clone(),
    }
}
