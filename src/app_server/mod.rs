//! The bundled app-server.

use std::process::ExitCode;

/// How the server is started.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `key=value` overrides of `config.toml`.
    pub config: Vec<String>,
    /// Features to switch on.
    pub enable: Vec<String>,
    /// Features to switch off.
    pub disable: Vec<String>,
}

/// Serves stdin and stdout until stdin ends.
pub fn serve_stdio(_options: Options) -> ExitCode {
    ExitCode::SUCCESS
}
