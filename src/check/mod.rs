//! The whole flow for a set of recordings: pooled app-servers, many conversations at once, verdicts.

mod checker;
mod problems;
mod subject;

pub use checker::{CheckOptions, Checker, check_all};
pub use subject::config_toml;
