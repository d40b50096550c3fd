//! How an app-server is set up to be checked.

use crate::replay::Path;
use crate::session::{Deadlines, McpProcess, ServerCommand, SessionError};
use crate::wire::{Dialect, InitializeResult};

/// The command with what it finds in its `CODEX_HOME`, for a subject that is to take `path`.
///
/// Every conversation brings its own upstream. The rest keeps the subject harmless and silent: recordings are
/// untrusted and may hold tool calls, so that commands are asked for (and declined by the harness) and could only
/// read; and nothing but the upstream is ever talked to.
pub fn prepared(command: &ServerCommand, path: Path, dialect: Dialect, allow_tools: bool) -> ServerCommand {
    let command = command.clone().config_toml(config_toml(path, dialect, allow_tools));
    match dialect {
        Dialect::V1 => command,
        Dialect::V2 => command.home_file(MODELS_FILE, MODELS),
    }
}

/// Asks an app-server which dialect it speaks, in a process of its own.
///
/// # Errors
/// Where it does not start, answer, or end.
pub async fn ask_dialect(command: &ServerCommand, deadlines: &Deadlines) -> Result<Dialect, SessionError> {
    let (server, _) = introduced(&prepared_to_be_asked(command), deadlines).await?;
    let dialect = server.ask_dialect().await?;
    server.shutdown().await?;
    Ok(dialect)
}

/// Starts an app-server, and gives also what it says of itself.
pub(super) async fn introduced(
    command: &ServerCommand,
    deadlines: &Deadlines,
) -> Result<(McpProcess, InitializeResult), SessionError> {
    let server = McpProcess::spawn(command, deadlines.clone()).await?;
    let introduction = server.initialize().await?;
    Ok((server, introduction))
}

/// The command for the one question which dialect it speaks: a configuration that all of them accept, and that keeps
/// all of them silent.
fn prepared_to_be_asked(command: &ServerCommand) -> ServerCommand {
    command.clone().config_toml([COMMON, READ_ONLY, "[features]", V2_FEATURES, PROVIDER].join("\n"))
}

/// The `config.toml` of such a subject. `{CODEX_HOME}` in it stands for the folder it lies in. Without a sandbox where
/// tools are allowed: what they do is wanted then.
pub fn config_toml(path: Path, dialect: Dialect, allow_tools: bool) -> String {
    let sandbox = if allow_tools { NO_SANDBOX } else { READ_ONLY };
    // Servers without the delegated path complain of a feature they do not know.
    let features = match path {
        Path::Direct => "[features]",
        Path::Delegated => "[features]\nresponses_http_over_jsonrpc = true",
    };
    match dialect {
        Dialect::V1 => [COMMON, sandbox, V1, features, PROVIDER].join("\n"),
        Dialect::V2 => [COMMON, sandbox, V2, features, V2_FEATURES, PROVIDER].join("\n"),
    }
}

const COMMON: &str = r#"model = "mock-model"
model_provider = "replay"
cli_auth_credentials_store = "file"
check_for_update_on_startup = false
"#;

const READ_ONLY: &str = "sandbox_mode = \"read-only\"";

const NO_SANDBOX: &str = "sandbox_mode = \"danger-full-access\"";

const V1: &str = r#"approval_policy = "untrusted"

[history]
persistence = "none"

[otel]
exporter = "none"
log_user_prompt = false
"#;

/// 0.169.0 refuses `untrusted`. What it would tell the model of the time, the place and itself changes from run to run.
const V2: &str = r#"approval_policy = "on-request"
model_catalog_json = "{CODEX_HOME}/models.json"
web_search = "disabled"
include_environment_context = false
include_permissions_instructions = false
include_apps_instructions = false
include_collaboration_mode_instructions = false

[skills]
include_instructions = false

[skills.bundled]
enabled = false

[analytics]
enabled = false

[feedback]
enabled = false

[history]
persistence = "none"

[otel]
exporter = "none"
trace_exporter = "none"
metrics_exporter = "none"
log_user_prompt = false
"#;

/// Without `plugins = false` these servers talk to the world when they start (0.169.0, measured); with unbounded
/// retries a refused connection is tried again for ever.
const V2_FEATURES: &str = "plugins = false
apps = false
shell_snapshot = false
goals = false
unbounded_connection_retries = false
";

const PROVIDER: &str = r#"
[model_providers.replay]
name = "replay"
base_url = "http://127.0.0.1:9/replaced-by-every-conversation"
wire_api = "responses"
"#;

const MODELS_FILE: &str = "models.json";

/// What these servers need to know of a model to treat it as any other (accepted by 0.107.0 to 0.169.0).
const MODELS: &str = r#"{"models":[{"slug":"mock-model","display_name":"mock-model","description":"A model for tests.","default_reasoning_level":null,"supported_reasoning_levels":[],"shell_type":"unified_exec","visibility":"list","supported_in_api":true,"priority":1,"availability_nux":null,"upgrade":null,"base_instructions":"Answer the test.","supports_reasoning_summaries":false,"default_reasoning_summary":"none","support_verbosity":false,"default_verbosity":null,"apply_patch_tool_type":"freeform","truncation_policy":{"mode":"tokens","limit":10000},"supports_parallel_tool_calls":false,"context_window":272000,"experimental_supported_tools":[]}]}"#;
