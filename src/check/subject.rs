//! How an app-server is set up to be checked.

use crate::replay::Path;

/// The `config.toml` of a subject that is to take `path`.
///
/// Every conversation brings its own upstream. The rest keeps the subject harmless and silent: recordings are
/// untrusted and may hold tool calls, so that commands are asked for (and declined by the harness) and could only
/// read; and nothing but the upstream is ever talked to.
pub fn config_toml(path: Path) -> String {
    let delegated = path == Path::Delegated;
    format!(
        r#"model = "mock-model"
model_provider = "replay"
approval_policy = "untrusted"
sandbox_mode = "read-only"
cli_auth_credentials_store = "file"
check_for_update_on_startup = false

[history]
persistence = "none"

[otel]
exporter = "none"
log_user_prompt = false

[features]
responses_http_over_jsonrpc = {delegated}

[model_providers.replay]
name = "replay"
base_url = "http://127.0.0.1:9/replaced-by-every-conversation"
wire_api = "responses"
"#
    )
}
