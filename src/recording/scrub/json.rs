//! Finds its way through JSON without reading it into values: offsets stay, and what is broken stops nothing.

use std::ops::Range;

/// How deep it looks. Nothing real is deeper.
const DEPTH: usize = 256;

/// An object or array that is open at a place.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    is_object: bool,
    /// Where the name of the member stands that is looked at; without its quotation marks.
    key: Option<Range<usize>>,
}

/// A string or another scalar.
pub(super) struct Leaf<'a> {
    /// Which of the values of the text it belongs to: JSON may stand after JSON.
    pub(super) value: usize,
    /// Where it stands; of a string, what is between the quotation marks.
    pub(super) range: Range<usize>,
    pub(super) is_string: bool,
    path: &'a [Frame],
    text: &'a [u8],
}

impl<'a> Leaf<'a> {
    /// The name of the member that it is the value of, or in the array of.
    pub(super) fn name(&self) -> Option<&'a [u8]> {
        let innermost = self.path.iter().rev().find(|frame| frame.is_object)?;
        innermost.key.clone().map(|key| &self.text[key])
    }

    /// The names of all members that it stands in, outermost first.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a [u8]> {
        self.path.iter().filter_map(|frame| frame.key.clone()).map(|key| &self.text[key])
    }

    /// How it is written.
    pub(super) fn written(&self) -> &'a [u8] {
        &self.text[self.range.clone()]
    }
}

/// Shows every string and scalar of a text that is JSON, as far as it is.
pub(super) fn leaves(text: &[u8], mut visit: impl FnMut(&Leaf<'_>)) {
    let mut walk = Walk { text, at: 0, value: 0, path: Vec::new(), beyond: 0 };
    while let Some(byte) = text.get(walk.at) {
        match byte {
            b'{' | b'[' => walk.open(*byte == b'{'),
            b'}' | b']' => walk.close(),
            b'"' => walk.string(&mut visit),
            b',' => walk.next_member(),
            b':' | b' ' | b'\t' | b'\r' | b'\n' => walk.at += 1,
            _ => walk.scalar(&mut visit),
        }
    }
}

struct Walk<'a> {
    text: &'a [u8],
    at: usize,
    value: usize,
    path: Vec<Frame>,
    /// How many are open beyond the depth it looks at.
    beyond: usize,
}

impl Walk<'_> {
    fn open(&mut self, is_object: bool) {
        self.at += 1;
        if self.path.len() < DEPTH {
            self.path.push(Frame { is_object, key: None });
        } else {
            self.beyond += 1;
        }
    }

    fn close(&mut self) {
        self.at += 1;
        if self.beyond > 0 {
            self.beyond -= 1;
        } else if self.path.pop().is_some() && self.path.is_empty() {
            self.value += 1;
        }
    }

    fn next_member(&mut self) {
        self.at += 1;
        if let Some(innermost) = self.path.last_mut().filter(|_| self.beyond == 0) {
            innermost.key = None;
        }
    }

    fn string(&mut self, visit: &mut impl FnMut(&Leaf<'_>)) {
        let start = self.at + 1;
        let end = start + string_length(&self.text[start..]);
        self.at = (end + 1).min(self.text.len());
        let spaces = self.text[self.at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let is_key = self.text.get(self.at + spaces) == Some(&b':');
        match self.path.last_mut() {
            Some(innermost) if is_key && innermost.is_object && self.beyond == 0 => {
                innermost.key = Some(start..end);
            }
            _ => self.show(start..end, true, visit),
        }
    }

    fn scalar(&mut self, visit: &mut impl FnMut(&Leaf<'_>)) {
        let rest = &self.text[self.at..];
        let ends = |byte: &u8| {
            matches!(byte, b'{' | b'}' | b'[' | b']' | b'"' | b',' | b':' | b' ' | b'\t' | b'\r' | b'\n')
        };
        let length = rest.iter().position(ends).unwrap_or(rest.len());
        let range = self.at..self.at + length;
        self.at = range.end;
        if !self.path.is_empty() {
            self.show(range, false, visit);
        }
    }

    fn show(&self, range: Range<usize>, is_string: bool, visit: &mut impl FnMut(&Leaf<'_>)) {
        visit(&Leaf { value: self.value, range, is_string, path: &self.path, text: self.text });
    }
}

/// How long a string is, up to its quotation mark or to the end.
fn string_length(text: &[u8]) -> usize {
    let mut at = 0;
    while let Some(offset) = text[at..].iter().position(|byte| matches!(byte, b'"' | b'\\')) {
        at += offset;
        if text[at] == b'"' {
            return at;
        }
        at = (at + 2).min(text.len());
    }
    text.len()
}
