//! The whole flow for a set of recordings: pooled app-servers, many conversations at once, verdicts.

mod checker;
mod judge;
mod options;
mod partition;
mod pool;
mod problems;
mod protocol;
mod side;
mod subject;

pub use checker::{Checker, check_all};
pub use options::CheckOptions;
pub use partition::{Partition, PartitionError};
#[cfg(feature = "record")]
pub(crate) use pool::start_one;
pub use protocol::{ProtocolError, protocol_coverage};
pub use side::{Side, both_paths};
pub use subject::{ask_dialect, config_toml, prepared};
