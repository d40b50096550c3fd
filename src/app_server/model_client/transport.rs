//! The two ways to the Responses API.

use super::delegated::Calls;
use super::direct;
use super::request::HttpRequest;
use super::signal::Exchange;
use std::sync::Arc;

/// Opens requests. Nothing above knows which one it is.
#[derive(Clone, Debug)]
pub(crate) enum Transport {
    /// The server performs the HTTP request.
    Direct(reqwest::Client),
    /// The client does.
    Delegated(Arc<Calls>),
}

impl Transport {
    /// Starts a request.
    pub(super) async fn open(&self, request: HttpRequest) -> Exchange {
        match self {
            Transport::Direct(client) => direct::open(client, request),
            Transport::Delegated(calls) => Calls::open(calls, request).await,
        }
    }

    /// Whether the wait for the first signal has a limit. A delegate may have gone; a connection tells.
    pub(super) fn has_start_timeout(&self) -> bool {
        matches!(self, Transport::Delegated(_))
    }

    /// Whether whoever performs the request brings the credentials.
    pub(super) fn brings_credentials(&self) -> bool {
        matches!(self, Transport::Delegated(_))
    }
}
