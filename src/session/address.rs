//! What a message says about whose it is.

use crate::wire::{ConversationId, Message, Thread};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The part of a message's params that says whose it is.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Address {
    /// Called a thread by the v2 dialect.
    #[serde(default, alias = "threadId")]
    pub(super) conversation_id: Option<ConversationId>,
    /// The v2 dialect names a new thread by the whole of it.
    #[serde(default)]
    thread: Option<Thread>,
    #[serde(default)]
    pub(super) call_id: Option<String>,
}

impl Address {
    pub(super) fn of(params: &RawValue) -> Address {
        let mut address: Address = serde_json::from_str(params.get()).unwrap_or_default();
        address.conversation_id = address.conversation_id.or(address.thread.take().map(|thread| thread.id));
        address
    }
}

pub(super) fn conversation_opened_by(answer: &Message) -> Option<ConversationId> {
    match answer {
        Message::Response { result, .. } => Address::of(result).conversation_id,
        _ => None,
    }
}
