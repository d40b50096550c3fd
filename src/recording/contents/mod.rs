//! What a recording holds, for whoever wants to look into one.

mod exchange;
mod items;
mod outcome;
mod timing;
mod whole;

pub use exchange::{BodyContents, ExchangeContents, StreamContents, TypeCount};
pub use items::{CallContents, ItemContents};
pub use outcome::{ErrorClass, Outcome};
pub use timing::Timing;
pub(super) use timing::milliseconds;
pub use whole::Contents;
