//! Recording: the proxy as its clients see it, what is kept of what goes through it, and the command.

// Clippy knows tests, but not what they call.
#![allow(clippy::unwrap_used)]

mod clients;
mod coded;
mod command;
mod ends;
mod exact;
mod killed;
mod messages;
mod process;
mod support;
mod tls;
