//! Token counts, as the Responses API reports them and as an app-server adds them up.

use serde::{Deserialize, Serialize};

/// The tokens of one response, or the sum over several.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TokenUsage {
    /// Tokens read.
    pub input_tokens: i64,
    /// Those of them that came from the cache.
    pub cached_input_tokens: i64,
    /// Tokens written.
    pub output_tokens: i64,
    /// Those of them that were reasoning.
    pub reasoning_output_tokens: i64,
    /// The total, as the API gives it.
    pub total_tokens: i64,
}

/// What `token_count` shows once a response has reported its usage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TokenUsageInfo {
    /// Over the whole conversation.
    pub total_token_usage: TokenUsage,
    /// Of the last response alone.
    pub last_token_usage: TokenUsage,
    /// The model's context window in tokens, where it is known.
    pub model_context_window: Option<i64>,
}

/// `response.usage` of a `response.completed` event.
///
/// Named as real servers name it, for its name is part of what they say of a response of the wrong shape.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ResponseCompletedUsage {
    input_tokens: i64,
    input_tokens_details: Option<ResponseCompletedInputTokensDetails>,
    output_tokens: i64,
    output_tokens_details: Option<ResponseCompletedOutputTokensDetails>,
    total_tokens: i64,
}

#[derive(Clone, Debug, Deserialize)]
struct ResponseCompletedInputTokensDetails {
    cached_tokens: i64,
}

#[derive(Clone, Debug, Deserialize)]
struct ResponseCompletedOutputTokensDetails {
    reasoning_tokens: i64,
}

impl From<ResponseCompletedUsage> for TokenUsage {
    fn from(usage: ResponseCompletedUsage) -> TokenUsage {
        TokenUsage {
            input_tokens: usage.input_tokens,
            cached_input_tokens: usage.input_tokens_details.map_or(0, |details| details.cached_tokens),
            output_tokens: usage.output_tokens,
            reasoning_output_tokens: usage
                .output_tokens_details
                .map_or(0, |details| details.reasoning_tokens),
            total_tokens: usage.total_tokens,
        }
    }
}

impl TokenUsage {
    /// Adds the tokens of a further response.
    pub fn add(&mut self, other: &TokenUsage) {
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.cached_input_tokens = self.cached_input_tokens.saturating_add(other.cached_input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.reasoning_output_tokens =
            self.reasoning_output_tokens.saturating_add(other.reasoning_output_tokens);
        self.total_tokens = self.total_tokens.saturating_add(other.total_tokens);
    }
}
