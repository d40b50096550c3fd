//! What several fuzz targets share.

mod conversation;
mod delivery;
mod json;
mod parts;

pub use conversation::observation;
pub use delivery::{Delivery, pieces};
pub use json::members;
pub use parts::parts;
