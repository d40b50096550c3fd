//! What wiremock answers with: an exchange, or that there is none.

use super::MountError;
use super::marks::{MADE, MARK, UNRECORDED};
use crate::recording::Exchange;
use crate::wire::{Header, is_connection_field};
use http::{HeaderName, HeaderValue, StatusCode};
use serde_json::{Value, json};
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
    let message = format!("nobody recorded this request: {method} {path}");
    error(StatusCode::INTERNAL_SERVER_ERROR, &message)
}

/// The same for any client: with a status after which none asks again, and the reason.
pub(super) fn refused(reason: &str) -> ResponseTemplate {
    error(StatusCode::NOT_FOUND, reason)
}

/// An answer that no recording holds.
pub(super) fn made(body: &Value) -> ResponseTemplate {
    ResponseTemplate::new(StatusCode::OK)
        .set_body_json(body)
        .append_header(HeaderName::from_static(MARK), HeaderValue::from_static(MADE))
}

fn error(status: StatusCode, message: &str) -> ResponseTemplate {
    let message = format!("responses-parity: {message}");
    let body = json!({ "error": { "message": message, "type": "unrecorded_request" } });
    ResponseTemplate::new(status)
        .set_body_json(body)
        .append_header(HeaderName::from_static(MARK), HeaderValue::from_static(UNRECORDED))
}

/// The answer to what an app-server asks beside the Responses API: there are no models to list, and there is nothing
/// else here.
pub(super) fn aside(method: &str, path: &str) -> ResponseTemplate {
    if method == "GET" && path.ends_with("/models") {
        // The API calls its list `data`, Codex's own backend `models`.
        return ResponseTemplate::new(StatusCode::OK)
            .set_body_json(json!({ "object": "list", "data": [], "models": [] }));
    }
    let message = format!("responses-parity: only the Responses API is replayed here, not {method} {path}");
    let body = json!({ "error": { "message": message, "type": "not_found" } });
    ResponseTemplate::new(StatusCode::NOT_FOUND).set_body_json(body)
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
