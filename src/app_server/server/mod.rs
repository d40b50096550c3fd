//! The protocol: lines in, requests and notifications to whom they are for.

mod dispatch;
mod handlers;
mod request_error;
mod serve;

pub use serve::serve;
