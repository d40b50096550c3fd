//! A stream, event by event, against what is public of such streams.

use super::findings::{At, Findings};
use super::items::Items;
use super::order::Order;
use super::rule::LintRule;
use super::sequence::Sequence;
use super::shape;
use super::unique::duplicate_member;
use crate::recording::events::{EventKind, events_of};
use crate::recording::model::{Delivery, End, Exchange};
use crate::wire::{event_boundaries, header_value, is_success};
use serde_json::Value;

/// Looks at an exchange's stream, where it has one.
pub(super) fn check(exchange: &Exchange, found: &mut Findings<'_>) {
    let Delivery { headless, head_cut, end, .. } = exchange.delivery;
    if !is_success(exchange.status) || headless || head_cut.is_some() {
        return;
    }
    let events = events_of(exchange);
    if events.is_empty() && !is_event_stream(exchange) {
        return found.of_all(LintRule::NoStream, "the answer is no stream of events");
    }
    let mut checks = Checks::default();
    for (index, event) in events.iter().enumerate() {
        checks.event(At { index, event }, found);
    }
    let is_read = events.iter().all(|event| event.data.is_ok());
    if end == End::Complete && is_read {
        unfinished_event(exchange, found);
        checks.end(found);
    }
}

fn is_event_stream(exchange: &Exchange) -> bool {
    let content_type = header_value(&exchange.headers, "content-type").unwrap_or_default();
    content_type.to_ascii_lowercase().starts_with("text/event-stream")
}

#[derive(Default)]
struct Checks {
    sequence: Sequence,
    order: Order,
    items: Items,
}

impl Checks {
    fn event(&mut self, at: At<'_>, found: &mut Findings<'_>) {
        match &at.event.kind {
            EventKind::Typed(_) => match value(at, found) {
                Some(value) => self.value(at, &value, found),
                None => self.order.opaque(at, found),
            },
            EventKind::Untyped => found.at(at, LintRule::NoType, "the JSON has no `type` that is a string"),
            EventKind::NotJson(problem) => {
                found.at(at, LintRule::NotJson, format!("the data is no JSON: {problem}"));
            }
            EventKind::Unreadable => {
                let problem = at.event.data.as_ref().err().map(|fault| fault.message.as_str());
                found.at(at, LintRule::NotUtf8, problem.unwrap_or_default());
            }
            EventKind::Done => {}
        }
    }

    fn value(&mut self, at: At<'_>, value: &Value, found: &mut Findings<'_>) {
        event_name(at, found);
        shape::check(at, value, found);
        self.sequence.event(at, value, found);
        self.order.event(at, value, found);
        self.items.event(at, value, found);
    }

    fn end(self, found: &mut Findings<'_>) {
        self.items.end(self.order.completed(), found);
        self.sequence.end(found);
        self.order.end(found);
    }
}

/// The event's data as a value, and what is wrong with it as JSON.
fn value(at: At<'_>, found: &mut Findings<'_>) -> Option<Value> {
    let data = at.event.data.as_deref().ok()?;
    if let Some(name) = duplicate_member(data) {
        found.at(at, LintRule::DuplicateMember, format!("an object has two members `{name}`"));
    }
    match serde_json::from_str(data) {
        Ok(value) => Some(value),
        Err(error) => {
            found.at(at, LintRule::NotJson, format!("many readers cannot read the data: {error}"));
            None
        }
    }
}

fn event_name(at: At<'_>, found: &mut Findings<'_>) {
    let kind = at.event.kind.name();
    if let Some(name) = at.event.name.as_deref().filter(|name| *name != kind) {
        found.at(at, LintRule::EventName, format!("the `event` field says {name:?}"));
    }
}

/// What follows the last blank line must not be an event.
fn unfinished_event(exchange: &Exchange, found: &mut Findings<'_>) {
    let start = event_boundaries(&exchange.body).last().copied().unwrap_or_default();
    let rest = &exchange.body[start..];
    if rest.split(|byte| matches!(byte, b'\r' | b'\n')).any(|line| line.starts_with(b"data")) {
        let problem =
            format!("the last event (at byte {start}) lacks its blank line, so that nobody reads it");
        found.of_all(LintRule::UnfinishedEvent, problem);
    }
}
