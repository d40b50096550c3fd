//! What a person and a machine see of a check.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod files;
mod machines;
mod partition;
mod program;
mod screen;
