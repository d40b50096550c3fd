//! Telling the listeners what a submission causes.

use super::session::Session;
use super::turn_items;
use crate::wire::{EventMsg, ItemDelta, ItemEvent, ResponseItem, TurnItem};

/// A submission under way: what happens because of it carries its name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Submission<'a> {
    pub(super) session: &'a Session,
    pub(super) name: &'a str,
}

impl Submission<'_> {
    /// Tells that something happened.
    pub(super) async fn tell(self, msg: EventMsg) {
        self.session.feed.emit(self.name, msg).await;
    }

    /// Puts items into the history and tells of each.
    pub(super) async fn record(self, items: Vec<ResponseItem>) {
        self.session.record(self.name, items).await;
    }

    /// Tells that an item begins.
    pub(super) async fn item_started(self, item: TurnItem) {
        self.tell(EventMsg::ItemStarted(self.item_event(item))).await;
    }

    /// Tells that an item is whole, in both vocabularies.
    pub(super) async fn item_completed(self, item: TurnItem) {
        let older = turn_items::older_events(&item, self.session.settings.show_raw_agent_reasoning);
        self.tell(EventMsg::ItemCompleted(self.item_event(item))).await;
        for msg in older {
            self.tell(msg).await;
        }
    }

    /// A piece of an item.
    pub(super) fn piece(self, item_id: String, delta: String) -> ItemDelta {
        ItemDelta { thread_id: self.session.id.clone(), turn_id: self.name.to_owned(), item_id, delta }
    }

    fn item_event(self, item: TurnItem) -> ItemEvent {
        ItemEvent { thread_id: self.session.id.clone(), turn_id: self.name.to_owned(), item }
    }
}
