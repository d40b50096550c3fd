//! A local stand-in for the Responses API, for both paths.
//!
//! Every request of every replay goes to [wiremock], so that what the two paths ask is compared as one kind
//! of server received it. Each replay has its own prefix, and is answered from its own exchanges, in order.
//!
//! Wiremock sends a whole body at once, with its length. Where a recording has a shape beyond that (pieces,
//! waits, another framing, an end that is not a good one), a shaper stands between the client and wiremock
//! and delivers wiremock's bytes in that shape. Elsewhere there is none in the way.

mod answer;
mod backend;
mod backends;
mod endpoint;
mod gate;
mod marks;
mod mount;
mod received;
mod registry;
mod responder;
mod script;
mod server;
mod shaper;
mod speed;

pub use endpoint::{Answered, Endpoint, EndpointError, EndpointOptions, ExchangeName, News};
pub use gate::{Gate, HoldError};
pub use mount::{Mount, MountError};
pub use received::{Delivered, ReceivedRequest};
pub use registry::StrayRequests;
pub(crate) use server::NOBODY_LISTENS;
pub use server::{StartError, Upstream};
#[cfg(feature = "record")]
pub(crate) use shaper::drained;
pub use speed::Speed;
