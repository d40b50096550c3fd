//! The shaper: a TCP relay between the client and wiremock, which delivers wiremock's answer as it was
//! recorded.
//!
//! Wiremock chooses the answer and supplies its bytes; the shaper decides only how they travel: in which
//! pieces, when, in which framing, and how the connection ends. A response that ends well leaves its
//! connection open for the next request, as wiremock and the real API do, unless its framing or the client
//! says otherwise.

mod connection;
mod delivery;
mod framing;
mod http;
mod listener;
mod plan;
mod relay;
mod request;
mod reset;
#[cfg(target_os = "linux")]
mod sock_diag;

pub(super) use listener::Shaper;
#[cfg(feature = "record")]
pub(crate) use reset::drained;
