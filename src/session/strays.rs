//! What a server sent that nobody asked for, and other logs that keep only the end.

use super::entry::Entry;
use super::limits::Limits;
use crate::wire::Message;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// How many names of notifications are told apart among the forgotten. A server could make them up for ever.
const NAMES_KEPT: usize = 100;

/// Everything a server sent that belongs to no conversation and to no request:
///
/// - notifications and requests that name no conversation, or one that is not known, or one that has been dropped;
/// - answers to requests that were never made, or that have had their answer;
/// - errors that answer no request.
///
/// What the harness sent is none of it. What the server has to say of the connection itself is: which notifications
/// these are depends on the [`Dialect`](crate::wire::Dialect), so that whoever asks has to know them.
///
/// Memory stays bounded however long a process lives: beyond [`Limits`] the oldest are only counted.
#[derive(Clone, Debug, Default)]
pub struct Strays {
    /// How many there were.
    pub count: u64,
    /// The last of them, oldest first.
    pub last: VecDeque<Arc<Entry>>,
    /// How many came before these: notifications by their method, and with `None` all else (and notifications of any
    /// further method, once a hundred are known).
    pub forgotten: BTreeMap<Option<String>, u64>,
}

impl Strays {
    fn forget(&mut self, entry: &Entry) {
        let method = match &entry.message {
            Message::Notification { method, .. } => Some(method),
            _ => None,
        };
        let is_known = self.forgotten.contains_key(&method.cloned());
        let name = method.filter(|_| is_known || self.forgotten.len() < NAMES_KEPT);
        *self.forgotten.entry(name.cloned()).or_default() += 1;
    }
}

/// The strays so far, within their limits.
#[derive(Debug)]
pub(super) struct StrayLog {
    latest: Latest,
    /// Without the last ones, which are in `latest`.
    strays: Strays,
}

impl StrayLog {
    pub(super) fn new(limits: &Limits) -> StrayLog {
        StrayLog { latest: Latest::new(limits), strays: Strays::default() }
    }

    pub(super) fn add(&mut self, entry: Arc<Entry>) {
        self.strays.count += 1;
        for forgotten in self.latest.add(entry) {
            self.strays.forget(&forgotten);
        }
    }

    pub(super) fn strays(&self) -> Strays {
        Strays { last: self.latest.entries.clone(), ..self.strays.clone() }
    }
}

/// A log that keeps what came last.
#[derive(Debug)]
pub(super) struct Latest {
    pub(super) entries: VecDeque<Arc<Entry>>,
    bytes: usize,
    most_bytes: usize,
    most_entries: usize,
}

impl Latest {
    pub(super) fn new(limits: &Limits) -> Latest {
        let (most_bytes, most_entries) = (limits.process, limits.process_messages);
        Latest { entries: VecDeque::new(), bytes: 0, most_bytes, most_entries }
    }

    /// Adds an entry, and gives those that had to go for it. The newest stays, whatever its size.
    pub(super) fn add(&mut self, entry: Arc<Entry>) -> Vec<Arc<Entry>> {
        self.bytes += entry.weight();
        self.entries.push_back(entry);
        let mut gone = Vec::new();
        while self.entries.len() > 1
            && (self.bytes > self.most_bytes || self.entries.len() > self.most_entries)
        {
            gone.extend(self.entries.pop_front());
            self.bytes -= gone.last().map_or(0, |entry| entry.weight());
        }
        gone
    }

    pub(super) fn remove(&mut self, entry: &Arc<Entry>) {
        if let Some(position) = self.entries.iter().position(|other| Arc::ptr_eq(other, entry)) {
            self.entries.remove(position);
            self.bytes -= entry.weight();
        }
    }
}
