//! What several fuzz targets share.

mod delivery;

pub use delivery::Delivery;
