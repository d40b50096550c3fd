//! What the benches share: a stream as real ones are, and the mapping that the direct and the delegated one are measured
//! against.

#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

mod counted;
mod original;
mod stream;

pub use counted::counted;
pub use original::{event_of_text, event_of_value};
pub use stream::{Stream, pieces};
