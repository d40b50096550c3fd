//! Secrets in a body, in every reading of it.

use super::deltas::joined;
use super::documents::documents;
use super::members;
use super::shapes::{self, Hit, redaction};
use super::view::{Placed, View};
use std::collections::BTreeSet;
use std::ops::Range;

/// How often escapes may be nested: a call's arguments within an event within a tool's output.
const NESTED: usize = 4;

/// How often it is looked again for what was hidden by what was found. Twice has always been enough.
const ROUNDS: usize = 8;

/// A secret in a body.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// What it is, for people.
    pub(super) kind: &'static str,
    /// Whether nothing but a secret looks so.
    pub(super) certain: bool,
    /// Where it stands, with whatever stands between its pieces.
    pub(super) range: Range<usize>,
    /// What has to be written where, so that it is gone.
    edits: Vec<(usize, u8)>,
}

/// What is known of the recording beside the body.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Values that were taken out elsewhere, and look like nothing.
    pub(super) values: BTreeSet<Vec<u8>>,
}

impl Known {
    /// Keeps a value, if it is nobody else's by chance.
    pub(super) fn add(&mut self, value: &[u8]) {
        const LEAST: usize = 10;
        let marked = value.iter().any(u8::is_ascii_digit) || value.contains(&b'@');
        if value.len() >= LEAST && marked {
            self.values.insert(value.to_owned());
        }
    }
}

/// Overwrites all secrets of a body; says what they were and where.
pub(super) fn clean(body: &mut [u8], known: &Known) -> Vec<Found> {
    let mut removed = Vec::new();
    for _ in 0..ROUNDS {
        let found = apart(find(body, known));
        if found.is_empty() {
            break;
        }
        for (at, byte) in found.iter().flat_map(|found| &found.edits) {
            body[*at] = *byte;
        }
        removed.extend(found);
    }
    removed
}

/// All secrets of a body: by their shape, by the member they stand in, by their value. The fullest reading comes first.
pub(super) fn find(body: &[u8], known: &Known) -> Vec<Found> {
    let documents = documents(body);
    let mut found = by_looks(body, &documents, known, |view| view.resolved());
    for member in documents.iter().flat_map(members::find) {
        let range = 0..member.value.text.len();
        let hit = Hit { kind: member.kind, range, keeps: 0, certain: false };
        found.extend(located(&hit, &redaction(hit.range.len()), &member.value, body));
    }
    found
}

/// The secrets of a body that are known by their looks alone. Escapes that can hide none are not resolved.
pub(super) fn find_by_looks(body: &[u8]) -> Vec<Found> {
    by_looks(body, &documents(body), &Known::default(), |view| {
        if view.spells_otherwise() { view.resolved() } else { None }
    })
}

/// Makes the next reading of a text, where there is one.
type Resolve = fn(&View<'_>) -> Option<View<'static>>;

fn by_looks(body: &[u8], documents: &[View<'_>], known: &Known, resolve: Resolve) -> Vec<Found> {
    let joined = joined(documents);
    let whole = View::of(body);
    let mut found = Vec::new();
    for view in joined.iter().chain([&whole]) {
        for reading in readings(view, resolve) {
            found.extend(in_reading(reading.as_ref().unwrap_or(view), body, known));
        }
    }
    found
}

/// Keeps the values of members, which may stand elsewhere, too.
pub(super) fn note_members(body: &[u8], known: &mut Known) {
    for member in documents(body).iter().flat_map(members::find) {
        known.add(&member.value.text);
    }
}

/// The same text with its escapes resolved, as often as there are any; the last first. `None` is the text as it is.
fn readings(view: &View<'_>, resolve: Resolve) -> Vec<Option<View<'static>>> {
    let mut readings = vec![None];
    let mut deepest = resolve(view);
    while let Some(reading) = deepest.take_if(|_| readings.len() <= NESTED) {
        deepest = resolve(&reading);
        readings.push(Some(reading));
    }
    readings.reverse();
    readings
}

fn in_reading(view: &View<'_>, body: &[u8], known: &Known) -> Vec<Found> {
    let mut hits = shapes::find(&view.text);
    for value in &known.values {
        let mut at = 0;
        while let Some(offset) = super::contexts::find(&view.text[at..], value) {
            let range = at + offset..at + offset + value.len();
            at = range.end;
            hits.push(Hit { kind: "account data", range, keeps: 0, certain: false });
        }
    }
    let located = |hit: &Hit| located(hit, &hit.replacement(&view.text[hit.range.clone()]), view, body);
    hits.iter().filter_map(located).collect()
}

/// Where a hit stands in the body. `None` where nothing of it can be overwritten.
fn located(hit: &Hit, replacement: &[u8], view: &View<'_>, body: &[u8]) -> Option<Found> {
    let mut edits = Vec::new();
    for place in view.places(hit.range.clone()) {
        let inside = place.text.start - hit.range.start..place.text.end - hit.range.start;
        edits.extend(edits_at(&place, &view.text[place.text.clone()], &replacement[inside], body));
    }
    let range = view.source(hit.range.clone());
    (!edits.is_empty()).then_some(Found { kind: hit.kind, certain: hit.certain, range, edits })
}

/// What has to be written in one place. The escape of a character becomes the escape of another; a short escape, which
/// has no room for that, stays.
fn edits_at(place: &Placed, old: &[u8], new: &[u8], body: &[u8]) -> Vec<(usize, u8)> {
    if old == new {
        return Vec::new();
    }
    let mut edits = Vec::new();
    if !place.is_escape {
        let changed = old.iter().zip(new).enumerate().filter(|(_, (old, new))| old != new);
        edits.extend(changed.map(|(offset, (_, new))| (place.source.start + offset, *new)));
        return edits;
    }
    let character = if let [only] = new { *only } else { b'*' };
    let written = &body[place.source.clone()];
    for start in 1..written.len().saturating_sub(4) + 1 {
        let digits = &written.get(start..start + 4).unwrap_or_default();
        if written[start - 1] == b'u' && digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit) {
            let new = format!("{character:04x}");
            edits.extend(
                new.bytes().enumerate().map(|(offset, new)| (place.source.start + start + offset, new)),
            );
        }
    }
    edits
}

/// Those that overwrite nothing that one before them overwrites.
fn apart(found: Vec<Found>) -> Vec<Found> {
    let mut written = BTreeSet::new();
    let mut apart = found;
    apart.retain(|found| {
        let free = found.edits.iter().all(|(at, _)| !written.contains(at));
        if free {
            written.extend(found.edits.iter().map(|(at, _)| *at));
        }
        free
    });
    apart
}
