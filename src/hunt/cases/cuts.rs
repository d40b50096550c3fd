//! Where a body is cut into pieces, and when these come.

use super::dice::Dice;
use crate::recording::{End, Exchange, Framing, Piece, Recording};
use std::collections::BTreeSet;
use std::time::Duration;

/// Of a longer body, not every byte is a piece by itself.
const BYTE_BY_BYTE: usize = 3000;

/// Up to so many pieces come at times of their own, a millisecond from each other.
const TIMED: usize = 12;

/// Bodies up to here are cut at every two of their bytes.
const PAIRED: usize = 300;

/// Longer bodies are not cut at every byte.
const SWEPT: usize = 16 << 10;

/// Cuts the body of an exchange somewhere.
pub(super) fn cut(dice: &mut Dice, exchange: &mut Exchange) {
    let ends = ends(dice, &exchange.body);
    cut_at(dice, exchange, ends);
}

/// Cuts the body of an exchange at these bytes.
pub(super) fn cut_at(dice: &mut Dice, exchange: &mut Exchange, ends: impl IntoIterator<Item = usize>) {
    let ends: BTreeSet<usize> = ends.into_iter().collect();
    let timed = ends.len() <= TIMED && dice.once_in(2);
    let ends = ends.into_iter().filter(|end| (1..=exchange.body.len()).contains(end)).enumerate();
    let delivery = &mut exchange.delivery;
    delivery.pieces = ends
        .map(|(number, end)| Piece { at: Duration::from_millis(if timed { number as u64 } else { 0 }), end })
        .collect();
    delivery.times_matter |= timed;
    // Where an answer ends early, how is told by its framing.
    if delivery.end == End::Complete && dice.once_in(2) {
        delivery.framing = Framing::Chunked;
    }
}

fn ends(dice: &mut Dice, body: &[u8]) -> BTreeSet<usize> {
    match dice.below(6) {
        0 if body.len() <= BYTE_BY_BYTE => (1..body.len()).collect(),
        1 => {
            let step = 1 + dice.below(64).max(body.len() / BYTE_BY_BYTE);
            (1..body.len()).step_by(step).collect()
        }
        2 | 3 => {
            let awkward = awkward_places(body);
            (0..1 + dice.below(8)).filter_map(|_| awkward.get(dice.below(awkward.len())).copied()).collect()
        }
        _ => (0..1 + dice.below(8)).map(|_| dice.below(body.len() + 1)).collect(),
    }
}

/// Inside of characters, of line ends and of field names, and between the line ends that end an event.
fn awkward_places(body: &[u8]) -> Vec<usize> {
    let is_awkward = |at: &usize| {
        let (before, after) = body.split_at(*at);
        let inside_of_character = after[0] & 0xC0 == 0x80;
        let inside_of_end =
            before.ends_with(b"\r") || (before.ends_with(b"\n") && b"\r\n".contains(&after[0]));
        let inside_of_name = (1..b"data: ".len())
            .any(|length| before.ends_with(&b"data: "[..length]) && after.starts_with(&b"data: "[length..]));
        inside_of_character || inside_of_end || inside_of_name
    };
    (1..body.len()).filter(is_awkward).collect()
}

/// How many sets of cuts of one body are at a time.
pub(super) const AT_A_TIME: usize = 3;

/// Every place at which the bodies of recordings can be cut, and every two of them for small ones; some at a time.
#[derive(Clone, Debug)]
pub(super) struct Sweep {
    /// Recording, exchange, length of the body.
    bodies: Vec<(usize, usize, usize)>,
    /// How many times there are some.
    count: usize,
}

/// Some of the sets of cuts of one body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Swept {
    pub(super) recording: usize,
    pub(super) exchange: usize,
    /// A set with one cut has it twice. The last of a body may come again.
    pub(super) cuts: [[usize; 2]; AT_A_TIME],
}

impl Sweep {
    pub(super) fn of(recordings: &[Recording]) -> Sweep {
        let mut bodies = Vec::new();
        for (number, recording) in recordings.iter().enumerate() {
            let lengths = recording.exchanges.iter().map(|exchange| exchange.body.len()).enumerate();
            let swept = lengths.filter(|(_, length)| (2..=SWEPT).contains(length));
            bodies.extend(swept.map(|(exchange, length)| (number, exchange, length)));
        }
        let count = bodies.iter().map(|(_, _, length)| sets(*length).div_ceil(AT_A_TIME)).sum();
        Sweep { bodies, count }
    }

    /// Some sets of cuts for each number. Numbers up to how many there are give all of them, in an order that jumps
    /// about, from a place that depends on the seed. `None` where there is nothing to cut.
    pub(super) fn get(&self, seed: u64, number: u64) -> Option<Swept> {
        let count = self.count.max(1) as u64;
        let step = stride(count);
        let at = u128::from(seed % count) + u128::from(number % count) * u128::from(step);
        // Below `count`, which is a `usize`.
        let mut index = (at % u128::from(count)) as usize;
        for (recording, exchange, length) in &self.bodies {
            let (sets, times) = (sets(*length), sets(*length).div_ceil(AT_A_TIME));
            if index < times {
                let number = |some: usize| (index * AT_A_TIME + some).min(sets - 1);
                let cuts = std::array::from_fn(|some| set(*length, number(some)));
                return Some(Swept { recording: *recording, exchange: *exchange, cuts });
            }
            index -= times;
        }
        None
    }
}

/// How many sets of cuts a body of this length has.
fn sets(length: usize) -> usize {
    let single = length - 1;
    if length <= PAIRED { single + single * (single - 1) / 2 } else { single }
}

/// Single cuts first, as two at one place; then pairs.
fn set(length: usize, index: usize) -> [usize; 2] {
    let single = length - 1;
    let Some(mut pair) = index.checked_sub(single) else { return [index + 1; 2] };
    let mut first = 1;
    while pair >= single - first {
        pair -= single - first;
        first += 1;
    }
    [first, first + 1 + pair]
}

/// Some way off from a number to the next, so that every one is met: it has no divisor in common with the count.
fn stride(count: u64) -> u64 {
    const GOLDEN: f64 = 0.618_033_988_749_895;
    let near = (count as f64 * GOLDEN) as u64;
    (near.max(1)..).find(|step| divisor(*step, count) == 1).unwrap_or(1)
}

fn divisor(one: u64, other: u64) -> u64 {
    if other == 0 { one } else { divisor(other, one % other) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::recording::Turn;

    fn recording(lengths: &[usize]) -> Recording {
        let exchanges = lengths.iter().map(|length| Exchange::stream(vec![b'x'; *length])).collect();
        Recording::of_exchanges("sweep", vec![Turn::said("Hello")], exchanges)
    }

    #[test]
    fn a_sweep_meets_every_cut_and_every_pair() {
        let sweep = Sweep::of(&[recording(&[4, 1, 0]), recording(&[PAIRED + 1]), recording(&[SWEPT + 1])]);
        let all: Vec<_> = (0..sweep.count as u64)
            .flat_map(|number| {
                let Swept { recording, exchange, cuts } = sweep.get(99, number).unwrap();
                cuts.map(|cuts| (recording, exchange, cuts))
            })
            .collect();
        let different: BTreeSet<_> = all.iter().copied().collect();
        assert_eq!(all.len(), sweep.count * AT_A_TIME);
        let of_first: Vec<_> =
            different.iter().filter(|(recording, ..)| *recording == 0).map(|found| found.2).collect();
        assert_eq!(of_first, [[1, 1], [1, 2], [1, 3], [2, 2], [2, 3], [3, 3]]);
        assert_eq!(different.iter().filter(|(recording, ..)| *recording == 1).count(), PAIRED);
        assert_eq!(Sweep::of(&[]).get(1, 2), None);
    }

    #[test]
    fn pieces_lie_within_the_body() {
        for number in 0..2000 {
            let mut dice = Dice::of(5, "cuts", number);
            let body = "data: é\r\n\r\ndata: {}\n\n".repeat(dice.below(4));
            let mut exchange = Exchange::stream(body);
            cut(&mut dice, &mut exchange);
            let ends: Vec<usize> = exchange.delivery.pieces.iter().map(|piece| piece.end).collect();
            assert!(ends.is_sorted_by(|one, other| one < other), "{ends:?}");
            assert!(ends.iter().all(|end| (1..=exchange.body.len()).contains(end)), "{ends:?}");
        }
    }

    #[test]
    fn awkward_places_are_found() {
        let body = "data: é\r\n\r\n";
        assert_eq!(awkward_places(body.as_bytes()), [1, 2, 3, 4, 5, 7, 9, 10, 11]);
    }
}
