//! What crossed the pipe beside everything that is observed.

use super::extract::opened_at;
use super::normalize::Normalizer;
use super::observation::Observed;
use crate::replay::Replayed;
use crate::session::{Direction, Entry};
use crate::wire::{Dialect, Meaning, Message};

/// The rest of the transcript, for whoever wants to read all of it: what the harness sent, and the messages by which a
/// delegated call is made. It is no observation and is never compared; which way each went is in its label, `→` to the
/// app-server and `←` from it.
pub fn traffic(replayed: &Replayed) -> Vec<Observed> {
    let (opened, mut normalizer) = (opened_at(replayed), Normalizer::new(replayed));
    let entries = replayed.transcript.entries.iter();
    let beside = entries.filter(|entry| is_beside(entry, replayed.transcript.dialect));
    let observed = beside.map(|entry| Observed {
        label: label_of(entry),
        value: normalizer.json(&entry.line()),
        at: entry.at.saturating_sub(opened),
    });
    observed.collect()
}

fn is_beside(entry: &Entry, dialect: Dialect) -> bool {
    let is_no_observation = |meaning| matches!(meaning, Meaning::UpstreamTraffic | Meaning::Connection);
    match (entry.direction, &entry.message) {
        (Direction::Sent, _) => true,
        (
            Direction::Received,
            Message::Notification { method, params } | Message::Request { method, params, .. },
        ) => is_no_observation(dialect.meaning(method, params.as_deref())),
        (Direction::Received, _) => false,
    }
}

fn label_of(entry: &Entry) -> String {
    let arrow = match entry.direction {
        Direction::Sent => '→',
        Direction::Received => '←',
    };
    match &entry.message {
        Message::Request { method, .. } | Message::Notification { method, .. } => format!("{arrow} {method}"),
        Message::Response { id, .. } => format!("{arrow} answer to request {id}"),
        Message::Error { .. } => format!("{arrow} error answer"),
    }
}
