//! `McpProcess` and its conversations, against real child processes: small shell scripts that play the server.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod endings;
mod fake;
mod limits;
mod misbehaviour;
mod routing;
mod spawning;
mod strays;
mod waiting;
