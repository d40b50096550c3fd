//! The JSON in a body: the data of each event of a stream, or the whole.

use super::view::View;
use std::ops::Range;

/// The parts of a body that are JSON, if it is what it should be.
pub(super) fn documents(body: &[u8]) -> Vec<View<'_>> {
    let is_stream = lines(body).any(|line| data(body, line).is_some());
    if !is_stream {
        return vec![View::of(body)];
    }
    let mut documents = Vec::new();
    let mut event: Vec<Range<usize>> = Vec::new();
    for line in lines(body) {
        if line.is_empty() {
            documents.extend(document(body, &event));
            event.clear();
        } else {
            event.extend(data(body, line));
        }
    }
    documents.extend(document(body, &event));
    documents
}

/// The data of an event: its lines, with the line ends between them.
fn document<'a>(body: &'a [u8], lines: &[Range<usize>]) -> Option<View<'a>> {
    match lines {
        [] => None,
        [line] => Some(View::part(body, line.clone())),
        lines => {
            let whole = View::of(body);
            let mut document = View::default();
            for (index, line) in lines.iter().enumerate() {
                let line_end = usize::from(index + 1 < lines.len());
                document.push(&whole, line.start..line.end + line_end);
            }
            Some(document)
        }
    }
}

/// What follows the name of a `data` line.
fn data(body: &[u8], line: Range<usize>) -> Option<Range<usize>> {
    const NAME: &[u8] = b"data:";
    let text = &body[line.clone()];
    let mark = if line.start == 0 && text.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let value = text[mark..].strip_prefix(NAME)?;
    let space = usize::from(value.first() == Some(&b' '));
    Some(line.start + mark + NAME.len() + space..line.end)
}

/// The lines of a body without their ends, which may be LF, CR or CRLF.
fn lines(body: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = body.get(at..).filter(|rest| !rest.is_empty())?;
        let length = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        let line_end = if rest[length..].starts_with(b"\r\n") { 2 } else { 1 };
        let line = at..at + length;
        at += length + line_end;
        Some(line)
    })
}
