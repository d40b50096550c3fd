//! A reading of a body: a text, and where each of its bytes stands in the body.

use std::borrow::Cow;
use std::ops::Range;

/// A text made of a body, or of parts of it, with escapes resolved or not.
#[derive(Clone, Debug, Default)]
pub(super) struct View<'a> {
    pub(super) text: Cow<'a, [u8]>,
    /// In order, without gaps.
    segments: Vec<Segment>,
}

/// A part of the text that stands in one place of the body.
#[derive(Clone, Copy, Debug)]
struct Segment {
    /// Where it begins in the text.
    start: usize,
    /// Where it begins in the body.
    source: usize,
    /// How long it is in the body, where it is an escape. All other parts are the same there.
    escape: Option<usize>,
}

impl<'a> View<'a> {
    /// The whole of a body, as it is.
    pub(super) fn of(body: &'a [u8]) -> View<'a> {
        let whole = Segment { start: 0, source: 0, escape: None };
        View { text: Cow::Borrowed(body), segments: vec![whole] }
    }

    /// A part of a body, as it is.
    pub(super) fn part(body: &'a [u8], range: Range<usize>) -> View<'a> {
        let part = Segment { start: 0, source: range.start, escape: None };
        View { text: Cow::Borrowed(&body[range]), segments: vec![part] }
    }

    /// Appends a part of another view.
    pub(super) fn push(&mut self, from: &View<'_>, range: Range<usize>) {
        let mut at = range.start;
        for index in from.index_at(range.start)..from.segments.len() {
            let (segment, end) = (from.segments[index], from.end_of(index).min(range.end));
            if at >= end {
                break;
            }
            let inside = if segment.escape.is_none() { at - segment.start } else { 0 };
            self.append(&from.text[at..end], segment.source + inside, segment.escape);
            at = end;
        }
    }

    /// Appends a part of another view in which the escapes of a JSON string are resolved.
    pub(super) fn push_resolved(&mut self, from: &View<'_>, range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let rest = &from.text[at..range.end];
            let plain = rest.iter().position(|byte| *byte == b'\\').unwrap_or(rest.len());
            self.push(from, at..at + plain);
            at += plain;
            if at == range.end {
                break;
            }
            let (character, length) = escape(&from.text[at..range.end]).unwrap_or(('\\', 1));
            let source = from.source(at..at + length);
            let mut utf8 = [0; 4];
            let escape = (length > 1 || source.len() > 1).then_some(source.len());
            self.append(character.encode_utf8(&mut utf8).as_bytes(), source.start, escape);
            at += length;
        }
    }

    /// The same with escapes resolved; `None` where there are none.
    pub(super) fn resolved(&self) -> Option<View<'static>> {
        if !self.text.contains(&b'\\') {
            return None;
        }
        let mut resolved = View::default();
        resolved.push_resolved(self, 0..self.text.len());
        (resolved.text.len() < self.text.len()).then_some(resolved)
    }

    /// Whether escapes stand for characters that a key may have. Others can only end one.
    pub(super) fn spells_otherwise(&self) -> bool {
        let mut at = 0;
        while let Some(offset) = self.text[at..].iter().position(|byte| *byte == b'\\') {
            at += offset + 1;
            let escaped = &self.text[at..];
            if escaped.starts_with(b"/") || escaped.starts_with(b"u00") {
                return true;
            }
        }
        false
    }

    fn append(&mut self, text: &[u8], source: usize, escape: Option<usize>) {
        let start = self.text.len();
        let goes_on = self.segments.last().is_some_and(|last| {
            last.escape.is_none() && escape.is_none() && last.source + (start - last.start) == source
        });
        if !goes_on {
            self.segments.push(Segment { start, source, escape });
        }
        self.text.to_mut().extend_from_slice(text);
    }

    /// Where a part of the text stands in the body, from its first byte to its last.
    pub(super) fn source(&self, range: Range<usize>) -> Range<usize> {
        let first = self.segments.get(self.index_at(range.start));
        let start = first.map_or(0, |segment| match segment.escape {
            Some(_) => segment.source,
            None => segment.source + (range.start - segment.start),
        });
        let Some(last) = range.end.checked_sub(1).filter(|last| *last >= range.start) else {
            return start..start;
        };
        let end = self.segments.get(self.index_at(last)).map_or(start, |segment| match segment.escape {
            Some(length) => segment.source + length,
            None => segment.source + (last - segment.start) + 1,
        });
        start..end
    }

    /// The places in the body in which a part of the text stands, in the text's order; escapes apart.
    pub(super) fn places(&self, range: Range<usize>) -> impl Iterator<Item = Placed> {
        let first = self.index_at(range.start);
        let indices =
            (first..self.segments.len()).take_while(move |index| self.segments[*index].start < range.end);
        indices.map(move |index| {
            let segment = self.segments[index];
            let text = segment.start.max(range.start)..self.end_of(index).min(range.end);
            let source = match segment.escape {
                Some(length) => segment.source..segment.source + length,
                None => {
                    let start = segment.source + (text.start - segment.start);
                    start..start + text.len()
                }
            };
            Placed { text, source, is_escape: segment.escape.is_some() }
        })
    }

    fn index_at(&self, at: usize) -> usize {
        self.segments.partition_point(|segment| segment.start <= at).saturating_sub(1)
    }

    fn end_of(&self, index: usize) -> usize {
        self.segments.get(index + 1).map_or(self.text.len(), |next| next.start)
    }
}

/// Where a part of a view's text stands.
pub(super) struct Placed {
    pub(super) text: Range<usize>,
    pub(super) source: Range<usize>,
    pub(super) is_escape: bool,
}

/// The escape of a JSON string that a text begins with, and its length. Half a surrogate pair stands for no character.
fn escape(text: &[u8]) -> Option<(char, usize)> {
    const SHORT: usize = 2;
    const LONG: usize = 6;
    let short = match text.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'u' => {
            let unit = utf16_unit(text)?;
            let low = text.get(LONG..).and_then(utf16_unit);
            let pair = low.and_then(|low| char::decode_utf16([unit, low]).next()?.ok());
            return match char::from_u32(unit.into()) {
                Some(character) => Some((character, LONG)),
                None => Some(pair.map_or((char::REPLACEMENT_CHARACTER, LONG), |pair| (pair, 2 * LONG))),
            };
        }
        _ => return None,
    };
    Some((short, SHORT))
}

fn utf16_unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.contains('+'))?;
    u16::from_str_radix(digits, 16).ok()
}
