//! The whole flow for a set of recordings: pooled app-servers, many conversations at once, verdicts.

mod checker;
mod pool;
mod problems;
mod side;
mod subject;

pub use checker::{CheckOptions, Checker, check_all};
pub use side::{Side, both_paths};
pub use subject::{ask_dialect, config_toml, prepared};
