//! The whole flow for a set of recordings: pooled app-servers, many conversations at once, verdicts.

mod checker;
mod pool;
mod problems;
mod side;
mod subject;

pub use checker::{CheckOptions, Checker, check_all};
#[cfg(feature = "record")]
pub(crate) use pool::start_one;
pub use side::{Side, both_paths};
pub use subject::config_toml;
