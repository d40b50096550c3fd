//! What the turns of a conversation share.

use super::environment_context::environment_context;
use super::feed::Feed;
use crate::app_server::config::Settings;
use crate::app_server::model_client::ModelClient;
use crate::app_server::outgoing::Outgoing;
use crate::wire::{ConversationId, EventMsg, RateLimitSnapshot, ResponseItem, TokenUsage, TokenUsageInfo};
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Names the submission that records the environment context, as 0.53.0 does.
const FIRST_RECORDING: &str = "auto-compact-0";

/// A conversation's settings, history and totals.
#[derive(Debug)]
pub(crate) struct Session {
    pub(super) id: ConversationId,
    pub(super) settings: Settings,
    pub(super) client: ModelClient,
    pub(super) feed: Feed,
    memory: Mutex<Memory>,
}

#[derive(Debug, Default)]
struct Memory {
    history: Vec<ResponseItem>,
    tokens: Option<TokenUsageInfo>,
    rate_limits: Option<RateLimitSnapshot>,
}

impl Session {
    /// A conversation of which nothing has been said.
    pub(crate) async fn start(settings: Settings, client: ModelClient, outgoing: Outgoing) -> Session {
        let id = client.caller.conversation_id.clone();
        let context = environment_context(&settings);
        let session =
            Session { feed: Feed::new(id.clone(), outgoing), id, settings, client, memory: Mutex::default() };
        session.record(FIRST_RECORDING, vec![context]).await;
        session
    }

    /// Puts items into the history and tells the listeners.
    pub(super) async fn record(&self, submission: &str, items: Vec<ResponseItem>) {
        self.memory().history.extend(items.iter().cloned());
        for item in items {
            self.feed.emit(submission, EventMsg::RawResponseItem { item }).await;
        }
    }

    /// Everything said so far, as the model is sent it: without outputs that belong to no call (0.53.0).
    pub(super) fn history(&self) -> Vec<ResponseItem> {
        let memory = self.memory();
        let calls: BTreeSet<&str> = memory.history.iter().filter_map(call_id).collect();
        let is_sent = |item: &&ResponseItem| match item {
            ResponseItem::FunctionCallOutput { call_id, .. } => calls.contains(call_id.as_str()),
            _ => true,
        };
        memory.history.iter().filter(is_sent).cloned().collect()
    }

    /// Adds the tokens of a response, where it says, and tells the listeners the totals.
    pub(super) async fn add_tokens(&self, submission: &str, usage: Option<&TokenUsage>) {
        if let Some(usage) = usage {
            let mut memory = self.memory();
            let mut total = memory.tokens.take().map(|info| info.total_token_usage).unwrap_or_default();
            total.add(usage);
            memory.tokens = Some(TokenUsageInfo {
                total_token_usage: total,
                last_token_usage: usage.clone(),
                model_context_window: None,
            });
        }
        self.tell_totals(submission).await;
    }

    /// Remembers the rate limits and tells the listeners.
    pub(super) async fn set_rate_limits(&self, submission: &str, limits: RateLimitSnapshot) {
        self.memory().rate_limits = Some(limits);
        self.tell_totals(submission).await;
    }

    async fn tell_totals(&self, submission: &str) {
        let msg = {
            let memory = self.memory();
            EventMsg::TokenCount { info: memory.tokens.clone(), rate_limits: memory.rate_limits.clone() }
        };
        self.feed.emit(submission, msg).await;
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        // Nothing that holds the lock can leave the memory half changed.
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a call's output names it by.
fn call_id(item: &ResponseItem) -> Option<&str> {
    match item {
        ResponseItem::FunctionCall { call_id, .. } => Some(call_id),
        ResponseItem::LocalShellCall { call_id, .. } => call_id.as_deref(),
        _ => None,
    }
}
