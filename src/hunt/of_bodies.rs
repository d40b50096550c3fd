//! Fewer events, fewer lines of them, fewer members of their JSON, fewer pieces.

use super::body::{blocks, lines, payload};
use super::json_tree::Tree;
use super::oracle::Oracle;
use super::reduce::Reduction;
use super::splice::{Splice, spliced};
use crate::recording::Recording;
use std::collections::BTreeSet;
use std::ops::Range;

pub(super) async fn pass<O: Oracle<Recording>>(reduction: &mut Reduction<'_, O>) -> Result<(), O::Error> {
    fewer_events(reduction).await?;
    fewer_lines(reduction).await?;
    fewer_members(reduction).await
}

/// The JSON of one event.
pub(super) struct Payload<'a> {
    exchange: usize,
    range: Range<usize>,
    pub(super) tree: Tree<'a>,
}

/// All JSON there is in a recording, in order.
pub(super) fn payloads(recording: &Recording) -> Vec<Payload<'_>> {
    let mut payloads = Vec::new();
    for (exchange, answer) in recording.exchanges.iter().enumerate() {
        for block in blocks(&answer.body) {
            let found = payload(&answer.body, &block);
            let found = found.and_then(|(range, text)| Some((range, Tree::parse(text)?)));
            payloads.extend(found.map(|(range, tree)| Payload { exchange, range, tree }));
        }
    }
    payloads
}

impl Payload<'_> {
    /// What makes it another tree's text.
    pub(super) fn replaced(&self, tree: &Tree<'_>) -> (usize, Splice) {
        (self.exchange, Splice { range: self.range.clone(), with: tree.to_string().into_bytes() })
    }
}

/// The recording with these splices, in order, each for the exchange it names.
pub(super) fn with_splices(recording: &Recording, splices: &[(usize, Splice)]) -> Recording {
    let mut changed = recording.clone();
    for of_one in splices.chunk_by(|(one, _), (other, _)| one == other) {
        let exchange = &mut changed.exchanges[of_one[0].0];
        let splices: Vec<Splice> = of_one.iter().map(|(_, splice)| splice.clone()).collect();
        *exchange = spliced(exchange, &splices);
    }
    changed
}

/// Takes out ranges, each of the exchange it names.
fn without_ranges(recording: &Recording, ranges: &[&(usize, Range<usize>)]) -> Recording {
    let splices: Vec<_> =
        ranges.iter().map(|(exchange, range)| (*exchange, Splice::out(range.clone()))).collect();
    with_splices(recording, &splices)
}

async fn fewer_events<O: Oracle<Recording>>(reduction: &mut Reduction<'_, O>) -> Result<(), O::Error> {
    let exchanges = reduction.recording.exchanges.iter().enumerate();
    let events: Vec<_> = exchanges
        .flat_map(|(index, exchange)| blocks(&exchange.body).into_iter().map(move |block| (index, block)))
        .collect();
    reduction.make(&events, without_ranges).await.map(drop)
}

/// Of events with more than one.
async fn fewer_lines<O: Oracle<Recording>>(reduction: &mut Reduction<'_, O>) -> Result<(), O::Error> {
    let mut found = Vec::new();
    for (index, exchange) in reduction.recording.exchanges.iter().enumerate() {
        for block in blocks(&exchange.body) {
            let lines = lines(&exchange.body, &block);
            if lines.len() > 1 {
                found.extend(lines.into_iter().map(|line| (index, line)));
            }
        }
    }
    reduction.make(&found, without_ranges).await.map(drop)
}

/// Those of the outermost values first.
async fn fewer_members<O: Oracle<Recording>>(reduction: &mut Reduction<'_, O>) -> Result<(), O::Error> {
    for depth in 0.. {
        let payloads = payloads(&reduction.recording);
        let parts: Vec<(usize, usize)> = payloads
            .iter()
            .enumerate()
            .flat_map(|(index, payload)| (0..payload.tree.parts_at(depth)).map(move |part| (index, part)))
            .collect();
        drop(payloads);
        if parts.is_empty() {
            break;
        }
        reduction.make(&parts, |recording, gone| without_parts(recording, depth, gone)).await?;
    }
    Ok(())
}

fn without_parts(recording: &Recording, depth: usize, gone: &[&(usize, usize)]) -> Recording {
    let gone: BTreeSet<(usize, usize)> = gone.iter().map(|part| **part).collect();
    let payloads = payloads(recording);
    let touched = payloads
        .iter()
        .enumerate()
        .filter(|(index, _)| gone.range((*index, 0)..(*index + 1, 0)).next().is_some());
    let splices: Vec<_> = touched
        .map(|(index, payload)| {
            let mut part = 0;
            let tree = payload.tree.filtered(depth, &mut || {
                part += 1;
                !gone.contains(&(index, part - 1))
            });
            payload.replaced(&tree)
        })
        .collect();
    with_splices(recording, &splices)
}

pub(super) async fn fewer_pieces<O: Oracle<Recording>>(
    reduction: &mut Reduction<'_, O>,
) -> Result<(), O::Error> {
    let exchanges = reduction.recording.exchanges.iter().enumerate();
    let pieces: Vec<(usize, usize)> = exchanges
        .flat_map(|(index, exchange)| (0..exchange.delivery.pieces.len()).map(move |piece| (index, piece)))
        .collect();
    let change = |recording: &Recording, gone: &[&(usize, usize)]| {
        let mut changed = recording.clone();
        // The last first, so that those before it keep their places.
        for (exchange, piece) in gone.iter().rev() {
            changed.exchanges[*exchange].delivery.pieces.remove(*piece);
        }
        changed
    };
    reduction.make(&pieces, change).await.map(drop)
}
