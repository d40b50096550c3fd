//! Looking at recordings without an app-server: what they hold, what they reach, and what is wrong with them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod cli;
mod contents;
mod coverage;
mod lint;
mod schema;
