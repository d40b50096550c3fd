//! Record-and-replay parity tests for Codex-style app-servers.

#[cfg(feature = "app-server")]
pub mod app_server;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compare;
pub mod observe;
pub mod recording;
pub mod replay;
pub mod report;
pub mod session;
pub mod upstream;
pub mod wire;
