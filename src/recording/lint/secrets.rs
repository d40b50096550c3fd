//! What writing a recording would take out of it.

use super::finding::{Finding, FindingPlace};
use super::rule::LintRule;
use crate::recording::events::events_of;
use crate::recording::model::{Exchange, Recording};
use crate::recording::scrub::{Place, Removed, scrub};

/// Secrets that loading lets through: what may be one, and what says who somebody is. What nothing but a secret looks
/// like is refused when it is loaded. Says what it looks like and where, and never the thing itself.
///
/// Gives also the recording without them, as long as it was, for whoever quotes from it.
pub(super) fn check(recording: &Recording) -> (Recording, Vec<Finding>) {
    let mut scrubbed = recording.clone();
    let removed = scrub(&mut scrubbed);
    let findings = removed.iter().map(|removed| finding(removed, recording, &scrubbed)).collect();
    (scrubbed, findings)
}

fn finding(removed: &Removed, recording: &Recording, scrubbed: &Recording) -> Finding {
    let rule = if is_dropped(&removed.place, scrubbed) { LintRule::UnreadHeader } else { LintRule::Secret };
    let (place, within) = place_of(&removed.place, recording);
    let problem = match rule {
        LintRule::UnreadHeader => format!("{within} is one that no app-server reads; writing leaves it out"),
        _ => format!(
            "{within} holds what looks like a secret ({}); overwrite it with as many other characters",
            removed.kind
        ),
    };
    Finding { place, ..Finding::of_path(rule, recording.origin.clone(), problem) }
}

/// Whether it is a header field that is not kept, whatever its value.
fn is_dropped(place: &Place, scrubbed: &Recording) -> bool {
    let Place::Header { exchange, name } = place else { return false };
    let kept = &scrubbed.exchanges[exchange - 1].headers;
    !kept.iter().any(|(field, _)| field == name)
}

/// The place, and what there it is about.
fn place_of(place: &Place, recording: &Recording) -> (Option<FindingPlace>, String) {
    let of = |exchange: usize| FindingPlace { exchange, ..FindingPlace::default() };
    match place {
        Place::Description | Place::Provenance | Place::Turn(_) => (None, format!("the {place}")),
        Place::Header { exchange, name } => (Some(of(*exchange)), format!("the header field {name:?}")),
        Place::Request { exchange, offset } => {
            (Some(of(*exchange)), format!("the request (at byte {offset})"))
        }
        Place::Body { exchange, offset } => {
            (Some(in_body(&recording.exchanges[exchange - 1], *exchange, *offset)), "the body".to_owned())
        }
    }
}

/// The event that a byte belongs to, where it belongs to one.
fn in_body(exchange: &Exchange, number: usize, offset: usize) -> FindingPlace {
    let events = events_of(exchange);
    let event = events.partition_point(|event| event.bytes.end <= offset);
    let kind = events.get(event).filter(|found| found.bytes.contains(&offset)).map(|found| found.kind.name());
    FindingPlace {
        exchange: number,
        event: kind.is_some().then_some(event),
        offset: Some(offset),
        kind: kind.map(str::to_owned),
    }
}
