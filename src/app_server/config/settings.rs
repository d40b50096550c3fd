//! The settings of one conversation.

use super::file::{ConfigToml, ProviderToml};
use super::overrides;
use crate::app_server::{Environment, Options};
use crate::wire::NewConversationParams;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Table;

/// What a conversation runs with: the file, the command line and `newConversation` taken together.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) model: String,
    pub(crate) provider: Provider,
    pub(crate) approval_policy: String,
    pub(crate) sandbox: SandboxMode,
    pub(crate) network_access: bool,
    pub(crate) cwd: PathBuf,
    pub(crate) show_raw_agent_reasoning: bool,
    /// Whether the client performs the HTTP requests.
    pub(crate) delegated: bool,
}

/// Where requests go and how often they are tried.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    pub(crate) base_url: String,
    pub(crate) env_key: Option<String>,
    pub(crate) env_key_instructions: Option<String>,
    pub(crate) http_headers: BTreeMap<String, String>,
    pub(crate) env_http_headers: BTreeMap<String, String>,
    pub(crate) query_params: BTreeMap<String, String>,
    pub(crate) request_max_retries: u64,
    pub(crate) stream_max_retries: u64,
    pub(crate) stream_idle_timeout: Duration,
    pub(crate) delegate_start_timeout: Duration,
}

/// What a command may do. The bundled server runs none; the model is told nevertheless.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SandboxMode {
    ReadOnly,
    WorkspaceWrite,
    DangerFullAccess,
}

/// Settings that cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("cannot read {}: {cause}", path.display())]
    Unreadable { path: PathBuf, cause: std::io::Error },
    #[error("{}: {cause}", path.display())]
    File { path: PathBuf, cause: Located },
    #[error("an override does not fit: {0}")]
    Overrides(String),
    #[error("no model is configured: set `model`")]
    NoModel,
    #[error("no provider is configured: set `model_provider`")]
    NoProvider,
    #[error("Model provider `{0}` not found: add `[model_providers.{0}]`")]
    UnknownProvider(String),
    #[error("model provider {0:?} has no `base_url`")]
    NoBaseUrl(String),
    #[error("model provider {provider:?} has wire_api = {found:?}; this server speaks \"responses\" only")]
    WireApi { provider: String, found: String },
    #[error("{key} = {value:?} is none of {allowed}")]
    NotAllowed { key: &'static str, value: String, allowed: &'static str },
}

/// A mistake in a file, with its line.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub(crate) struct Located {
    line: usize,
    message: String,
}

impl Settings {
    /// Reads `config.toml`, where there is one, and applies the overrides to it.
    ///
    /// # Errors
    /// [`ConfigError`], naming the file and line where the file is at fault.
    pub(crate) fn load(
        options: &Options,
        environment: &Environment,
        params: &NewConversationParams,
    ) -> Result<Settings, ConfigError> {
        let mut table = read_file(environment)?;
        let mut changes = overrides::of_options(options).map_err(ConfigError::Overrides)?;
        changes.extend(params.config.as_ref().map(overrides::of_request).unwrap_or_default());
        for (key, value) in changes {
            overrides::apply(&mut table, &key, value).map_err(ConfigError::Overrides)?;
        }
        let config: ConfigToml = table
            .try_into()
            .map_err(|error: toml::de::Error| ConfigError::Overrides(error.message().to_owned()))?;
        resolve(config, environment, params)
    }
}

impl SandboxMode {
    /// Its name in `config.toml`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            SandboxMode::ReadOnly => "read-only",
            SandboxMode::WorkspaceWrite => "workspace-write",
            SandboxMode::DangerFullAccess => "danger-full-access",
        }
    }

    fn allows_network(self, configured: bool) -> bool {
        match self {
            SandboxMode::ReadOnly => false,
            SandboxMode::WorkspaceWrite => configured,
            SandboxMode::DangerFullAccess => true,
        }
    }

    fn parse(name: &str) -> Result<SandboxMode, ConfigError> {
        [SandboxMode::ReadOnly, SandboxMode::WorkspaceWrite, SandboxMode::DangerFullAccess]
            .into_iter()
            .find(|mode| mode.name() == name)
            .ok_or_else(|| ConfigError::NotAllowed {
                key: "sandbox_mode",
                value: name.to_owned(),
                allowed: "`read-only`, `workspace-write`, `danger-full-access`",
            })
    }
}

/// The file as a table, checked by itself so that its mistakes are told with their line.
fn read_file(environment: &Environment) -> Result<Table, ConfigError> {
    let Some(path) = environment.codex_home().map(|home| home.join("config.toml")) else {
        return Ok(Table::new());
    };
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Table::new()),
        Err(cause) => return Err(ConfigError::Unreadable { path, cause }),
    };
    let table = toml::from_str::<ConfigToml>(&text).and_then(|_| text.parse::<Table>());
    table.map_err(|error| at_line(&path, &text, &error))
}

fn at_line(path: &Path, text: &str, error: &toml::de::Error) -> ConfigError {
    let offset = error.span().map_or(0, |span| span.start);
    let before = text.get(..offset).unwrap_or_default();
    ConfigError::File {
        path: path.to_owned(),
        cause: Located { line: before.matches('\n').count() + 1, message: error.message().to_owned() },
    }
}

fn resolve(
    config: ConfigToml,
    environment: &Environment,
    params: &NewConversationParams,
) -> Result<Settings, ConfigError> {
    let name = params.model_provider.clone().or(config.model_provider).ok_or(ConfigError::NoProvider)?;
    let provider =
        config.model_providers.get(&name).ok_or_else(|| ConfigError::UnknownProvider(name.clone()))?;
    let policy = params.approval_policy.clone().or(config.approval_policy);
    let sandbox = params.sandbox.clone().or(config.sandbox_mode);
    let sandbox = sandbox.map_or(Ok(SandboxMode::ReadOnly), |name| SandboxMode::parse(&name))?;
    let cwd = match &params.cwd {
        Some(cwd) => environment.current_dir.join(cwd),
        None => environment.current_dir.clone(),
    };
    Ok(Settings {
        model: params.model.clone().or(config.model).ok_or(ConfigError::NoModel)?,
        provider: resolve_provider(&name, provider)?,
        approval_policy: parse_policy(policy)?,
        network_access: sandbox.allows_network(config.sandbox_workspace_write.network_access),
        sandbox,
        cwd,
        show_raw_agent_reasoning: config.show_raw_agent_reasoning,
        delegated: config.features.responses_http_over_jsonrpc,
    })
}

fn parse_policy(policy: Option<String>) -> Result<String, ConfigError> {
    let policy = policy.unwrap_or_else(|| "on-request".to_owned());
    match policy.as_str() {
        "untrusted" | "on-failure" | "on-request" | "never" => Ok(policy),
        _ => Err(ConfigError::NotAllowed {
            key: "approval_policy",
            value: policy,
            allowed: "`untrusted`, `on-failure`, `on-request`, `never`",
        }),
    }
}

fn resolve_provider(name: &str, provider: &ProviderToml) -> Result<Provider, ConfigError> {
    /// What 0.53.0 caps both kinds of retries at.
    const MOST_RETRIES: u64 = 100;
    const FIVE_MINUTES_MS: u64 = 300_000;
    // Real servers speak "chat" where nothing is said; to serve that as "responses" would be a surprise.
    let wire_api = provider.wire_api.as_deref().unwrap_or("chat");
    if wire_api != "responses" {
        return Err(ConfigError::WireApi { provider: name.to_owned(), found: wire_api.to_owned() });
    }
    let no_base_url = || ConfigError::NoBaseUrl(name.to_owned());
    let milliseconds = |setting: Option<u64>| Duration::from_millis(setting.unwrap_or(FIVE_MINUTES_MS));
    Ok(Provider {
        base_url: provider.base_url.clone().ok_or_else(no_base_url)?,
        env_key: provider.env_key.clone(),
        env_key_instructions: provider.env_key_instructions.clone(),
        http_headers: provider.http_headers.clone(),
        env_http_headers: provider.env_http_headers.clone(),
        query_params: provider.query_params.clone(),
        request_max_retries: provider.request_max_retries.unwrap_or(4).min(MOST_RETRIES),
        stream_max_retries: provider.stream_max_retries.unwrap_or(5).min(MOST_RETRIES),
        stream_idle_timeout: milliseconds(provider.stream_idle_timeout_ms),
        delegate_start_timeout: milliseconds(provider.delegate_start_timeout_ms),
    })
}
