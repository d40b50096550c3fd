//! How an event stream is spelt, which means nothing: comments, blank lines, line ends.

use super::dice::Dice;
use crate::hunt::body::lines_with_blanks;

/// What a stream may begin with. Before anything else it would be part of a line.
const MARK: &[u8] = b"\xEF\xBB\xBF";

const COMMENTS: [&str; 6] = [":", ": keep-alive", ":雪 é", ": data: {}", "::", ": \u{feff}\u{0}"];

/// The plainest spelling of the same events: without comments and needless blank lines, with LF alone.
///
/// What is not finished stays as it is: it may be the beginning of anything.
pub(in crate::hunt) fn plain(body: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(body.len());
    let mut after_blank = true;
    for (text, end) in lines_with_blanks(body) {
        let is_needless = text.starts_with(b":") || (text.is_empty() && after_blank);
        if end.is_empty() {
            plain.extend_from_slice(text);
        } else if !is_needless {
            plain.extend_from_slice(text);
            plain.push(b'\n');
            after_blank = text.is_empty();
        }
    }
    plain
}

/// Another spelling of the same events, of which [`plain`] makes the same bytes as of `body`.
pub(super) fn another(dice: &mut Dice, body: &[u8]) -> Vec<u8> {
    let mut spelling =
        Spelling { ends: Ends::of(dice), text: Vec::with_capacity(body.len() * 2), after_cr: false };
    let [with_comments, with_blanks] = [dice.once_in(2), dice.once_in(2)];
    let mut after_blank = true;
    for (index, (text, end)) in lines_with_blanks(body).into_iter().enumerate() {
        let may_stand_before = index > 0 || !body.starts_with(MARK);
        if with_comments && may_stand_before && dice.once_in(3) {
            spelling.line(dice.pick(&COMMENTS).as_bytes(), dice);
        }
        if with_blanks && may_stand_before && after_blank && dice.once_in(3) {
            spelling.line(b"", dice);
        }
        if end.is_empty() {
            spelling.text.extend_from_slice(text);
        } else {
            spelling.line(text, dice);
        }
        after_blank = text.is_empty();
    }
    spelling.text
}

/// Text in the making.
struct Spelling {
    ends: Ends,
    text: Vec<u8>,
    /// Whether the last line ended with a CR alone, so that an LF would be part of its end.
    after_cr: bool,
}

impl Spelling {
    fn line(&mut self, text: &[u8], dice: &mut Dice) {
        let end = match self.ends {
            Ends::Same(end) => end,
            Ends::Mixed => dice.pick(&["\n", "\r", "\r\n"]),
        };
        let end = if end == "\n" && text.is_empty() && self.after_cr { "\r\n" } else { end };
        self.text.extend_from_slice(text);
        self.text.extend_from_slice(end.as_bytes());
        self.after_cr = end == "\r";
    }
}

/// How lines end.
#[derive(Clone, Copy)]
enum Ends {
    Same(&'static str),
    Mixed,
}

impl Ends {
    fn of(dice: &mut Dice) -> Ends {
        match dice.below(5) {
            0 => Ends::Same("\n"),
            1 => Ends::Same("\r"),
            2 => Ends::Same("\r\n"),
            _ => Ends::Mixed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::grammar;
    use super::*;
    use crate::wire::events_of_body;

    #[test]
    fn the_plainest_spelling_is_without_what_means_nothing() {
        let plain = |body: &str| String::from_utf8_lossy(&plain(body.as_bytes())).into_owned();
        assert_eq!(plain(":c\r\n\r\ndata: 1\r:d\ndata: 2\r\r\n\n\ndata: 3"), "data: 1\ndata: 2\n\ndata: 3");
        assert_eq!(plain("data: 1\n\n: unfinished"), "data: 1\n\n: unfinished");
        assert_eq!(plain("\u{feff}data: 1\r\r"), "\u{feff}data: 1\n\n");
    }

    #[test]
    fn every_spelling_is_of_the_same_events() {
        for number in 0..2000 {
            let mut dice = Dice::of(3, "spelling", number);
            let mut body = grammar::body(&mut dice);
            if dice.once_in(3) {
                body.truncate(dice.below(body.len()));
            }
            if dice.once_in(5) {
                body.splice(0..0, MARK.iter().copied());
            }
            let body = plain(&body);
            let other = another(&mut dice, &body);
            assert_eq!(String::from_utf8_lossy(&plain(&other)), String::from_utf8_lossy(&body));
            assert_eq!(events_of_body(&other), events_of_body(&body), "{}", String::from_utf8_lossy(&other));
        }
    }
}
