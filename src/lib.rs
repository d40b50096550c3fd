//! Record-and-replay parity tests for Codex-style app-servers.

#[cfg(feature = "app-server")]
pub mod app_server;
#[cfg(feature = "cli")]
pub mod cli;
pub mod recording;
pub mod session;
pub mod wire;
