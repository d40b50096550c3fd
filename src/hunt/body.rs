//! What a body is made of, as byte ranges: blocks with their blank line, lines, and the JSON in them.

use crate::wire::event_boundaries;
use std::ops::Range;

/// The blocks of an event stream, each with the blank line that ends it; the last one may have none. Together they are
/// the body.
pub(super) fn blocks(body: &[u8]) -> Vec<Range<usize>> {
    let mut ends = event_boundaries(body);
    if ends.last().copied().unwrap_or(0) < body.len() {
        ends.push(body.len());
    }
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends.iter().copied()).map(|(start, end)| start..end).collect()
}

/// The lines of a block that say something, each with its end; the blank ones are left out.
pub(super) fn lines(body: &[u8], block: &Range<usize>) -> Vec<Range<usize>> {
    let mut start = block.start;
    let lines =
        lines_with_blanks(body.get(block.clone()).unwrap_or_default()).into_iter().map(|(text, end)| {
            let line = start..start + text.len() + end.len();
            start = line.end;
            (line, text.is_empty())
        });
    lines.filter(|(_, is_blank)| !is_blank).map(|(line, _)| line).collect()
}

/// The text and the end of every line; the last one may have no end.
pub(super) fn lines_with_blanks(body: &[u8]) -> Vec<(&[u8], &[u8])> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < body.len() {
        let end = end_of_line(body, start, body.len());
        let next = end + if body[end..].starts_with(b"\r\n") { 2 } else { (body.len() - end).min(1) };
        lines.push((&body[start..end], &body[end..next]));
        start = next;
    }
    lines
}

/// Where the JSON of a block stands, if it is all on one line: behind `data:`, or the whole block where it is no event.
pub(super) fn payload<'a>(body: &'a [u8], block: &Range<usize>) -> Option<(Range<usize>, &'a str)> {
    let text = |range: Range<usize>| std::str::from_utf8(body.get(range)?).ok();
    let lines = lines(body, block);
    let mut data = lines.iter().filter(|line| body[line.start..line.end].starts_with(b"data:"));
    let range = match (data.next(), data.next()) {
        (Some(line), None) => {
            let start = line.start + b"data:".len();
            let start = start + usize::from(body.get(start) == Some(&b' '));
            start..end_of_line(body, start, line.end)
        }
        (None, None) => block.clone(),
        _ => return None,
    };
    let text = text(range.clone())?;
    text.trim_start().starts_with(['{', '[', '"']).then_some((range, text))
}

/// Where the text of a line ends, and its end begins.
fn end_of_line(body: &[u8], start: usize, most: usize) -> usize {
    let rest = body.get(start..most).unwrap_or_default();
    start + rest.iter().position(|byte| [b'\n', b'\r'].contains(byte)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(body: &str, ranges: &[Range<usize>]) -> Vec<String> {
        ranges.iter().map(|range| body[range.clone()].to_owned()).collect()
    }

    #[test]
    fn blocks_are_the_whole_body() {
        let body = ":c\n\n\nevent: a\r\ndata: 1\r\n\r\ndata: 2\r\rdata: 3";
        let expected = [":c\n\n", "\nevent: a\r\ndata: 1\r\n\r\n", "data: 2\r\r", "data: 3"];
        assert_eq!(drawn(body, &blocks(body.as_bytes())), expected);
        assert!(blocks(b"").is_empty());
    }

    #[test]
    fn lines_have_their_ends() {
        let body = "\nevent: a\r\ndata: 1\r:c\n\r\ndata: 2";
        let whole = 0..body.len();
        assert_eq!(
            drawn(body, &lines(body.as_bytes(), &whole)),
            ["event: a\r\n", "data: 1\r", ":c\n", "data: 2"]
        );
    }

    #[test]
    fn json_stands_behind_data() {
        let found = |body: &str| payload(body.as_bytes(), &(0..body.len())).map(|(_, text)| text.to_owned());
        assert_eq!(found("event: a\ndata: {\"b\":1}\n\n").as_deref(), Some("{\"b\":1}"));
        assert_eq!(found("data:{}\r\n\r\n").as_deref(), Some("{}"));
        assert_eq!(found("data:  []").as_deref(), Some(" []"));
        assert_eq!(found("data: {\ndata: }\n\n"), None);
        assert_eq!(found("data: [DONE]\n\n").as_deref(), Some("[DONE]"));
        assert_eq!(found("{\n \"error\": {}\n}\n").as_deref(), Some("{\n \"error\": {}\n}\n"));
        assert_eq!(found("<html>\n"), None);
    }
}
