//! The keys of `config.toml` that mean something here. Real files have many more; those are ignored.

use serde::Deserialize;
use std::collections::BTreeMap;

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct ConfigToml {
    pub(super) model: Option<String>,
    pub(super) model_provider: Option<String>,
    pub(super) approval_policy: Option<String>,
    pub(super) sandbox_mode: Option<String>,
    #[serde(default)]
    pub(super) sandbox_workspace_write: WorkspaceWriteToml,
    #[serde(default)]
    pub(super) show_raw_agent_reasoning: bool,
    #[serde(default)]
    pub(super) model_providers: BTreeMap<String, ProviderToml>,
    #[serde(default)]
    pub(super) features: FeaturesToml,
}

/// One of `[model_providers.*]`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct ProviderToml {
    pub(super) base_url: Option<String>,
    pub(super) wire_api: Option<String>,
    pub(super) env_key: Option<String>,
    pub(super) env_key_instructions: Option<String>,
    #[serde(default)]
    pub(super) http_headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) env_http_headers: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) query_params: BTreeMap<String, String>,
    pub(super) request_max_retries: Option<u64>,
    pub(super) stream_max_retries: Option<u64>,
    pub(super) stream_idle_timeout_ms: Option<u64>,
    /// The bundled server's own: how long a delegated call may show no sign of life.
    pub(super) delegate_start_timeout_ms: Option<u64>,
}

/// `[sandbox_workspace_write]`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct WorkspaceWriteToml {
    #[serde(default)]
    pub(super) network_access: bool,
}

/// `[features]`.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct FeaturesToml {
    #[serde(default)]
    pub(super) responses_http_over_jsonrpc: bool,
}
