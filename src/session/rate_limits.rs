//! Whose an `account/rateLimits/updated` is.
//!
//! The notification names no conversation. It repeats the `rate_limits` of a `codex/event/token_count` that came
//! before it, so it belongs to the oldest such event that has none yet.

use crate::wire::ConversationId;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::VecDeque;

/// Events waiting for their repetition. Beyond this the oldest is given up: such a server does not repeat them.
const KEPT: usize = 4096;

/// The token counts whose rate limits have not been repeated yet, oldest first.
#[derive(Debug, Default)]
pub(super) struct Unrepeated(VecDeque<TokenCount>);

#[derive(Debug)]
struct TokenCount {
    /// `None` for a conversation that the session does not know.
    owner: Option<ConversationId>,
    rate_limits: Value,
}

impl Unrepeated {
    /// A token count arrived. One without rate limits is not repeated.
    pub(super) fn note(&mut self, owner: Option<ConversationId>, params: Option<&RawValue>) {
        let Some(rate_limits) = params.and_then(rate_limits_of) else {
            return;
        };
        self.0.push_back(TokenCount { owner, rate_limits });
        if self.0.len() > KEPT {
            self.0.pop_front();
        }
    }

    /// Rate limits arrived: whose token count do they repeat?
    pub(super) fn take(&mut self, params: Option<&RawValue>) -> Option<ConversationId> {
        let updated: Value = serde_json::from_str(params?.get()).ok()?;
        let position = self.0.iter().position(|count| count.rate_limits == updated)?;
        self.0.remove(position)?.owner
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
