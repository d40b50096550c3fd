//! Bytes, and the pieces in which they arrive.

use arbitrary::Arbitrary;

/// A body as a connection delivers it.
///
/// As bytes: `01 LENGTH` for each piece, `00`, and the body. A body after a `00` is therefore a seed.
#[derive(Arbitrary, Debug)]
pub struct Delivery<'a> {
    piece_lengths: Vec<u8>,
    /// All bytes.
    pub body: &'a [u8],
}

impl<'a> Delivery<'a> {
    /// The body as it arrives.
    pub fn pieces(&self) -> Vec<&'a [u8]> {
        pieces(self.body, &self.piece_lengths)
    }
}

/// Bytes in pieces of these lengths, which are used in turn; a length of 0 is an empty piece. In one piece where no length
/// leads any further.
pub fn pieces<'a>(bytes: &'a [u8], lengths: &[u8]) -> Vec<&'a [u8]> {
    if lengths.iter().all(|length| *length == 0) {
        return vec![bytes];
    }
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    for length in lengths.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, after) = rest.split_at(rest.len().min(usize::from(*length)));
        pieces.push(piece);
        rest = after;
    }
    pieces
}
