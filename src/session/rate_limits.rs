//! Whose an `account/rateLimits/updated` is.
//!
//! The notification names no conversation. It repeats the `rate_limits` of a `codex/event/token_count`, and a server
//! sends it right after that, before anything else of the same conversation. Between the two, other conversations
//! may speak, so that several may be waiting for the same repetition. Then it is held back until it is clear whose
//! it is: when one of them goes on (it must have had its repetition), or when there are as many as are waited for.

use super::entry::Entry;
use crate::wire::ConversationId;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::VecDeque;
use std::sync::Arc;

/// Events waiting for their repetition. Beyond this the oldest is given up: such a server does not repeat them.
const KEPT: usize = 4096;

/// Beyond this length, in bytes, params are not a token count's; they are not kept a second time.
const LONGEST: usize = 16 * 1024;

/// A repetition and the conversation it turned out to belong to.
pub(super) type Attributed = (Option<ConversationId>, Arc<Entry>);

/// The token counts whose rate limits have not been repeated yet, and the repetitions that could be of several.
#[derive(Debug, Default)]
pub(super) struct Unrepeated {
    /// Oldest first.
    counts: VecDeque<TokenCount>,
    /// Oldest first.
    held: Vec<Held>,
}

#[derive(Debug)]
struct TokenCount {
    /// `None` for a conversation that the session does not know.
    owner: Option<ConversationId>,
    rate_limits: Value,
}

#[derive(Debug)]
struct Held {
    rate_limits: Value,
    entry: Arc<Entry>,
}

impl Unrepeated {
    /// A token count arrived. One without rate limits is not repeated.
    pub(super) fn note(&mut self, owner: Option<ConversationId>, params: Option<&RawValue>) {
        let params = params.filter(|params| params.get().len() <= LONGEST);
        let Some(rate_limits) = params.and_then(rate_limits_of) else {
            return;
        };
        self.counts.push_back(TokenCount { owner, rate_limits });
        if self.counts.len() > KEPT {
            self.counts.pop_front();
        }
    }

    /// Rate limits arrived. Gives what is now clear; nothing where they could be of several conversations.
    pub(super) fn repeated(&mut self, params: Option<&RawValue>, entry: Arc<Entry>) -> Vec<Attributed> {
        let rate_limits: Value =
            params.and_then(|params| serde_json::from_str(params.get()).ok()).unwrap_or_default();
        if self.waiting_for(&rate_limits) == 0 {
            return vec![(None, entry)];
        }
        self.held.push(Held { rate_limits: rate_limits.clone(), entry });
        self.settle(&rate_limits)
    }

    /// Something else of a conversation is about to be logged: what it must have had before.
    pub(super) fn due(&mut self, owner: &ConversationId) -> Option<Arc<Entry>> {
        if self.held.is_empty() {
            return None;
        }
        let count = self.counts.iter().position(|count| count.owner.as_ref() == Some(owner))?;
        let held = self.held.iter().position(|held| held.rate_limits == self.counts[count].rate_limits)?;
        self.counts.remove(count);
        Some(self.held.remove(held).entry)
    }

    /// A conversation is over: nothing is repeated for it any more. Gives what that makes clear.
    pub(super) fn forget(&mut self, owner: &ConversationId) -> Vec<Attributed> {
        self.counts.retain(|count| count.owner.as_ref() != Some(owner));
        let held: Vec<_> = self.held.iter().map(|held| held.rate_limits.clone()).collect();
        held.iter().flat_map(|rate_limits| self.settle(rate_limits)).collect()
    }

    /// No more will come: each belongs to the one that has waited longest.
    pub(super) fn rest(&mut self) -> Vec<Attributed> {
        let held = std::mem::take(&mut self.held);
        held.into_iter().map(|held| (self.longest_waiting(&held.rate_limits), held.entry)).collect()
    }

    /// Where as many repetitions came as are waited for, each belongs to one of the waiting.
    fn settle(&mut self, rate_limits: &Value) -> Vec<Attributed> {
        let held = self.held.iter().filter(|held| held.rate_limits == *rate_limits).count();
        let mut settled = Vec::new();
        if held < self.waiting_for(rate_limits) {
            return settled;
        }
        while let Some(position) = self.held.iter().position(|held| held.rate_limits == *rate_limits) {
            let entry = self.held.remove(position).entry;
            settled.push((self.longest_waiting(rate_limits), entry));
        }
        settled
    }

    fn longest_waiting(&mut self, rate_limits: &Value) -> Option<ConversationId> {
        let position = self.counts.iter().position(|count| count.rate_limits == *rate_limits)?;
        self.counts.remove(position)?.owner
    }

    fn waiting_for(&self, rate_limits: &Value) -> usize {
        self.counts.iter().filter(|count| count.rate_limits == *rate_limits).count()
    }
}

fn rate_limits_of(params: &RawValue) -> Option<Value> {
    #[derive(Deserialize)]
    struct Params {
        msg: Msg,
    }
    #[derive(Deserialize)]
    struct Msg {
        rate_limits: Option<Value>,
    }
    serde_json::from_str::<Params>(params.get()).ok()?.msg.rate_limits
}
