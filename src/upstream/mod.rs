//! A local stand-in for the Responses API, for both paths.
//!
//! Every request of every replay goes to one [wiremock] server, so that what the two paths ask is compared as one
//! server received it. Each replay has its own prefix, and is answered from its own exchanges, in order.

mod answer;
mod marks;
mod mount;
mod received;
mod registry;
mod responder;
mod script;
mod server;

pub use mount::{Mount, MountError, Speed};
pub use received::{Delivered, ReceivedRequest};
pub use server::{StartError, Upstream};
