//! Two values side by side, with the part that differs.

use super::excerpt::printable;
use serde_json::Value;
use std::ops::Range;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// A value as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Marked {
    /// As much of it as there is room for, around what differs.
    pub(super) text: String,
    /// What differs, in bytes of `text`; empty where there is nothing that the other has not.
    pub(super) mark: Range<usize>,
    /// How long the whole is, where not all is shown.
    pub(super) note: String,
}

impl Marked {
    /// A line to stand below the text, with `^` below what differs; nothing where nothing does.
    pub(super) fn carets(&self) -> Option<String> {
        let width = self.text.get(self.mark.clone())?.width();
        let before = self.text.get(..self.mark.start)?.width();
        (width > 0).then(|| format!("{}{}", " ".repeat(before), "^".repeat(width)))
    }
}

/// Both values in at most `room` columns each. Both are cut at the same place, so that what is the same stands in the same
/// column.
pub(super) fn marked(values: [Option<&Value>; 2], room: usize) -> [Marked; 2] {
    let texts =
        values.map(|value| value.map(|value| printable(&value.to_string()).chars().collect::<Vec<_>>()));
    let [Some(left), Some(right)] = &texts else {
        return texts.map(|text| match text {
            Some(text) => shown(&text, 0..text.len(), 0, room),
            None => Marked { text: "nothing".to_owned(), ..Marked::default() },
        });
    };
    let (start, end) = common_ends(left, right);
    let widest = left.iter().chain(right).map(|c| c.width().unwrap_or_default()).max().unwrap_or(1).max(1);
    let fits = |text: &[char]| columns(text) <= room;
    let first = if fits(left) && fits(right) { 0 } else { start.saturating_sub(room / 3 / widest) };
    [left, right].map(|text| shown(text, start..text.len() - end, first, room))
}

/// How many characters are the same from the start, and how many from the end, of what is left.
fn common_ends(left: &[char], right: &[char]) -> (usize, usize) {
    let same = |(left, right): &(&char, &char)| left == right;
    let mut start = left.iter().zip(right).take_while(same).count();
    // An escape belongs together: `\n` and `\t` differ in both characters.
    while start > 0 && left[start - 1] == '\\' {
        start -= 1;
    }
    let rest = left[start..].iter().rev().zip(right[start..].iter().rev());
    (start, rest.take_while(same).count())
}

fn columns(text: &[char]) -> usize {
    text.iter().map(|c| c.width().unwrap_or_default()).sum()
}

/// What fits of a text from its character `first` on.
fn shown(text: &[char], differs: Range<usize>, first: usize, room: usize) -> Marked {
    let before = if first > 0 { "…" } else { "" };
    let mut left = room.saturating_sub(2 * before.width().max(1));
    if first == 0 && columns(text) <= room {
        left = room;
    }
    let mut marked = Marked { text: before.to_owned(), ..Marked::default() };
    let mut last = first;
    let offset = |marked: &Marked| marked.text.len();
    for (index, c) in text.iter().enumerate().skip(first) {
        let Some(rest) = left.checked_sub(c.width().unwrap_or_default()) else { break };
        if index == differs.start {
            marked.mark.start = offset(&marked);
        }
        marked.text.push(*c);
        if (differs.start..differs.end).contains(&index) {
            marked.mark.end = offset(&marked);
        }
        (left, last) = (rest, index + 1);
    }
    if last < text.len() {
        marked.text.push('…');
    }
    if first > 0 || last < text.len() {
        marked.note = format!(" ({} characters)", text.len());
    }
    marked.mark.end = marked.mark.end.max(marked.mark.start);
    marked
}

#[cfg(test)]
mod tests {
    use super::{Marked, marked};
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    fn both(left: &Value, right: &Value, room: usize) -> [(String, String); 2] {
        marked([Some(left), Some(right)], room).map(|marked| {
            let Marked { text, mark, note } = &marked;
            (text[mark.clone()].to_owned(), format!("{text}{note}"))
        })
    }

    fn said(left: &Value, right: &Value) -> [String; 2] {
        both(left, right, 60).map(|(mark, _)| mark)
    }

    #[test]
    fn what_differs_is_marked_and_nothing_else() {
        assert_eq!(said(&json!("The"), &json!("Uhe")), ["T", "U"]);
        assert_eq!(said(&json!("same"), &json!("same")), ["", ""]);
        assert_eq!(said(&json!("abc"), &json!("ac")), ["b", ""]);
        assert_eq!(said(&json!("aa"), &json!("aaa")), ["", "a"]);
        assert_eq!(said(&json!("a\nb"), &json!("a\tb")), ["\\n", "\\t"]);
        assert_eq!(said(&json!(1), &json!("1")), ["1", "\"1\""]);
        assert_eq!(said(&json!("一二三"), &json!("一四三")), ["二", "四"]);
    }

    #[test]
    fn one_side_alone_is_marked_as_a_whole() {
        let [left, right] = marked([Some(&json!({"a": 1})), None], 60);
        assert_eq!((&left.text[left.mark.clone()], right.text.as_str()), ("{\"a\":1}", "nothing"));
        assert_eq!(left.carets().unwrap(), "^^^^^^^");
        assert_eq!(right.carets(), None);
    }

    #[test]
    fn long_values_are_cut_around_what_differs_and_stay_in_their_columns() {
        let value = |middle: &str| json!(format!("{}{middle}{}", "a".repeat(300), "z".repeat(300)));
        let [left, right] = both(&value("1"), &value("22"), 40);
        assert_eq!(
            left,
            ("1".to_owned(), format!("…{}1{}… (603 characters)", "a".repeat(13), "z".repeat(24)))
        );
        assert_eq!(
            right,
            ("22".to_owned(), format!("…{}22{}… (604 characters)", "a".repeat(13), "z".repeat(23)))
        );
    }

    #[test]
    fn a_long_difference_is_shown_by_its_start() {
        let [left, right] = both(&json!("x".repeat(100)), &json!("y"), 20);
        assert_eq!(left.1, format!("\"{}… (102 characters)", "x".repeat(17)));
        assert_eq!(right, ("y".to_owned(), "\"y\"".to_owned()));
    }

    #[test]
    fn carets_stand_below_wide_characters() {
        let [left, _] = marked([Some(&json!("一二三")), Some(&json!("一四三"))], 60);
        assert_eq!(left.carets().unwrap(), "   ^^");
    }
}
