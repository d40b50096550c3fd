//! Recordings: what they hold, and how they are read from disk and written to it. Knows nothing of servers.

mod closing;
mod discover;
mod error;
mod files;
mod folder;
mod format;
mod load;
mod model;
mod plain;
mod scripted;
mod scrub;
mod sendable;
mod write;

pub use discover::{Found, discover};
pub use error::LoadError;
pub use files::{MAX_BODY_BYTES, MAX_MANIFEST_BYTES};
pub use load::load;
pub use model::{
    Delivery, End, Exchange, Framing, Interrupt, Piece, Provenance, ProviderSettings, Recording, Retries,
    Turn,
};
pub use scrub::{Place, Removed, Secret, redact, scrub, secrets_in};
pub use write::{Existing, WriteError, write};
