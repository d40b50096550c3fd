//! Secrets in a body, in every reading of it.

use super::deltas::joined;
use super::documents::documents;
use super::members;
use super::shapes::{self, Hit};
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

/// What else is to be taken out of a body that is part of a recording.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// Values that were taken out elsewhere, and look like nothing.
    pub(super) values: BTreeSet<Vec<u8>>,
}

impl Known {
    /// Keeps a value, if it is nobody else's by chance.
    pub(super) fn add(&mut self, value: &[u8]) {
        const SHORTEST_ADDRESS: usize = 6;
        const SHORTEST_ID: usize = 12;
        // Each is looked for everywhere.
        const MOST: usize = 100;
        let is_address = value.contains(&b'@') && value.len() >= SHORTEST_ADDRESS;
        let is_id = value.iter().any(u8::is_ascii_digit) && value.len() >= SHORTEST_ID;
        if (is_address || is_id) && self.values.len() < MOST {
            self.values.insert(value.to_owned());
        }
    }
}

/// Overwrites what is to be found in a body; says what it was and where.
pub(super) fn clean(body: &mut [u8], find: impl Fn(&[u8]) -> Vec<Found>) -> Vec<Found> {
    let mut removed = Vec::new();
    for _ in 0..ROUNDS {
        let found = apart(find(body), body.len());
        if found.is_empty() {
            break;
        }
        for (at, byte) in found.iter().flat_map(|found| &found.edits) {
            body[*at] = *byte;
        }
        removed.extend(found);
    }
    removed.sort_by_key(|found| found.range.start);
    removed
}

/// All secrets of a body, by their looks and by the member they stand in, and whatever says who somebody is. The fullest
/// reading comes first.
pub(super) fn find_all(body: &[u8], known: &Known) -> Vec<Found> {
    find(body, known, |_| true)
}

/// All secrets of a body. Ids that tell somebody who knows them who recorded it are none.
pub(super) fn find_secrets(body: &[u8]) -> Vec<Found> {
    find(body, &Known::default(), |member| member.is_secret)
}

fn find(body: &[u8], known: &Known, concerns: fn(&members::Found) -> bool) -> Vec<Found> {
    let documents = documents(body);
    let joined = joined(&documents);
    let mut found = by_looks(body, &joined, known);
    // Joined first: a delta alone may hold the beginning of a value.
    let members =
        joined.iter().flat_map(members::find_within).chain(documents.iter().flat_map(members::find));
    for member in members.filter(concerns) {
        let range = 0..member.value.text.len();
        let hit = Hit { kind: member.kind(), range, keeps: 0, certain: false };
        found.extend(located(&hit, &member.replacement(), &member.value, body));
    }
    found
}

/// All that [`find_all`] finds, each only once.
pub(super) fn find_each(body: &[u8]) -> Vec<Found> {
    apart(find_all(body, &Known::default()), body.len())
}

/// The first secret of a body that is certainly one: what it is, and where it begins. Escapes that can hide none are not
/// resolved.
pub(super) fn first_certain(body: &[u8]) -> Option<(usize, &'static str)> {
    let joined = joined(&documents(body));
    let whole = View::of(body);
    let resolve = |view: &View<'_>| if view.spells_otherwise() { view.resolved() } else { None };
    let views = joined.iter().chain([&whole]);
    let first_of = |view: &View<'_>| {
        let hit = shapes::hits(&view.text).find(|hit| hit.certain)?;
        Some((view.source(hit.range).start, hit.kind))
    };
    let readings =
        views.flat_map(|view| readings(view, resolve).into_iter().map(move |reading| (view, reading)));
    readings.filter_map(|(view, reading)| first_of(reading.as_ref().unwrap_or(view))).min()
}

/// Makes the next reading of a text, where there is one.
type Resolve = fn(&View<'_>) -> Option<View<'static>>;

fn by_looks(body: &[u8], joined: &[View<'_>], known: &Known) -> Vec<Found> {
    let whole = View::of(body);
    let mut found = Vec::new();
    for view in joined.iter().chain([&whole]) {
        for reading in readings(view, |view| view.resolved()) {
            found.extend(in_reading(reading.as_ref().unwrap_or(view), body, known));
        }
    }
    found
}

/// Keeps the values of members, which may stand elsewhere, too. A number may be another one there.
pub(super) fn note_members(body: &[u8], known: &mut Known) {
    for member in documents(body).iter().flat_map(members::find).filter(|member| member.is_string) {
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
    let mut hits: Vec<Hit> = shapes::hits(&view.text).collect();
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
fn apart(mut found: Vec<Found>, length: usize) -> Vec<Found> {
    let mut is_written = vec![false; if found.is_empty() { 0 } else { length }];
    found.retain(|found| {
        let free = found.edits.iter().all(|(at, _)| !is_written[*at]);
        if free {
            found.edits.iter().for_each(|(at, _)| is_written[*at] = true);
        }
        free
    });
    found
}
