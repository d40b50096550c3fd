//! Recordings: what they hold, and how they are read from disk. Knows nothing of servers.

mod model;

pub use model::{Delivery, End, Exchange, Framing, Piece, Provenance, ProviderSettings, Recording, Turn};
