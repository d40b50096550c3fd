//! Drives one recording through one app-server, and the delegate client that does the HTTP when it is asked to.
//!
//! Knows nothing of how observations look.

mod api_key;
mod attendant;
mod conversation;
mod delegate_client;
mod driver;
mod moment;
mod path;
mod replayed;
mod setup;
mod speaker;

pub use api_key::{ApiKey, NotAKey};
pub use attendant::Attendant;
pub use conversation::{ReplayOptions, replay};
pub use delegate_client::{DelegateClient, local_http_client};
pub use path::Path;
pub use replayed::{Ended, ReplayError, Replayed, TurnEnd, delegated_calls};
pub use setup::{Setup, open_with, opening};
pub use speaker::Speaker;
