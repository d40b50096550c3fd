//! What a server's messages mean, whichever dialect it speaks.
//!
//! The only place that knows both vocabularies. Everything above asks for meanings.

mod meaning;
mod messages;
mod v1;
mod v2;

pub use meaning::{Dialect, Meaning, TurnEnding, value_at};
pub use messages::Sender;
