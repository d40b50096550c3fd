//! Values, short enough to read.

use crate::recording::redact;
use serde_json::Value;

/// Text from outside, safe to print: control characters, and those that change the direction of text or end a line, are
/// shown as what they are, and do nothing to a terminal; secrets are not shown at all.
///
/// ```
/// use responses_parity::report::printable;
///
/// assert_eq!(printable("red \u{1b}[31m"), "red \\u{1b}[31m");
/// assert_eq!(printable("\u{202e}txt.exe"), "\\u{202e}txt.exe");
/// ```
pub fn printable(text: &str) -> String {
    redact(text).chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        if c.is_control() || is_format(c) {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
        safe
    })
}

/// Separators of lines and paragraphs, and what overrides the direction of the text around it.
fn is_format(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// One line of JSON, cut to `limit` characters around the character `focus`. Of a secret nothing is left that the cut could
/// hide.
pub(super) fn excerpt(value: &Value, limit: usize, focus: usize) -> String {
    let text = redact(&value.to_string()).into_owned();
    let length = text.chars().count();
    if length <= limit {
        return printable(&text);
    }
    let start = focus.saturating_sub(limit / 2).min(length - limit);
    let shown: String = text.chars().skip(start).take(limit).collect();
    let (before, after) = (if start > 0 { "…" } else { "" }, if start + limit < length { "…" } else { "" });
    format!("{before}{}{after} ({length} characters)", printable(&shown))
}

/// How many characters of their JSON two values have in common before they differ.
pub(super) fn common_prefix(left: &Value, right: &Value) -> usize {
    let (left, right) = (left.to_string(), right.to_string());
    left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count()
}

/// A digest of text too long to show: FNV-1a, so that it is the same everywhere and for ever.
pub(super) fn digest(text: &str) -> String {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let hash = text.bytes().fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::excerpt;
    use serde_json::json;

    /// JSON leaves these as they are.
    #[test]
    fn values_are_as_safe_as_other_text() {
        let hostile = json!("\u{9b}31m\u{7f}\u{202e}");
        assert_eq!(excerpt(&hostile, 80, 0), r#""\u{9b}31m\u{7f}\u{202e}""#);
        let long = json!("\u{9b}".repeat(40));
        assert!(!excerpt(&long, 20, 0).contains('\u{9b}'));
    }
}
