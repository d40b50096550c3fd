//! What several fuzz targets share.

mod delivery;
mod json;

pub use delivery::Delivery;
pub use json::members;
