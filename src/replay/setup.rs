//! A conversation that asks one replay's upstream.

use super::replayed::ReplayError;
use crate::recording::{ProviderSettings, Recording, Retries};
use crate::session::{Conversation, McpProcess, Opening, SessionError};
use crate::upstream::{Mount, NOBODY_LISTENS};
use crate::wire::Dialect;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The provider that every replayed conversation uses.
const PROVIDER: &str = "replay";

/// Where a conversation finds its upstream, and how it treats it.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// The upstream's base URL.
    pub base_url: &'a str,
    /// How it is treated.
    pub provider: &'a ProviderSettings,
    /// The model to ask for; the harness's own name for one unless given.
    pub model: Option<&'a str>,
}

/// Opens the conversation, in the settings the recording wants; gives also the upstream's base URL.
pub(super) async fn open(
    recording: &Recording,
    server: &McpProcess,
    dialect: Dialect,
    mount: &Mount,
) -> Result<(Conversation, String), ReplayError> {
    let base_url = if recording.provider.unreachable { NOBODY_LISTENS } else { mount.base_url() };
    let setup = Setup { base_url, provider: &recording.provider, model: None };
    Ok((open_with(server, dialect, &setup).await?, base_url.to_owned()))
}

/// Opens a conversation with this upstream.
///
/// # Errors
/// Where the app-server refuses it, breaks the protocol or ends.
pub async fn open_with(
    server: &McpProcess,
    dialect: Dialect,
    setup: &Setup<'_>,
) -> Result<Conversation, SessionError> {
    let mut opening = opening(setup.provider, setup.base_url);
    if let Some(model) = setup.model {
        opening.config.insert("model".to_owned(), json!(model));
    }
    server.open(dialect, opening).await
}

/// What a conversation is opened with that finds its Responses API at `base_url`.
pub fn opening(settings: &ProviderSettings, base_url: &str) -> Opening {
    let mut config = BTreeMap::<String, Value>::new();
    let mut set = |key: &str, value: Value| config.insert(format!("model_providers.{PROVIDER}.{key}"), value);
    set("name", json!(PROVIDER));
    set("base_url", json!(base_url));
    set("wire_api", json!("responses"));
    set("requires_openai_auth", json!(false));
    set("supports_websockets", json!(false));
    for (key, retries) in [
        ("request_max_retries", settings.request_max_retries),
        ("stream_max_retries", settings.stream_max_retries),
    ] {
        if let Retries::Times(times) = retries {
            set(key, json!(times));
        }
    }
    if let Some(timeout) = settings.stream_idle_timeout_ms {
        set("stream_idle_timeout_ms", json!(timeout));
    }
    if settings.show_raw_agent_reasoning {
        config.insert("show_raw_agent_reasoning".to_owned(), json!(true));
    }
    Opening { model_provider: PROVIDER.to_owned(), config }
}
