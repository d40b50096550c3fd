//! What other tools recorded becomes a recording, byte for byte, or is refused by name.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod cassettes;
mod cli;
mod curl;
mod damage;
mod har;
mod lines;
mod support;
