//! `config.toml`, its overrides, and the settings of a conversation.

mod file;
mod overrides;
mod settings;

pub(super) use settings::{ConfigError, Provider, Settings};
