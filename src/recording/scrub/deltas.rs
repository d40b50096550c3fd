//! What was sent in pieces, put together again.
//!
//! Which deltas belong together is said by ids and indexes. Real servers leave some of these out, or give an item another
//! id with every event, and what does not belong together forms no key by chance. So deltas are joined in three ways:
//! by all that says where they belong, by the indexes alone, and by nothing but the kind of event.

use super::json::{Leaf, leaves};
use super::view::View;
use std::collections::BTreeMap;
use std::ops::Range;

/// The texts of the deltas of each channel, escapes resolved.
pub(super) fn joined(documents: &[View<'_>]) -> Vec<View<'static>> {
    let mut collected = Collected::default();
    let mut event = Event::default();
    for (document, view) in documents.iter().enumerate() {
        event.value = 0;
        leaves(&view.text, |leaf| {
            if leaf.value != event.value {
                collected.add(document, &mut event);
                event.value = leaf.value;
            }
            event.note(leaf);
        });
        collected.add(document, &mut event);
    }
    let mut channels: Vec<Vec<usize>> =
        collected.ways.into_iter().flat_map(|way| way.channels).filter(|pieces| pieces.len() > 1).collect();
    channels.sort_unstable();
    channels.dedup();
    let join = |pieces: Vec<usize>| {
        let mut text = View::default();
        for piece in pieces {
            let (document, range) = &collected.pieces[piece];
            text.push_resolved(&documents[*document], range.clone());
        }
        text
    };
    channels.into_iter().map(join).collect()
}

/// What an event says of its deltas.
#[derive(Default)]
struct Event {
    value: usize,
    kind: Vec<u8>,
    indexes: Vec<u8>,
    ids: Vec<u8>,
    /// The names above each, and where it stands.
    deltas: Vec<(Vec<u8>, Range<usize>)>,
}

impl Event {
    fn note(&mut self, leaf: &Leaf<'_>) {
        let Some(name) = leaf.name() else { return };
        if leaf.is_string && leaf.names().any(|name| name == b"delta") {
            let mut path = Vec::new();
            leaf.names().for_each(|name| path.extend_from_slice(name));
            self.deltas.push((path, leaf.range.clone()));
        } else if [&b"type"[..], b"method"].contains(&name) {
            self.kind.extend_from_slice(leaf.written());
        } else if name.ends_with(b"index") || name.ends_with(b"Index") {
            note(&mut self.indexes, name, leaf);
        } else if [&b"id"[..], b"Id"].iter().any(|ending| name.ends_with(ending)) {
            note(&mut self.ids, name, leaf);
        }
    }
}

fn note(said: &mut Vec<u8>, name: &[u8], leaf: &Leaf<'_>) {
    said.extend_from_slice(name);
    said.push(b'=');
    said.extend_from_slice(leaf.written());
    said.push(b'\n');
}

#[derive(Default)]
struct Collected {
    /// In which document, and where.
    pieces: Vec<(usize, Range<usize>)>,
    ways: [Way; 3],
}

impl Collected {
    fn add(&mut self, document: usize, event: &mut Event) {
        for (mut channel, range) in event.deltas.drain(..) {
            for (way, said) in self.ways.iter_mut().zip([&event.kind, &event.indexes, &event.ids]) {
                channel.push(b'\n');
                channel.extend_from_slice(said);
                way.add(&channel, self.pieces.len());
            }
            self.pieces.push((document, range));
        }
        let Event { value: _, kind, indexes, ids, deltas: _ } = event;
        [kind, indexes, ids].into_iter().for_each(Vec::clear);
    }
}

/// A way to say which pieces belong together.
#[derive(Default)]
struct Way {
    channels: Vec<Vec<usize>>,
    by_name: BTreeMap<Vec<u8>, usize>,
    /// Most deltas follow one of their own channel.
    last: Option<(Vec<u8>, usize)>,
}

impl Way {
    fn add(&mut self, channel: &[u8], piece: usize) {
        let index = match &self.last {
            Some((last, index)) if *last == channel => *index,
            _ => {
                let next = self.channels.len();
                let index = *self.by_name.entry(channel.to_owned()).or_insert(next);
                self.last = Some((channel.to_owned(), index));
                index
            }
        };
        if index == self.channels.len() {
            self.channels.push(Vec::new());
        }
        self.channels[index].push(piece);
    }
}
