//! Streams with something wrong in them: events, members of events, bytes.

use super::dice::Dice;
use super::words::{char_boundary, text};
use crate::hunt::body::{blocks, payload};
use crate::hunt::json_tree::Tree;
use std::ops::Range;

/// Does something to a body, and says what.
pub(super) fn mutated(dice: &mut Dice, body: &[u8]) -> (Vec<u8>, &'static str) {
    let blocks = blocks(body);
    let block = one(dice, &blocks);
    match dice.below(16) {
        0 => (without(body, block), "an event dropped"),
        1 => (doubled(dice, body, &blocks), "an event doubled"),
        2 => (swapped(dice, body, &blocks), "two events swapped"),
        3 => (body[..dice.below(body.len() + 1)].to_vec(), "truncated"),
        4 => (truncated_event(dice, body, block), "an event truncated"),
        5 => (with_byte(dice, body), "a byte changed"),
        6 => (spliced(body, dice.below(body.len() + 1), odd_bytes(dice)), "bytes put in between"),
        7 => (split_data(dice, body, block), "data over two lines"),
        8 => (spliced(body, start(dice, &blocks), dice.pick(ODD_EVENTS)), "an odd event put in between"),
        _ => changed_member(dice, body, block),
    }
}

/// What is no event of the API, or hardly one.
const ODD_EVENTS: &[&[u8]] = &[
    b"data: [DONE]\n\n",
    b"data\n\n",
    b"data:\n\n",
    b"data: \n\n",
    b"data: null\n\n",
    b"data: \"text\"\n\n",
    b"data: {\n\n",
    b"data: {}\n\n",
    b"data: {\"type\":null}\n\n",
    b"data: {\"type\":\"response.created\"}\n\n",
    b"data: {\"type\":\"response.completed\"}\n\n",
    b"data: {\"type\":\"response.failed\"}\n\n",
    b"event: response.completed\n\n",
    b"id: 1\nretry: 5\ndata: {\"type\":\"ping\"}\n\n",
    b"data: {\"type\":\"response.output_text.delta\",\"delta\":null}\n\n",
    b" data: {}\n\n",
    b"nonsense\n\n",
];

fn odd_bytes(dice: &mut Dice) -> &'static [u8] {
    dice.pick(&[
        &b"\xFF"[..],
        b"\xC3",
        b"\x00",
        b"\r",
        b"\n",
        b"\n\n",
        b"\xEF\xBB\xBF",
        b"\xED\xA0\x80",
        b"\\",
        b"\"",
    ])
}

/// One of the blocks; none of the body where there are none.
fn one(dice: &mut Dice, blocks: &[Range<usize>]) -> Range<usize> {
    blocks.get(dice.below(blocks.len())).cloned().unwrap_or_default()
}

/// Where one of them begins.
fn start(dice: &mut Dice, blocks: &[Range<usize>]) -> usize {
    one(dice, blocks).start
}

fn replaced(body: &[u8], range: Range<usize>, with: &[u8]) -> Vec<u8> {
    [&body[..range.start], with, &body[range.end..]].concat()
}

fn spliced(body: &[u8], at: usize, with: &[u8]) -> Vec<u8> {
    replaced(body, at..at, with)
}

fn without(body: &[u8], range: Range<usize>) -> Vec<u8> {
    replaced(body, range, b"")
}

fn doubled(dice: &mut Dice, body: &[u8], blocks: &[Range<usize>]) -> Vec<u8> {
    let block = one(dice, blocks);
    let to = if dice.once_in(2) { block.end } else { start(dice, blocks) };
    spliced(body, to, &body[block])
}

fn swapped(dice: &mut Dice, body: &[u8], blocks: &[Range<usize>]) -> Vec<u8> {
    let [one, other] = [dice.below(blocks.len()), dice.below(blocks.len())];
    let mut order: Vec<_> = blocks.to_vec();
    if !order.is_empty() {
        order.swap(one, other);
    }
    order.into_iter().flat_map(|block| body[block].iter().copied()).collect()
}

fn truncated_event(dice: &mut Dice, body: &[u8], block: Range<usize>) -> Vec<u8> {
    let from = block.start + dice.below(block.len() + 1);
    replaced(body, from..block.end, b"\n\n")
}

fn with_byte(dice: &mut Dice, body: &[u8]) -> Vec<u8> {
    let mut changed = body.to_vec();
    let at = dice.below(changed.len());
    if let Some(byte) = changed.get_mut(at) {
        *byte ^= 1 << dice.below(8);
    }
    changed
}

/// A line end inside of the data, which readers make a line end of the text.
fn split_data(dice: &mut Dice, body: &[u8], block: Range<usize>) -> Vec<u8> {
    let Some((range, json)) = payload(body, &block) else { return body.to_vec() };
    let at = char_boundary(json, dice.below(json.len()));
    spliced(body, range.start + at, b"\ndata: ")
}

fn changed_member(dice: &mut Dice, body: &[u8], block: Range<usize>) -> (Vec<u8>, &'static str) {
    let found = payload(body, &block).and_then(|(range, json)| Some((range, Tree::parse(json)?)));
    let Some((range, tree)) = found else { return (body.to_vec(), "nothing changed") };
    let depth = dice.below(5);
    let count = tree.parts_at(depth);
    // Where there is nothing as deep, it is done to what is not deep at all.
    let (depth, count) = if count == 0 { (0, tree.parts_at(0)) } else { (depth, count) };
    let target = dice.below(count);
    let (other, what) = other_value(dice);
    let mut number = 0;
    let changed = tree.with_parts(depth, &mut |part| {
        number += 1;
        match (&other, number - 1 == target) {
            (_, false) => vec![part.clone()],
            (Other::Nothing, true) => vec![],
            (Other::Twice, true) => vec![part.clone(), part.clone()],
            (Other::Value(text), true) => vec![Tree::Leaf(text.clone().into())],
            (Other::Both(text), true) => vec![Tree::Leaf(text.clone().into()), part.clone()],
        }
    });
    (replaced(body, range, changed.to_string().as_bytes()), what)
}

/// What a member becomes.
enum Other {
    Nothing,
    Twice,
    Value(String),
    /// Another value, and then itself again.
    Both(String),
}

fn other_value(dice: &mut Dice) -> (Other, &'static str) {
    const VALUES: [&str; 18] = [
        "true",
        "false",
        "0",
        "-1",
        "1.5",
        "1e2",
        "1E400",
        "-0.0",
        "18446744073709551616",
        "\"\"",
        "\"x\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "{\"type\":\"x\"}",
        "\"\\ud800\"",
        "\"\\u0000\"",
    ];
    match dice.below(12) {
        0..=2 => (Other::Nothing, "a member left out"),
        3 => (Other::Twice, "a member doubled"),
        4 => (Other::Both(dice.pick(&VALUES).to_owned()), "a member told twice"),
        5 | 6 => (Other::Value("null".to_owned()), "a member null"),
        7 => {
            let length = [1000, 10_000, 70_000][dice.below(3)];
            (
                Other::Value(format!("\"{}\"", dice.pick(&["x", "é", "\\n", "\\u00e9"]).repeat(length))),
                "a very long member",
            )
        }
        8 => {
            let depth = [10, 126, 127, 128, 129, 1000][dice.below(6)];
            let [open, close] = dice.pick(&[&["[", "]"], &["{\"a\":", "}"]]);
            let inside = if *open == "[" { "" } else { "0" };
            (Other::Value([&open.repeat(depth), inside, &close.repeat(depth)].concat()), "a deep member")
        }
        9 => (Other::Value(serde_json::Value::from(text(dice)).to_string()), "another text"),
        _ => (Other::Value(dice.pick(&VALUES).to_owned()), "a member of another type"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::grammar;
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_mutation_happens_and_mostly_changes_something() {
        let mut seen = BTreeMap::<&str, (usize, usize)>::new();
        for number in 0..4000 {
            let mut dice = Dice::of(11, "mutations", number);
            let body = grammar::body(&mut dice);
            let (changed, what) = mutated(&mut dice, &body);
            let (times, changes) = seen.entry(what).or_default();
            *times += 1;
            *changes += usize::from(changed != body);
        }
        assert_eq!(seen.len(), 17, "{seen:?}");
        seen.remove("nothing changed");
        assert!(seen.values().all(|(times, changes)| changes * 2 > *times), "{seen:?}");
    }

    #[test]
    fn nothing_is_too_short_to_be_mutated() {
        for number in 0..500 {
            for body in [&b""[..], b"\n", b"x"] {
                mutated(&mut Dice::of(1, "short", number), body);
            }
        }
    }
}
