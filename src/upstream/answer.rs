//! What wiremock answers with: an exchange, or that there is none.

use super::MountError;
use super::marks::{MARK, UNRECORDED};
use crate::recording::Exchange;
use crate::wire::{Header, is_connection_field};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::json;
use wiremock::ResponseTemplate;

/// The answer as it was recorded. No `content-type` is added: a body set as bytes gets none.
pub(super) fn recorded(exchange: &Exchange) -> Result<ResponseTemplate, MountError> {
    let status = final_status(exchange.status)?;
    let mut template = ResponseTemplate::new(status).set_body_bytes(exchange.body.as_ref());
    // These follow from the delivery, never from the recorded head.
    for header in exchange.headers.iter().filter(|(name, _)| !is_connection_field(name)) {
        let (name, value) = field(header)?;
        template = template.append_header(name, value);
    }
    Ok(template)
}

/// The answer to a request that no exchange is for. It takes the shape of an API error, so that its words
/// reach whoever looks at what the app-server made of it.
pub(super) fn unrecorded(method: &str, path: &str) -> ResponseTemplate {
    let message = format!("responses-parity: nobody recorded this request: {method} {path}");
    let body = json!({ "error": { "message": message, "type": "unrecorded_request" } });
    ResponseTemplate::new(StatusCode::INTERNAL_SERVER_ERROR)
        .set_body_json(body)
        .append_header(HeaderName::from_static(MARK), HeaderValue::from_static(UNRECORDED))
}

/// A status below 200 ends no response, and one beyond 999 is none.
fn final_status(status: u16) -> Result<StatusCode, MountError> {
    StatusCode::from_u16(status)
        .ok()
        .filter(|status| !status.is_informational())
        .ok_or(MountError::Status { status })
}

/// Values are bytes on the wire, and any UTF-8 without control characters may stand there.
fn field((name, value): &Header) -> Result<(HeaderName, HeaderValue), MountError> {
    let parsed =
        HeaderName::from_bytes(name.as_bytes()).ok().zip(HeaderValue::from_bytes(value.as_bytes()).ok());
    parsed.ok_or_else(|| MountError::Header { name: name.clone() })
}
