//! Params and results of the v1 dialect (0.53.0).

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Names a conversation. The server makes it, usually a UUID of version 7.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(transparent)]
pub struct ConversationId(pub String);

impl fmt::Display for ConversationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Who the client is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(feature = "protocol-export", ts(optional_fields))]
pub struct ClientInfo {
    /// Its name.
    pub name: String,
    /// Its name for people.
    #[serde(default)]
    pub title: Option<String>,
    /// Its version.
    pub version: String,
}

/// Params of `initialize`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct InitializeParams {
    /// Who the client is.
    pub client_info: ClientInfo,
}

/// Result of `initialize`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct InitializeResult {
    /// What the server sends upstream as `user-agent`.
    pub user_agent: String,
}

/// Result of `getUserAgent`.
pub type UserAgentResult = InitializeResult;

/// Params of `newConversation`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(feature = "protocol-export", ts(optional_fields))]
#[serde(rename_all = "camelCase")]
pub struct NewConversationParams {
    /// The model, instead of the configured one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The provider, instead of the configured one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model_provider: Option<String>,
    /// The folder to work in, instead of the server's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// When to ask before running something, instead of the configured policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_policy: Option<String>,
    /// What a command may do, instead of the configured mode.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sandbox: Option<String>,
    /// Further overrides: dotted keys of `config.toml`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "protocol-export", ts(type = "{ [key: string]: unknown }"))]
    pub config: Option<BTreeMap<String, Value>>,
}

/// Result of `newConversation`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NewConversationResult {
    /// Names the conversation from here on.
    pub conversation_id: ConversationId,
    /// The model in force.
    pub model: String,
    /// The reasoning effort in force, where one is set.
    #[serde(default)]
    pub reasoning_effort: Option<String>,
    /// Where the server keeps the conversation's log. The bundled server keeps none and gives an empty path.
    pub rollout_path: String,
}

/// Params of `addConversationListener`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AddListenerParams {
    /// Whose events.
    pub conversation_id: ConversationId,
    /// Whether `raw_response_item` is wanted.
    #[serde(default)]
    #[cfg_attr(feature = "protocol-export", ts(optional, as = "Option<_>"))]
    pub experimental_raw_events: bool,
    /// Whether `response_event` is wanted. The bundled server's own; real servers do not know it.
    #[serde(default)]
    #[cfg_attr(feature = "protocol-export", ts(optional, as = "Option<_>"))]
    pub experimental_response_events: bool,
}

/// Result of `addConversationListener`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AddListenerResult {
    /// Names the subscription.
    pub subscription_id: String,
}

/// Params of `removeConversationListener`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RemoveListenerParams {
    /// The subscription to end.
    pub subscription_id: String,
}

/// Params of `sendUserMessage`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SendUserMessageParams {
    /// To whom.
    pub conversation_id: ConversationId,
    /// What the user says.
    pub items: Vec<InputItem>,
}

/// A part of what the user says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(tag = "type", content = "data", rename_all = "camelCase")]
pub enum InputItem {
    /// Words.
    Text(TextInput),
    /// A picture, by URL.
    Image {
        /// Where it is, or itself as a data URL. The one member of this dialect with an underscore (0.53.0).
        image_url: String,
    },
}

/// Words of the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TextInput {
    /// The words.
    pub text: String,
}

/// Params of `interruptConversation`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct InterruptParams {
    /// Whose turn to end.
    pub conversation_id: ConversationId,
}

/// Result of `interruptConversation`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct InterruptResult {
    /// Why the turn ended: `interrupted`.
    pub abort_reason: super::AbortReason,
}
