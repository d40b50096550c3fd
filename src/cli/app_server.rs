//! `responses-parity app-server`.

use crate::app_server::{Options, serve_stdio};
use crate::session::ServerCommand;
use crate::wire::Dialect;
use clap::Args;
use std::process::ExitCode;

/// Arguments of the bundled app-server, named as Codex names them.
#[derive(Debug, Args)]
pub(super) struct AppServerArgs {
    /// Override a configuration value: a dotted key and a TOML value, or plain text where it is not TOML
    #[arg(short = 'c', long = "config", value_name = "KEY=VALUE")]
    config: Vec<String>,
    /// Switch a feature on
    #[arg(long, value_name = "FEATURE")]
    enable: Vec<String>,
    /// Switch a feature off
    #[arg(long, value_name = "FEATURE")]
    disable: Vec<String>,
}

/// What the bundled app-server speaks. To ask it would take a process more.
pub(super) const BUNDLED_DIALECT: Dialect = Dialect::V1;

/// How the bundled app-server is started: as this program.
pub(super) fn bundled() -> std::io::Result<ServerCommand> {
    Ok(ServerCommand::new(std::env::current_exe()?).arg("app-server"))
}

impl AppServerArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
It reads JSON-RPC from stdin, a message on each line, and ends when stdin does. CODEX_HOME is the
folder with its config.toml, which names the model and its provider; so does -c.

Examples:
  responses-parity app-server
  responses-parity app-server --enable responses_http_over_jsonrpc \\
      -c model=gpt-5 -c model_provider=local \\
      -c 'model_providers.local.name=\"local\"' \\
      -c 'model_providers.local.base_url=\"http://127.0.0.1:8080/v1\"' \\
      -c 'model_providers.local.wire_api=\"responses\"'

Exit status:
  0  stdin ended
  1  it cannot go on; the reason is on stderr
  2  usage: an argument cannot be read";

    pub(super) fn run(self) -> ExitCode {
        serve_stdio(Options { config: self.config, enable: self.enable, disable: self.disable })
    }
}
