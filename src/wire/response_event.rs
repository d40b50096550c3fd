//! What an app-server makes of a Responses API stream.

use super::rate_limits::RateLimitSnapshot;
use super::response_item::ResponseItem;
use super::token_usage::TokenUsage;
use serde::{Serialize, Serializer};

/// One step of a model's answer, the same whichever way the stream came.
///
/// The variants are those of the app-server of November 2025 (0.53.0); only [`super::ResponseStream`] makes them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ResponseEvent {
    /// The response exists.
    Created,
    /// An item begins.
    OutputItemAdded {
        /// The item so far, shown with its id.
        #[serde(serialize_with = "with_id")]
        #[cfg_attr(
            feature = "protocol-export",
            schemars(with = "ItemWithId<'static>"),
            ts(as = "ItemWithId<'static>")
        )]
        item: ResponseItem,
    },
    /// An item is whole.
    OutputItemDone {
        /// The whole item, shown with its id.
        #[serde(serialize_with = "with_id")]
        #[cfg_attr(
            feature = "protocol-export",
            schemars(with = "ItemWithId<'static>"),
            ts(as = "ItemWithId<'static>")
        )]
        item: ResponseItem,
    },
    /// The response is over and the stream has ended.
    Completed {
        /// Named by the API.
        response_id: String,
        /// What it cost, where the API says.
        token_usage: Option<TokenUsage>,
    },
    /// A piece of the current message.
    OutputTextDelta {
        /// The piece.
        delta: String,
    },
    /// A piece of the current reasoning summary.
    ReasoningSummaryDelta {
        /// The piece.
        delta: String,
    },
    /// A piece of raw reasoning.
    ReasoningContentDelta {
        /// The piece.
        delta: String,
    },
    /// A further part of the reasoning summary begins.
    ReasoningSummaryPartAdded,
    /// The response head said how much of the plan is used; sent for every accepted request.
    RateLimits {
        /// What the head said.
        snapshot: RateLimitSnapshot,
    },
}

impl ResponseEvent {
    /// The names of all variants, as they stand in `type`.
    pub const KINDS: [&str; 9] = [
        "created",
        "output_item_added",
        "output_item_done",
        "completed",
        "output_text_delta",
        "reasoning_summary_delta",
        "reasoning_content_delta",
        "reasoning_summary_part_added",
        "rate_limits",
    ];

    /// The variant's name, as it stands in `type`.
    pub fn kind(&self) -> &'static str {
        match self {
            ResponseEvent::Created => "created",
            ResponseEvent::OutputItemAdded { .. } => "output_item_added",
            ResponseEvent::OutputItemDone { .. } => "output_item_done",
            ResponseEvent::Completed { .. } => "completed",
            ResponseEvent::OutputTextDelta { .. } => "output_text_delta",
            ResponseEvent::ReasoningSummaryDelta { .. } => "reasoning_summary_delta",
            ResponseEvent::ReasoningContentDelta { .. } => "reasoning_content_delta",
            ResponseEvent::ReasoningSummaryPartAdded => "reasoning_summary_part_added",
            ResponseEvent::RateLimits { .. } => "rate_limits",
        }
    }
}

/// An item with the id that history and raw items leave out, so that a changed id can be seen.
#[derive(Serialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
struct ItemWithId<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "protocol-export", ts(optional))]
    id: Option<&'a str>,
    #[serde(flatten)]
    item: &'a ResponseItem,
}

fn with_id<S: Serializer>(item: &ResponseItem, serializer: S) -> Result<S::Ok, S::Error> {
    ItemWithId { id: id_of(item), item }.serialize(serializer)
}

fn id_of(item: &ResponseItem) -> Option<&str> {
    match item {
        ResponseItem::Reasoning { id, .. } => Some(id),
        ResponseItem::Message { id, .. }
        | ResponseItem::LocalShellCall { id, .. }
        | ResponseItem::FunctionCall { id, .. }
        | ResponseItem::CustomToolCall { id, .. }
        | ResponseItem::WebSearchCall { id, .. } => id.as_deref(),
        ResponseItem::FunctionCallOutput { .. }
        | ResponseItem::CustomToolCallOutput { .. }
        | ResponseItem::Other => None,
    }
}
