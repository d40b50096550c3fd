//! The same upstream for anybody: on a port of one's choice, under names that can be typed.
//!
//! A replay has a prefix of its own, and its exchanges once. An [`Endpoint`] has a place for every recording, and one
//! for all of them; a place starts over after its last exchange, and a client that names its conversation has a place
//! to itself.

mod address;
mod models;
mod news;
mod place;
mod places;
mod server;

pub use news::{Answered, ExchangeName, News};
pub(super) use places::Places;
pub use server::{Endpoint, EndpointError, EndpointOptions};
