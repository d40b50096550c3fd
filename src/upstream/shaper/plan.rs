//! In which steps a body goes out.

use crate::recording::Piece;
use crate::upstream::gate::{Hold, Place};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

/// One step of a delivery.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// Wait until this long after the response head.
    Until(Duration),
    /// Write these bytes of the body at once.
    Write(Range<usize>),
    /// Wait at a gate.
    Hold(Arc<Hold>),
}

/// The steps for a body of `length` bytes. Bytes after the last piece go with no wait of their own; a gate
/// inside of a piece divides it.
pub(super) fn steps(pieces: &[Piece], length: usize, holds: &[Arc<Hold>]) -> Vec<Step> {
    let mut steps = holds_at(holds, 0);
    let mut at = 0;
    for piece in with_rest(pieces, length) {
        steps.push(Step::Until(piece.at));
        while at < piece.end {
            let end = next_hold(holds, at).map_or(piece.end, |hold| hold.min(piece.end));
            steps.push(Step::Write(at..end));
            steps.extend(holds_at(holds, end));
            at = end;
        }
    }
    steps
}

fn with_rest(pieces: &[Piece], length: usize) -> impl Iterator<Item = Piece> {
    let last = pieces.last().copied().unwrap_or(Piece { at: Duration::ZERO, end: 0 });
    let rest = (last.end < length).then_some(Piece { end: length, ..last });
    pieces.iter().copied().chain(rest)
}

fn holds_at(holds: &[Arc<Hold>], offset: usize) -> Vec<Step> {
    let here = holds.iter().filter(|hold| hold.place == Place::Body(offset));
    here.cloned().map(Step::Hold).collect()
}

fn next_hold(holds: &[Arc<Hold>], after: usize) -> Option<usize> {
    let offsets = holds.iter().filter_map(|hold| match hold.place {
        Place::Body(offset) => Some(offset),
        Place::Head => None,
    });
    offsets.filter(|offset| *offset > after).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(pieces: &[(u64, usize)], length: usize, holds: &[usize]) -> String {
        let pieces: Vec<Piece> =
            pieces.iter().map(|&(ms, end)| Piece { at: Duration::from_millis(ms), end }).collect();
        let holds: Vec<Arc<Hold>> =
            holds.iter().map(|&offset| Arc::new(Hold::new(0, Place::Body(offset)))).collect();
        let steps = steps(&pieces, length, &holds);
        let drawn = steps.iter().map(|step| match step {
            Step::Until(at) => format!("@{}", at.as_millis()),
            Step::Write(range) => format!("{}-{}", range.start, range.end),
            Step::Hold(_) => "|".to_owned(),
        });
        drawn.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_body_without_pieces_goes_at_once() {
        assert_eq!(drawn(&[], 5, &[]), "@0 0-5");
        assert_eq!(drawn(&[], 0, &[]), "");
    }

    #[test]
    fn what_the_pieces_leave_over_follows_them() {
        assert_eq!(drawn(&[(3, 2), (7, 4)], 9, &[]), "@3 0-2 @7 2-4 @7 4-9");
    }

    #[test]
    fn gates_divide_pieces() {
        assert_eq!(drawn(&[(3, 2), (7, 6)], 6, &[0, 2, 5, 6]), "| @3 0-2 | @7 2-5 | 5-6 |");
        assert_eq!(drawn(&[], 0, &[0]), "|");
    }
}
