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

pub use api_key::{ApiKey, NotAKey};
pub use attendant::Attendant;
pub use conversation::{ReplayOptions, replay};
pub use delegate_client::DelegateClient;
pub use path::Path;
pub use replayed::{Ended, ReplayError, Replayed, TurnEnd};
pub use setup::opening;
