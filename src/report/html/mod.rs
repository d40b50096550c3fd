//! A run as one HTML file that needs nothing else.

mod data;
mod document;

pub use document::html;
