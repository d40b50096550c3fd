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
    let asked = address(request)?;
    let mut interaction =
        Interaction { part: part.to_owned(), line: node.line, asked, ..Interaction::default() };
    if interaction.asked.elsewhere().is_none() {
        add_request(&mut interaction, request)?;
        add_response(&mut interaction, response)?;
    }
    Ok(interaction)
}

fn address(request: &Node) -> Result<Asked, Damage> {
    let text = |name: &str| request.member(name).map(|node| node.text(name).map(str::to_owned)).transpose();
    let url = text("uri")?.or(text("url")?);
    Ok(Asked { method: text("method")?, url: Some(url.unwrap_or_default()), ..Asked::default() })
}

fn add_request(interaction: &mut Interaction, request: &Node) -> Result<(), Damage> {
    let body = request.member("body");
    let parsed = request.member("parsed_body").filter(|_| body.is_none());
    // Python may have kept a stream as an object of its own.
    let lost = match body {
        Some(Node { kind: Kind::Foreign(tag), .. }) => Some(format!("it has the tag {tag}")),
        _ => parsed.map(|_| "only `parsed_body` is stored of it".to_owned()),
    };
    match &lost {
        Some(lost) => interaction.notes.push(format!("its request is not kept: {lost}")),
        None => interaction.asked.body = body.map(|body| body_of(body, "request.body")).transpose()?,
    }
    interaction.asked.parsed = parsed.and_then(|parsed| parsed.value(&mut { MAX_PARSED }));
    let codings = headers_of(request)?.into_iter().filter(|(name, _)| name == "content-encoding");
    interaction.asked.codings = codings.map(|(_, value)| value).collect::<Vec<_>>().join(",");
    Ok(())
}

fn add_response(interaction: &mut Interaction, response: &Node) -> Result<(), Damage> {
    let unread: Vec<_> = response.unknown_members(&OF_A_RESPONSE).take(NAMED).collect();
    match response.member("body").or_else(|| response.member("content")) {
        Some(body) => interaction.body = body_of(body, "response.body")?,
        None => {
            let lost = |member| format!("its body is not stored as it was received, but as `{member}`");
            interaction.lost = unread.first().map(lost);
        }
    }
    let notes = unread.iter().map(|name| format!("its response has a member `{name}`, which is not read"));
    interaction.notes.extend(notes);
    interaction.status = status_of(response)?;
    interaction.headers = headers_of(response)?;
    Ok(())
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
