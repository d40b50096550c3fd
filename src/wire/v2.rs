//! Params and results of the v2 dialect, as far as the harness needs them (0.107.0 to 0.169.0).

use super::v1::{ClientInfo, ConversationId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// Params of `initialize` for a client that wants raw items. Servers of the v1 dialect ignore what they do not know.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct InitializeV2Params {
    /// Who the client is.
    pub client_info: ClientInfo,
    /// What it can take.
    pub capabilities: Capabilities,
}

/// What a client can take.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Capabilities {
    /// Needed for raw items.
    pub experimental_api: bool,
}

/// Params of `thread/start`.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadStartParams {
    /// The folder to work in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// The provider, instead of the configured one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model_provider: Option<String>,
    /// Overrides: dotted keys of `config.toml`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub config: Option<BTreeMap<String, Value>>,
    /// Whether raw items are wanted.
    pub experimental_raw_events: bool,
}

/// Result of `thread/start`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadStartResult {
    /// The thread.
    pub thread: Thread,
    /// The model in force.
    pub model: String,
    /// The reasoning effort in force, where one is set.
    #[serde(default)]
    pub reasoning_effort: Option<String>,
}

/// A thread: what v1 calls a conversation.
#[derive(Clone, Debug, Deserialize)]
pub struct Thread {
    /// Its name.
    pub id: ConversationId,
    /// Where the server keeps its log, where it keeps one.
    #[serde(default)]
    pub path: Option<String>,
}

/// Params of `turn/start`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnStartParams {
    /// Whose turn.
    pub thread_id: ConversationId,
    /// What the user says.
    pub input: Vec<Value>,
}

/// Result of `turn/start`.
#[derive(Clone, Debug, Deserialize)]
pub struct TurnStartResult {
    /// The turn.
    pub turn: TurnName,
}

/// A turn.
#[derive(Clone, Debug, Deserialize)]
pub struct TurnName {
    /// Its name.
    pub id: String,
}

/// Params of `turn/interrupt`.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TurnInterruptParams {
    /// Whose turn.
    pub thread_id: ConversationId,
    /// Which.
    pub turn_id: String,
}
