//! Where YAML 1.1 breaks a line and YAML 1.2 does not.

use super::node::Damage;
use granit_parser::ScalarStyle;
use regex::{Captures, Regex};
use std::borrow::Cow;

/// The line breaks of YAML 1.1, those that are none in 1.2 last.
const BREAKS: [char; 4] = ['\n', '\u{85}', '\u{2028}', '\u{2029}'];

/// A YAML text whose 1.1 line breaks a 1.2 parser sees as line breaks too.
///
/// To libyaml a U+2028 within a text is a line break like any other: it writes it as it is, and indents what follows. To
/// YAML 1.2 it is a character, and the indentation part of the text. A model does write U+2028 now and then. So wherever
/// one is in a row of line breaks, marks and a single line feed take the row's place before parsing, and it takes theirs
/// afterwards.
pub(super) struct Breaks<'a> {
    /// What to parse.
    pub(super) text: Cow<'a, str>,
    marks: Option<Marks>,
    /// After which byte of `text` the parser counts how many lines too many.
    extra_lines: Vec<(usize, isize)>,
}

/// A private character for each kind of line break.
struct Marks {
    of: [char; 4],
    literal: Regex,
    folded: Regex,
}

impl<'a> Breaks<'a> {
    pub(super) fn of(text: &'a str) -> Result<Breaks<'a>, Damage> {
        if !text.contains(&BREAKS[1..]) {
            return Ok(Breaks { text: Cow::Borrowed(text), marks: None, extra_lines: Vec::new() });
        }
        let marks = Marks::not_in(text)?;
        let rows = regex("[\r\n\u{85}\u{2028}\u{2029}]+")?;
        let mut marked = String::with_capacity(text.len() + 64);
        let (mut copied, mut extra, mut extra_lines) = (0, 0, Vec::new());
        for row in rows.find_iter(text).filter(|row| row.as_str().contains(&BREAKS[1..])) {
            marked.push_str(&text[copied..row.start()]);
            marked.push_str(&marks.mark(row.as_str()));
            marked.push('\n');
            copied = row.end();
            extra += 1 - row.as_str().matches('\n').count() as isize;
            extra_lines.push((marked.len(), extra));
        }
        marked.push_str(&text[copied..]);
        Ok(Breaks { text: Cow::Owned(marked), marks: Some(marks), extra_lines })
    }

    /// The line in the original text, where only a line feed begins one.
    pub(super) fn line_of(&self, line: usize, offset: Option<usize>) -> usize {
        let before = self.extra_lines.partition_point(|(at, _)| offset.is_some_and(|offset| *at <= offset));
        let extra = before.checked_sub(1).map_or(0, |last| self.extra_lines[last].1);
        line.saturating_add_signed(-extra)
    }

    /// A parsed text as YAML 1.1 reads it.
    pub(super) fn restore<'t>(&self, text: &'t str, style: ScalarStyle) -> Cow<'t, str> {
        match &self.marks {
            Some(marks) if style == ScalarStyle::Literal => {
                marks.literal.replace_all(text, |row: &Captures<'_>| marks.row(&row[1]))
            }
            // Of a row that is folded, the first line feed goes, and others stay.
            Some(marks) => marks.folded.replace_all(text, |row: &Captures<'_>| {
                let row = marks.row(&row[1]);
                row.strip_prefix('\n').map(str::to_owned).unwrap_or(row)
            }),
            None => Cow::Borrowed(text),
        }
    }
}

impl Marks {
    /// Four characters of the private use area that the text does not use.
    fn not_in(text: &str) -> Result<Marks, Damage> {
        let unused: Vec<char> = ('\u{e000}'..='\u{f8ff}').filter(|c| !text.contains(*c)).take(4).collect();
        let of: [char; 4] =
            unused.try_into().map_err(|_| Damage::new("uses all private characters of Unicode"))?;
        let any: String = of.iter().collect();
        // The one line feed that was put in: a literal text keeps it, elsewhere it is folded into a space.
        Ok(Marks { of, literal: regex(&format!("([{any}]+)\n?"))?, folded: regex(&format!("([{any}]+) ?"))? })
    }

    fn mark(&self, row: &str) -> String {
        let row = row.replace("\r\n", "\n").replace('\r', "\n");
        row.chars().map(|c| swap(c, BREAKS, self.of)).collect()
    }

    fn row(&self, marks: &str) -> String {
        marks.chars().map(|c| swap(c, self.of, BREAKS)).collect()
    }
}

fn swap(c: char, from: [char; 4], to: [char; 4]) -> char {
    from.iter().position(|found| *found == c).map_or(c, |which| to[which])
}

fn regex(pattern: &str) -> Result<Regex, Damage> {
    Regex::new(pattern).map_err(|error| Damage::new(error.to_string()))
}
