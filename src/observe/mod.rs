//! What a replay shows, by channel, with everything normalised that differs from run to run.
//!
//! Pure: no I/O, and no word of which path the replay took. An observer that knew could hide a difference.

mod clock;
mod extract;
mod json_text;
mod normalize;
mod observation;
mod secrets;
mod traffic;
mod transcriber;

pub use extract::observe;
pub(crate) use extract::observe_and_release;
pub use json_text::JsonText;
pub use observation::{Channel, Observation, Observed};
pub use secrets::without_secrets;
pub use traffic::traffic;
