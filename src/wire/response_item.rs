//! Items of a model's output and of a conversation's history.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One item, with the members an app-server of the v1 dialect keeps (0.53.0).
///
/// Ids are read, for notifications name items by them, but not written: neither raw items nor requests carry
/// them. Unknown members are dropped, an unknown type is [`ResponseItem::Other`], and a known type of the wrong
/// shape does not parse at all.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ResponseItem {
    /// Something said, by whoever `role` names.
    Message {
        /// Named by the API.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "protocol-export", ts(skip))]
        id: Option<String>,
        /// `user`, `assistant`, `developer`, …
        role: String,
        /// In order.
        content: Vec<ContentItem>,
    },
    /// What the model thought.
    Reasoning {
        /// Named by the API.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "protocol-export", ts(skip))]
        id: String,
        /// The parts meant to be shown.
        summary: Vec<ReasoningSummary>,
        /// The raw thoughts, where the provider gives them.
        #[serde(default, skip_serializing_if = "has_no_reasoning_text")]
        content: Option<Vec<ReasoningContent>>,
        /// The thoughts sealed for the next request.
        #[serde(default)]
        encrypted_content: Option<String>,
    },
    /// The built-in shell tool is called.
    LocalShellCall {
        /// Named by the API.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "protocol-export", ts(skip))]
        id: Option<String>,
        /// Joins call and output.
        #[serde(default)]
        call_id: Option<String>,
        /// `completed`, `in_progress` or `incomplete`.
        status: LocalShellStatus,
        /// What to run.
        action: LocalShellAction,
    },
    /// A function tool is called.
    FunctionCall {
        /// Named by the API.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "protocol-export", ts(skip))]
        id: Option<String>,
        /// The function.
        name: String,
        /// Its arguments: JSON text, as the model wrote it.
        arguments: String,
        /// Joins call and output.
        call_id: String,
    },
    /// What a function or the shell answered.
    FunctionCallOutput {
        /// The call's.
        call_id: String,
        /// Its text.
        output: String,
    },
    /// A tool with free-form input is called.
    CustomToolCall {
        /// Named by the API.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "protocol-export", ts(skip))]
        id: Option<String>,
        /// Where the call stands.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// Joins call and output.
        call_id: String,
        /// The tool.
        name: String,
        /// Its input, as the model wrote it.
        input: String,
    },
    /// What a custom tool answered.
    CustomToolCallOutput {
        /// The call's.
        call_id: String,
        /// Its text.
        output: String,
    },
    /// The provider searched the web by itself.
    WebSearchCall {
        /// Named by the API.
        #[serde(default, skip_serializing)]
        #[cfg_attr(feature = "protocol-export", ts(skip))]
        id: Option<String>,
        /// Where the search stands.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        status: Option<String>,
        /// What it looked for.
        action: WebSearchAction,
    },
    /// A type this dialect does not know.
    #[serde(other)]
    Other,
}

impl ResponseItem {
    /// Whether the app-server has to answer it before the model can go on.
    pub fn asks_for_output(&self) -> bool {
        matches!(
            self,
            ResponseItem::FunctionCall { .. }
                | ResponseItem::CustomToolCall { .. }
                | ResponseItem::LocalShellCall { .. }
        )
    }
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ContentItem {
    /// Text to the model.
    InputText {
        /// The text.
        text: String,
    },
    /// A picture to the model.
    InputImage {
        /// Where it is, or itself as a data URL.
        image_url: String,
    },
    /// Text from the model.
    OutputText {
        /// The text.
        text: String,
    },
}

/// A part of a reasoning summary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ReasoningSummary {
    /// The only kind there is.
    SummaryText {
        /// The text.
        text: String,
    },
}

/// A part of raw reasoning.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ReasoningContent {
    /// A thought.
    ReasoningText {
        /// The text.
        text: String,
    },
    /// A thought, in the words of some gateways.
    Text {
        /// The text.
        text: String,
    },
}

/// Where a shell call stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum LocalShellStatus {
    /// All of it was said.
    Completed,
    /// More is to come.
    InProgress,
    /// It was cut off.
    Incomplete,
}

/// What a shell call wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LocalShellAction {
    /// Run a command.
    Exec {
        /// Program and arguments.
        command: Vec<String>,
        /// How long it may take.
        #[serde(default)]
        timeout_ms: Option<u64>,
        /// Where to run it.
        #[serde(default)]
        working_directory: Option<String>,
        /// Additions to its environment.
        #[serde(default)]
        env: Option<std::collections::BTreeMap<String, String>>,
        /// As whom.
        #[serde(default)]
        user: Option<String>,
    },
}

/// What a web search did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum WebSearchAction {
    /// Looked something up.
    Search {
        /// What for.
        query: String,
    },
    /// Opened a page, looked inside one, or whatever comes next.
    #[serde(other)]
    Other,
}

/// Content is left out when it holds no reasoning text; an absent one is written as `null` (0.53.0).
fn has_no_reasoning_text(content: &Option<Vec<ReasoningContent>>) -> bool {
    content
        .as_ref()
        .is_some_and(|parts| !parts.iter().any(|part| matches!(part, ReasoningContent::ReasoningText { .. })))
}

/// The item in an event's `item` member, or `None` where it is of a known type and the wrong shape.
pub(super) fn parse_item(item: &str) -> Option<ResponseItem> {
    serde_json::from_str::<Value>(item).ok().and_then(|value| serde_json::from_value(value).ok())
}
