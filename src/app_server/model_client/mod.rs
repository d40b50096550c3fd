//! The model client: one request to the Responses API, from its retries to its last event.
//!
//! A transport only opens a request and reports [`Signal`](signal::Signal)s. Everything that has to be decided is
//! decided above, once for both transports.

mod backoff;
mod call_answer;
mod client;
mod delegated;
mod direct;
mod event_stream;
mod http_client;
mod request;
mod signal;
mod transport;

pub(super) use backoff::backoff;
pub(super) use client::ModelClient;
pub(super) use delegated::Calls;
pub(super) use http_client::HttpClients;
pub(super) use request::{Caller, Prompt};
pub(super) use transport::Transport;
