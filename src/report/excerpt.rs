//! Text from outside, safe to read.

use crate::recording::redact;

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

/// A digest of text too long to show: FNV-1a, so that it is the same everywhere and for ever.
pub(super) fn digest(text: &str) -> String {
    const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    let hash = text.bytes().fold(OFFSET, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::printable;
    use serde_json::json;

    /// JSON leaves these as they are.
    #[test]
    fn values_are_as_safe_as_other_text() {
        let hostile = json!("\u{9b}31m\u{7f}\u{202e}");
        assert_eq!(printable(&hostile.to_string()), r#""\u{9b}31m\u{7f}\u{202e}""#);
    }
}
