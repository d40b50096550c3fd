//! The logs of the conversations.

use super::entry::{Direction, Entry};
use crate::wire::ConversationId;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Notify;

/// The messages of one conversation.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    pub(super) entries: Vec<Arc<Entry>>,
    /// Tells the one reader of the conversation that there is more.
    pub(super) arrived: Arc<Notify>,
    bytes: usize,
}

/// Those of all conversations.
#[derive(Debug, Default)]
pub(super) struct Mailboxes {
    by_id: BTreeMap<ConversationId, Mailbox>,
    /// How much they hold.
    pub(super) bytes: usize,
}

impl Mailboxes {
    /// Begins a log.
    pub(super) fn open(&mut self, id: ConversationId) {
        self.by_id.entry(id).or_default();
    }

    pub(super) fn contains(&self, id: &ConversationId) -> bool {
        self.by_id.contains_key(id)
    }

    pub(super) fn get(&self, id: &ConversationId) -> Option<&Mailbox> {
        self.by_id.get(id)
    }

    /// Logs a message. Not where there is no such conversation.
    pub(super) fn add(&mut self, id: &ConversationId, entry: &Arc<Entry>) -> bool {
        let Some(mailbox) = self.by_id.get_mut(id) else {
            return false;
        };
        mailbox.bytes += entry.weight();
        self.bytes += entry.weight();
        mailbox.entries.push(Arc::clone(entry));
        mailbox.arrived.notify_one();
        true
    }

    pub(super) fn remove(&mut self, id: &ConversationId) -> Option<Mailbox> {
        let mailbox = self.by_id.remove(id)?;
        self.bytes -= mailbox.bytes;
        Some(mailbox)
    }

    /// Wakes everyone who waits for a message.
    pub(super) fn wake_all(&self) {
        for mailbox in self.by_id.values() {
            mailbox.arrived.notify_one();
        }
    }

    pub(super) fn last_received(&self, id: &ConversationId) -> Option<Arc<Entry>> {
        let mut latest_first = self.by_id.get(id)?.entries.iter().rev();
        latest_first.find(|entry| entry.direction == Direction::Received).cloned()
    }
}
