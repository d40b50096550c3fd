//! Cassettes: what VCR, vcrpy, betamax and go-vcr write, as YAML or JSON.
//!
//! All of them keep a list of interactions with a request and a response. They differ in names (`uri` or `url`,
//! `status.code` or `status_code` or `code`), in whether a header has one value or a list, and in how a body is kept.

use super::encoding::decode_base64;
use super::interaction::{Asked, Interaction, Sink, check_count};
use super::node::{Damage, Kind, Node};
use crate::wire::Header;
use bytes::Bytes;

/// The member that holds the interactions, of which a cassette has one.
pub(super) const LISTS: [&str; 2] = ["interactions", "http_interactions"];

/// What a response may hold beside its body, status and headers, none of it from the stream.
const OF_A_RESPONSE: [&str; 22] = [
    "adapter_metadata",
    "body",
    "code",
    "content",
    "content_length",
    "contentlength",
    "duration",
    "headers",
    "http_version",
    "id",
    "proto",
    "proto_major",
    "proto_minor",
    "protocol",
    "recorded_at",
    "status",
    "status_code",
    "trailer",
    "transfer_encoding",
    "transferencoding",
    "uncompressed",
    "url",
];

/// What a body may hold.
const OF_A_BODY: [&str; 3] = ["base64_string", "encoding", "string"];

/// How many header fields a message may have. The limit of what is relayed is lower.
const MAX_FIELDS: usize = 1000;
/// How many bytes of a request that is stored in a structure of its own are looked at.
const MAX_PARSED: usize = 1 << 20;
/// How many members that are not read are named.
const NAMED: usize = 8;

/// Reads a cassette's interactions, in order.
pub(super) fn read(cassette: &Node, sink: Sink<'_>) -> Result<(), Damage> {
    let (name, list) =
        LISTS.iter().find_map(|name| Some((*name, cassette.member(name)?))).ok_or_else(|| {
            let expected = LISTS.map(|name| format!("`{name}`")).join(" or ");
            Damage::at(cassette.line, format!("is no cassette: expected {expected}"))
        })?;
    let list = list.entries(name)?;
    check_count(list.len().saturating_sub(1))?;
    for (index, node) in list.iter().enumerate() {
        let part = format!("interaction {}", index + 1);
        sink(interaction(node, &part).map_err(|damage| damage.within(&part, node.line))?)?;
    }
    Ok(())
}

fn interaction(node: &Node, part: &str) -> Result<Interaction, Damage> {
    let (request, response) = (node.required("request")?, node.required("response")?);
    let mut notes = Vec::new();
    let asked = asked(request, &mut notes)?;
    let body = response.member("body").or_else(|| response.member("content"));
    let (body, lost) = match body {
        Some(body) => (body_of(body, "response.body")?, None),
        None => (Bytes::new(), response.unknown_members(&OF_A_RESPONSE).next()),
    };
    let unknown = response.unknown_members(&OF_A_RESPONSE).take(NAMED);
    notes.extend(unknown.map(|name| format!("its response has a member `{name}`, which is not read")));
    Ok(Interaction {
        part: part.to_owned(),
        line: node.line,
        asked,
        status: status_of(response)?,
        headers: headers_of(response)?,
        body,
        lost: lost.map(|member| format!("its body is not stored as it was received, but as `{member}`")),
        notes,
        ..Interaction::default()
    })
}

fn asked(request: &Node, notes: &mut Vec<String>) -> Result<Asked, Damage> {
    let url = request.member("uri").or_else(|| request.member("url"));
    let url = url.map(|url| url.text("request.uri").map(str::to_owned)).transpose()?;
    let method = request
        .member("method")
        .map(|method| method.text("request.method").map(str::to_owned))
        .transpose()?;
    let body = match request.member("body") {
        // A stream that Python kept as an object of its own.
        Some(Node { kind: Kind::Foreign(tag), .. }) => {
            notes.push(format!("its request is not kept: it has the tag {tag}"));
            None
        }
        Some(body) => Some(body_of(body, "request.body")?),
        None => None,
    };
    let parsed = request.member("parsed_body").filter(|_| body.is_none());
    if parsed.is_some() {
        notes.push("its request is not kept: only `parsed_body` is stored of it".to_owned());
    }
    let parsed = parsed.and_then(|parsed| parsed.value(&mut MAX_PARSED.clone()));
    let codings = headers_of(request)?.into_iter().filter(|(name, _)| name == "content-encoding");
    let codings = codings.map(|(_, value)| value).collect::<Vec<_>>().join(",");
    Ok(Asked { method, url, body, codings, parsed })
}

/// Text, or a map with the text or its base64.
fn body_of(body: &Node, what: &str) -> Result<Bytes, Damage> {
    if !matches!(body.kind, Kind::Map(_)) {
        return body.bytes(what).cloned();
    }
    if let Some(unknown) = body.unknown_members(&OF_A_BODY).next() {
        return Err(Damage::at(body.line, format!("{what} has a member `{unknown}`, which is not read")));
    }
    match (body.member("string"), body.member("base64_string")) {
        (Some(_), Some(_)) => {
            Err(Damage::at(body.line, format!("{what} has both `string` and `base64_string`; which is it?")))
        }
        (Some(string), None) => string.bytes(what).cloned(),
        (None, Some(base64)) => decode_base64(base64.text(what)?)
            .map_err(|problem| Damage::at(base64.line, format!("{what} {problem}"))),
        (None, None) => Ok(Bytes::new()),
    }
}

/// `status: {code: 200}`, `status_code: 200`, or `status: 200 OK` beside `code: 200`.
fn status_of(response: &Node) -> Result<i64, Damage> {
    let code = response.member("status").and_then(|status| status.member("code"));
    let code = code.or_else(|| response.member("code")).or_else(|| response.member("status_code"));
    match code {
        Some(code) => code.number("the status of the response"),
        None => response.required("status")?.number("the status of the response"),
    }
}

/// Each header has a value, or a list of them.
fn headers_of(message: &Node) -> Result<Vec<Header>, Damage> {
    let Some(headers) = message.member("headers") else { return Ok(Vec::new()) };
    let mut fields = Vec::new();
    for (name, values) in headers.members("headers")? {
        let what = || format!("the value of the header {name:?}");
        let one = std::slice::from_ref(values);
        let values = if let Kind::List(values) = &values.kind { values.as_slice() } else { one };
        for value in values.iter().filter(|value| !matches!(value.kind, Kind::Null)) {
            if fields.len() == MAX_FIELDS {
                return Err(Damage::at(headers.line, format!("headers has more than {MAX_FIELDS} fields")));
            }
            fields.push((name.to_ascii_lowercase(), value.text(&what())?.trim().to_owned()));
        }
    }
    Ok(fields)
}
