//! Values, short enough to read.

use crate::recording::redact;
use serde_json::Value;

/// Text from outside, safe to print: control characters are shown as what they are, and do nothing to a terminal; secrets
/// are not shown at all.
///
/// ```
/// use responses_parity::report::printable;
///
/// assert_eq!(printable("red \u{1b}[31m"), "red \\u{1b}[31m");
/// ```
pub fn printable(text: &str) -> String {
    redact(text).chars().fold(String::with_capacity(text.len()), |mut safe, c| {
        if c.is_control() {
            safe.extend(c.escape_default());
        } else {
            safe.push(c);
        }
        safe
    })
}

/// One line of JSON, cut to `limit` characters around the character `focus`. Of a secret nothing is left that the cut could
/// hide.
pub(super) fn excerpt(value: &Value, limit: usize, focus: usize) -> String {
    let text = redact(&value.to_string()).into_owned();
    let length = text.chars().count();
    if length <= limit {
        return text;
    }
    let start = focus.saturating_sub(limit / 2).min(length - limit);
    let shown: String = text.chars().skip(start).take(limit).collect();
    let (before, after) = (if start > 0 { "…" } else { "" }, if start + limit < length { "…" } else { "" });
    format!("{before}{shown}{after} ({length} characters)")
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
