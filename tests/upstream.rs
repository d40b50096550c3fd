//! The upstream as its clients see it: with reqwest, and with bare sockets where bytes matter.

// Clippy knows tests, but not what they call.
#![allow(clippy::unwrap_used)]

#[path = "upstream/ends.rs"]
mod ends;
#[path = "upstream/gates.rs"]
mod gates;
#[path = "upstream/many.rs"]
mod many;
#[path = "upstream/plain.rs"]
mod plain;
#[path = "upstream/shapes.rs"]
mod shapes;
#[path = "upstream/support.rs"]
mod support;
