//! Records what an upstream answers.
//!
//! ```text
//! client or app-server ──► RecordingProxy ──► upstream, http or https
//!                               │
//!                               ├─► tape, in memory ──► Recording ──► recordings/…
//!                               └─► journal, on disk, for the case that this process is killed
//! ```
mod address;
mod connect;
mod connection;
mod conversation;
mod ending;
mod error;
mod fields;
mod finish;
mod forward;
mod journal;
mod outlet;
mod proxy;
mod recorded;
mod request_body;
mod response_body;
mod summary;
mod take;
mod tape;
mod tls;
mod turns;

pub use address::{AddressError, ListenAddress, UpstreamUrl};
pub use conversation::{TurnOptions, record_turns};
pub use error::RecordError;
pub use finish::{Finished, recover};
pub use journal::{Journal, JournalError};
pub use proxy::{ProxyOptions, RecordingProxy};
pub use recorded::About;
pub use summary::ExchangeSummary;
