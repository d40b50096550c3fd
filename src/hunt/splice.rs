//! Replaces ranges of a body. Everything else stays byte for byte, and every piece ends where it did.

use crate::recording::{Exchange, Piece};
use bytes::Bytes;
use std::ops::Range;

/// What is to stand in the place of some bytes of a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Splice {
    pub(super) range: Range<usize>,
    pub(super) with: Vec<u8>,
}

impl Splice {
    /// Takes the bytes out.
    pub(super) fn out(range: Range<usize>) -> Splice {
        Splice { range, with: Vec::new() }
    }
}

/// The exchange with these ranges of its body replaced: in order, none within another. A piece that ended inside of one
/// ends as far into what replaces it, if that is as long.
pub(super) fn spliced(exchange: &Exchange, splices: &[Splice]) -> Exchange {
    let mut body = Vec::with_capacity(exchange.body.len());
    let mut pieces = Vec::with_capacity(exchange.delivery.pieces.len());
    let mut rest = exchange.delivery.pieces.as_slice();
    let mut from = 0;
    for splice in splices {
        let (before, inside) = (splice.range.start, splice.range.end);
        rest = moved(rest, before, |end| body.len() + (end - from), &mut pieces);
        body.extend_from_slice(exchange.body.get(from..before).unwrap_or_default());
        let most = splice.with.len();
        rest = moved(rest, inside, |end| body.len() + most.min(end - before), &mut pieces);
        body.extend_from_slice(&splice.with);
        from = inside;
    }
    moved(rest, usize::MAX, |end| body.len() + (end - from), &mut pieces);
    body.extend_from_slice(exchange.body.get(from..).unwrap_or_default());
    let mut spliced = Exchange { body: Bytes::from(body), ..exchange.clone() };
    spliced.delivery.pieces = grown(pieces);
    spliced
}

/// Takes the pieces that end at most at `until`, with their new ends; gives those behind.
fn moved<'a>(
    pieces: &'a [Piece],
    until: usize,
    end: impl Fn(usize) -> usize,
    into: &mut Vec<Piece>,
) -> &'a [Piece] {
    let count = pieces.iter().take_while(|piece| piece.end <= until).count();
    into.extend(pieces[..count].iter().map(|piece| Piece { end: end(piece.end), ..*piece }));
    &pieces[count..]
}

/// Only those that bring something.
fn grown(pieces: Vec<Piece>) -> Vec<Piece> {
    let mut grown = Vec::<Piece>::with_capacity(pieces.len());
    for piece in pieces {
        if piece.end > grown.last().map_or(0, |last| last.end) {
            grown.push(piece);
        }
    }
    grown
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::Delivery;
    use std::time::Duration;

    /// The body, with a bar wherever a piece ends.
    fn drawn(exchange: &Exchange) -> String {
        let mut text = String::from_utf8_lossy(&exchange.body).into_owned();
        for piece in exchange.delivery.pieces.iter().rev() {
            text.insert(piece.end, '|');
        }
        text
    }

    fn exchange(drawn: &str) -> Exchange {
        let mut pieces = Vec::new();
        for (index, (end, _)) in drawn.match_indices('|').enumerate() {
            pieces.push(Piece { at: Duration::from_millis(index as u64), end: end - index });
        }
        let delivery = Delivery { pieces, ..Delivery::default() };
        Exchange { delivery, ..Exchange::stream(drawn.replace('|', "")) }
    }

    fn after(before: &str, splices: &[(Range<usize>, &str)]) -> String {
        let splices: Vec<_> = splices
            .iter()
            .map(|(range, with)| Splice { range: range.clone(), with: with.as_bytes().to_vec() })
            .collect();
        drawn(&spliced(&exchange(before), &splices))
    }

    #[test]
    fn nothing_replaced_is_nothing_changed() {
        assert_eq!(after("a|bc|d|", &[]), "a|bc|d|");
        assert_eq!(after("", &[]), "");
    }

    #[test]
    fn pieces_end_where_they_did() {
        assert_eq!(after("01|234|56789", &[(3..5, "")]), "01|2|56789");
        assert_eq!(after("01|234|56789", &[(3..5, "xyz")]), "01|2xy|z56789");
        assert_eq!(after("01|2|3|4|5|6|789|", &[(2..4, ""), (6..7, "ab")]), "01|4|5|a|b789|");
    }

    #[test]
    fn pieces_that_bring_nothing_go() {
        assert_eq!(after("01|2|3|4", &[(2..4, "")]), "01|4");
        assert_eq!(after("|01|", &[(0..2, "")]), "");
        assert_eq!(after("01|2|", &[(0..3, "a")]), "a|");
    }
}
