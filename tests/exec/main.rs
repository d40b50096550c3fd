//! `exec` as a person runs it: the real program, a real app-server, real HTTP.

// Clippy knows tests, but not what they call.
#![allow(clippy::unwrap_used)]

mod api;
mod process;
mod servers;
mod text;
mod tls;
