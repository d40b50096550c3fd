//! Text in lines of a width, for a terminal or for whatever takes its place.

use super::excerpt::printable;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Where the text of a field begins.
const FIELD: usize = 14;
/// A text longer than this is shown by its start; in characters.
const LONG: usize = 4000;

/// A field: its name, and its text in lines of `width` that are all as far from the left.
///
/// Line ends in the text are line ends; everything else that is no text is shown as what it is.
pub(super) fn field(name: &str, text: &str, width: usize) -> String {
    let room = width.saturating_sub(FIELD).max(20);
    let mut lines = String::new();
    for (index, line) in shortened(text).lines().flat_map(|line| wrapped(&printable(line), room)).enumerate()
    {
        let name = if index == 0 { name } else { "" };
        let indent = FIELD - 3;
        lines.push_str(format!("  {name:<indent$} {line}").trim_end());
        lines.push('\n');
    }
    lines
}

/// As much of a text as fits a line of `width`, on one line.
pub fn cut(text: &str, width: usize) -> String {
    // A look at no more than can fit: each character takes a column, or is rare.
    let head: String = text.chars().take(width.saturating_mul(2).saturating_add(1)).collect();
    let whole = head.len() == text.len();
    let safe = printable(&head);
    if whole && safe.width() <= width {
        return safe;
    }
    let mut shown = String::new();
    let mut room = width.saturating_sub(1);
    for c in safe.chars() {
        let Some(left) = room.checked_sub(c.width().unwrap_or_default()) else { break };
        room = left;
        shown.push(c);
    }
    shown.push('…');
    shown
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONG) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}… ({} characters)", &text[..end], text.chars().count()),
    }
}

/// Broken at spaces, and where there are none, anywhere.
fn wrapped(line: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in line.split_inclusive(' ') {
        let width = word.trim_end_matches(' ').width();
        if used > 0 && used + width > room {
            lines.push(String::new());
            used = 0;
        }
        for c in word.chars() {
            let width = c.width().unwrap_or_default();
            if used + width > room && c != ' ' {
                lines.push(String::new());
                used = 0;
            }
            used += width;
            if let Some(last) = lines.last_mut() {
                last.push(c);
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{cut, field};
    use pretty_assertions::assert_eq;

    #[test]
    fn a_field_is_as_wide_as_the_room_there_is() {
        let text = "One line that is too long\nand two: 漢字漢字漢字漢字漢字漢字, \u{1b}[31m";
        assert_eq!(
            field("text", text, 34),
            "  text        One line that is too\n              long\n              and two:\n              漢字漢字漢字漢字漢字\n              漢字, \\u{1b}[31m\n"
        );
    }

    #[test]
    fn a_long_text_is_shown_by_its_start() {
        let shown = field("text", &"a".repeat(5000), 100);
        assert!(shown.ends_with("… (5000\n              characters)\n") || shown.contains("5000"), "{shown}");
        assert!(shown.len() < 5000, "{}", shown.len());
    }

    #[test]
    fn a_cut_line_has_the_width_it_was_given() {
        assert_eq!(cut("as it is", 8), "as it is");
        assert_eq!(cut("too long by one", 14), "too long by o…");
        assert_eq!(cut("漢字漢字", 4), "漢…");
        assert_eq!(cut("a\u{9b}b", 20), "a\\u{9b}b");
    }
}
