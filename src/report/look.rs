//! How a text for people looks: its width, and its colours where it has any.

use crate::recording::redact;
use anstyle::{AnsiColor, Style};
use std::ops::Range;

/// How wide lines are, and whether colours may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// In columns. What cannot be cut may be wider.
    pub width: usize,
    /// Whether to use the escape sequences of terminals.
    pub colour: bool,
}

impl Look {
    /// Where there is no terminal to ask: lines of 120 columns, no colours.
    pub const PLAIN: Look = Look { width: 120, colour: false };
    /// Narrower than this nothing can be read; lines break then.
    const NARROWEST: usize = 60;

    /// As many columns as there are, or as few as can be read.
    pub(super) fn columns(self) -> usize {
        self.width.max(Look::NARROWEST)
    }
}

/// What a piece of text is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// A name to find things by.
    Strong,
    /// Good to know, and not what this is about.
    Faint,
    /// What failed.
    Bad,
    /// What went well.
    Good,
    /// Only the left side has it.
    Left,
    /// Only the right side has it.
    Right,
    /// Where the left side differs.
    LeftMark,
    /// Where the right side differs.
    RightMark,
}

impl Tone {
    fn style(self) -> Style {
        let coloured = |colour: AnsiColor| colour.on_default();
        match self {
            Tone::Strong => Style::new().bold(),
            Tone::Faint => Style::new().dimmed(),
            Tone::Bad => coloured(AnsiColor::Red).bold(),
            Tone::Good => coloured(AnsiColor::Green).bold(),
            Tone::Left => coloured(AnsiColor::Red),
            Tone::Right => coloured(AnsiColor::Green),
            Tone::LeftMark => coloured(AnsiColor::Red).bold().underline(),
            Tone::RightMark => coloured(AnsiColor::Green).bold().underline(),
        }
    }
}

/// A text that is being written. Its tones are kept beside it, so that secrets are looked for in the text as it will be
/// read: an escape sequence in the middle of one would hide it.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    tones: Vec<(Range<usize>, Tone)>,
}

impl Page {
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(super) fn toned(&mut self, text: &str, tone: Tone) {
        let start = self.text.len();
        self.text.push_str(text);
        self.tones.push((start..self.text.len(), tone));
    }

    pub(super) fn line(&mut self, text: &str) {
        self.push(text);
        self.end_line();
    }

    /// Nothing at the end of a line is only space.
    pub(super) fn end_line(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        let end = self.text.len();
        for (range, _) in &mut self.tones {
            *range = range.start.min(end)..range.end.min(end);
        }
        self.text.push('\n');
    }

    /// The text without secrets, as it looks.
    pub(super) fn finish(self, look: Look) -> String {
        let redacted = redact(&self.text);
        if !look.colour {
            return redacted.into_owned();
        }
        let mut shown = String::with_capacity(redacted.len() * 2);
        let mut end = 0;
        for (range, tone) in self.tones {
            // Redacting keeps every offset; where it should ever not, a piece loses its colour.
            let pieces = redacted.get(end..range.start).zip(redacted.get(range.clone()));
            let Some((before, piece)) = pieces else { continue };
            let style = tone.style();
            shown.push_str(before);
            if !piece.is_empty() {
                shown.push_str(&format!("{style}{piece}{style:#}"));
            }
            end = range.end;
        }
        shown.push_str(redacted.get(end..).unwrap_or_default());
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::{Look, Page, Tone};

    fn page(token: &str) -> Page {
        let mut page = Page::default();
        page.push("a ");
        page.toned(&token[..10], Tone::LeftMark);
        page.push(&token[10..]);
        page.toned("   ", Tone::Faint);
        page.end_line();
        page
    }

    #[test]
    fn colours_do_not_hide_a_secret() {
        let token = format!("ghp_{}", "a1B2c3".repeat(6));
        let plain = page(&token).finish(Look::PLAIN);
        assert_eq!(plain, format!("a ghp_REDACTED{}\n", "*".repeat(28)));
        let coloured = page(&token).finish(Look { colour: true, ..Look::PLAIN });
        assert!(coloured.starts_with("a \u{1b}["), "{coloured:?}");
        assert!(!coloured.contains("a1B2"), "{coloured:?}");
    }

    #[test]
    fn without_colours_there_are_no_escapes() {
        assert_eq!(page("what it says").finish(Look::PLAIN), "a what it says\n");
    }
}
