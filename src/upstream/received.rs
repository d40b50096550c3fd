//! What the upstream was asked.

use super::marks::{DELEGATE, SHAPED};
use crate::wire::{Header, header_text};
use bytes::Bytes;
use http::HeaderMap;
use std::time::Duration;

/// One request, as it arrived.
#[derive(Clone, Debug)]
pub struct ReceivedRequest {
    /// `POST`, `GET`, …
    pub method: String,
    /// The path without the replay's prefix: `/v1/responses`.
    pub path: String,
    /// What stood after the `?`.
    pub query: Option<String>,
    /// The header fields, in order, names in lower case, each value of a repeated field on its own. A value
    /// that is not UTF-8 is read as Latin-1, so that no byte of it is lost.
    pub headers: Vec<Header>,
    /// The body, without transfer coding.
    pub body: Bytes,
    /// When it arrived, counted from the mount.
    pub at: Duration,
    /// Which exchange answered it, from 0. `None`: nobody recorded this request.
    pub answered_by: Option<usize>,
    /// Whether it came from the harness's delegate client, and not from the app-server itself.
    pub delegated: bool,
    /// How the delivery of the answer ended. `None` while it goes on, and where no shaper delivers it.
    pub delivered: Option<Delivered>,
}

/// How far the delivery of an exchange got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// How many bytes of the body were handed to the network; framing is not counted. The client may have
    /// read fewer.
    pub body_bytes: usize,
    /// Whether the client closed the connection before the response had ended.
    pub closed_by_client: bool,
}

impl ReceivedRequest {
    /// `secret` is what the replay's delegate client says of itself.
    pub(super) fn new(
        request: &wiremock::Request,
        path: &str,
        at: Duration,
        secret: Option<&str>,
    ) -> ReceivedRequest {
        let said = request.headers.get(DELEGATE).and_then(|value| value.to_str().ok());
        ReceivedRequest {
            method: request.method.to_string(),
            path: path.to_owned(),
            query: request.url.query().map(str::to_owned),
            headers: headers(&request.headers),
            body: Bytes::copy_from_slice(&request.body),
            at,
            answered_by: None,
            delegated: secret.is_some() && said == secret,
            delivered: None,
        }
    }
}

/// The fields the client sent, without those by which the shaper and the delegate client make themselves known.
fn headers(map: &HeaderMap) -> Vec<Header> {
    map.iter()
        .filter(|(name, _)| ![SHAPED, DELEGATE].contains(&name.as_str()))
        .map(|(name, value)| (name.as_str().to_owned(), header_text(value.as_bytes())))
        .collect()
}
