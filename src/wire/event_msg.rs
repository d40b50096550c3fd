//! The `codex/event/*` notifications of the v1 dialect, as 0.53.0 sends them.

use super::rate_limits::RateLimitSnapshot;
use super::response_event::ResponseEvent;
use super::response_item::ResponseItem;
use super::token_usage::TokenUsageInfo;
use super::v1::ConversationId;
use serde::{Deserialize, Serialize};

/// The params of every `codex/event/*` notification.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct EventParams<'a> {
    /// Names the submission that caused it: `0` for the first user message, and so on.
    pub id: &'a str,
    /// What happened.
    pub msg: &'a EventMsg,
    /// To whom.
    #[serde(rename = "conversationId")]
    pub conversation_id: &'a ConversationId,
}

/// What happened in a conversation.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventMsg {
    /// A turn begins.
    TaskStarted {
        /// In tokens, where it is known.
        model_context_window: Option<i64>,
    },
    /// An item went into the history.
    RawResponseItem {
        /// The item.
        item: ResponseItem,
    },
    /// The model client produced a step. The bundled server's own.
    ResponseEvent {
        /// The step.
        event: ResponseEvent,
    },
    /// An item of the turn begins.
    ItemStarted(ItemEvent),
    /// An item of the turn is whole.
    ItemCompleted(ItemEvent),
    /// What the user said.
    UserMessage {
        /// Their words.
        message: String,
        /// Their pictures.
        images: Vec<String>,
    },
    /// Tokens and limits.
    TokenCount {
        /// `None` until a response has reported its usage.
        info: Option<TokenUsageInfo>,
        /// What the last response head said.
        rate_limits: Option<RateLimitSnapshot>,
    },
    /// A piece of a message, with its item.
    AgentMessageContentDelta(ItemDelta),
    /// The same piece, without.
    AgentMessageDelta {
        /// The piece.
        delta: String,
    },
    /// A whole message.
    AgentMessage {
        /// Its text.
        message: String,
    },
    /// A piece of a reasoning summary, with its item.
    ReasoningContentDelta(ItemDelta),
    /// The same piece, without.
    AgentReasoningDelta {
        /// The piece.
        delta: String,
    },
    /// A further part of the summary begins.
    AgentReasoningSectionBreak {},
    /// A whole part of a reasoning summary.
    AgentReasoning {
        /// Its text.
        text: String,
    },
    /// A piece of raw reasoning, with its item.
    ReasoningRawContentDelta(ItemDelta),
    /// The same piece, without.
    AgentReasoningRawContentDelta {
        /// The piece.
        delta: String,
    },
    /// A whole raw thought; only with `show_raw_agent_reasoning`.
    AgentReasoningRawContent {
        /// Its text.
        text: String,
    },
    /// The provider searched the web.
    WebSearchEnd {
        /// The item's id.
        call_id: String,
        /// What for.
        query: String,
    },
    /// The model's plan changed.
    PlanUpdate {
        /// Why.
        explanation: Option<String>,
        /// The new plan.
        plan: Vec<PlanItem>,
    },
    /// The stream failed and is asked for again.
    StreamError {
        /// Which attempt follows.
        message: String,
    },
    /// The turn failed.
    Error {
        /// Why.
        message: String,
    },
    /// The turn was ended from outside.
    TurnAborted {
        /// Why.
        reason: AbortReason,
    },
    /// The turn is over.
    TaskComplete {
        /// The last thing the model said in it.
        last_agent_message: Option<String>,
    },
}

/// An item of a turn, as it begins or ends.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ItemEvent {
    /// The conversation.
    pub thread_id: ConversationId,
    /// The submission.
    pub turn_id: String,
    /// The item.
    pub item: TurnItem,
}

/// A piece of an item.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct ItemDelta {
    /// The conversation.
    pub thread_id: ConversationId,
    /// The submission.
    pub turn_id: String,
    /// The item.
    pub item_id: String,
    /// The piece.
    pub delta: String,
}

/// An item as user interfaces see it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
pub enum TurnItem {
    /// What the user said.
    UserMessage {
        /// Made by the server.
        id: String,
        /// In order.
        content: Vec<UserContent>,
    },
    /// What the model said.
    AgentMessage {
        /// The API's, or the server's where that has none.
        id: String,
        /// In order.
        content: Vec<TurnContent>,
    },
    /// What the model thought.
    Reasoning {
        /// The API's.
        id: String,
        /// The parts meant to be shown.
        summary_text: Vec<String>,
        /// The raw ones.
        raw_content: Vec<String>,
    },
    /// What the provider looked up.
    WebSearch {
        /// The API's.
        id: String,
        /// What for.
        query: String,
    },
}

/// A part of what the user said.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum UserContent {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
    /// A picture.
    Image {
        /// Where it is.
        image_url: String,
    },
}

/// A part of what the model said.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
pub enum TurnContent {
    /// Words.
    Text {
        /// The words.
        text: String,
    },
}

/// A step of the model's plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct PlanItem {
    /// What to do.
    pub step: String,
    /// `pending`, `in_progress` or `completed`.
    pub status: PlanStatus,
}

/// Where a step of the plan stands.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// Not begun.
    Pending,
    /// Begun.
    InProgress,
    /// Done.
    Completed,
}

/// Why a turn ended from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum AbortReason {
    /// The client asked for it.
    Interrupted,
    /// A new message replaced the turn.
    Replaced,
}

impl EventMsg {
    /// The types of all events, as they stand in `msg.type`.
    pub const KINDS: [&str; 23] = [
        "task_started",
        "raw_response_item",
        "response_event",
        "item_started",
        "item_completed",
        "user_message",
        "token_count",
        "agent_message_content_delta",
        "agent_message_delta",
        "agent_message",
        "reasoning_content_delta",
        "agent_reasoning_delta",
        "agent_reasoning_section_break",
        "agent_reasoning",
        "reasoning_raw_content_delta",
        "agent_reasoning_raw_content_delta",
        "agent_reasoning_raw_content",
        "web_search_end",
        "plan_update",
        "stream_error",
        "error",
        "turn_aborted",
        "task_complete",
    ];

    /// The notification's method: `codex/event/` and the event's type.
    pub fn method(&self) -> String {
        format!("{}{}", super::methods::EVENT_PREFIX, self.kind())
    }

    /// The event's type, as it stands in `msg.type`.
    pub fn kind(&self) -> &'static str {
        match self {
            EventMsg::TaskStarted { .. } => "task_started",
            EventMsg::RawResponseItem { .. } => "raw_response_item",
            EventMsg::ResponseEvent { .. } => "response_event",
            EventMsg::ItemStarted(_) => "item_started",
            EventMsg::ItemCompleted(_) => "item_completed",
            EventMsg::UserMessage { .. } => "user_message",
            EventMsg::TokenCount { .. } => "token_count",
            EventMsg::AgentMessageContentDelta(_) => "agent_message_content_delta",
            EventMsg::AgentMessageDelta { .. } => "agent_message_delta",
            EventMsg::AgentMessage { .. } => "agent_message",
            EventMsg::ReasoningContentDelta(_) => "reasoning_content_delta",
            EventMsg::AgentReasoningDelta { .. } => "agent_reasoning_delta",
            EventMsg::AgentReasoningSectionBreak {} => "agent_reasoning_section_break",
            EventMsg::AgentReasoning { .. } => "agent_reasoning",
            EventMsg::ReasoningRawContentDelta(_) => "reasoning_raw_content_delta",
            EventMsg::AgentReasoningRawContentDelta { .. } => "agent_reasoning_raw_content_delta",
            EventMsg::AgentReasoningRawContent { .. } => "agent_reasoning_raw_content",
            EventMsg::WebSearchEnd { .. } => "web_search_end",
            EventMsg::PlanUpdate { .. } => "plan_update",
            EventMsg::StreamError { .. } => "stream_error",
            EventMsg::Error { .. } => "error",
            EventMsg::TurnAborted { .. } => "turn_aborted",
            EventMsg::TaskComplete { .. } => "task_complete",
        }
    }
}
