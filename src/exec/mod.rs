//! One turn by hand: a prompt goes through an app-server, and the model's text comes back as it streams.
//!
//! What answers is a text made into a stream, a recording, or a real API. On the delegated path the harness performs the
//! call, so that the key of a real API never reaches the app-server.

mod answer;
mod outcome;
mod redactor;
mod run;
mod stub;
mod text;

pub use answer::Answer;
pub use outcome::{ExecError, Outcome, Shown};
pub use redactor::Redactor;
pub use run::{ExecOptions, exec};
pub use stub::stream_of;
