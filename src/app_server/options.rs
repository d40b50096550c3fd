//! How the server is started.

/// The arguments of the bundled app-server.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// `key=value` overrides of `config.toml`: a dotted key and a TOML value, or plain text where it is not TOML.
    pub config: Vec<String>,
    /// Features to switch on.
    pub enable: Vec<String>,
    /// Features to switch off.
    pub disable: Vec<String>,
}
