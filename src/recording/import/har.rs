//! HAR 1.2, as browsers and their drivers write it.

use super::encoding::decode_base64;
use super::har_text::bytes_of_text;
use super::interaction::{Asked, Interaction, Sink, check_count, is_of_responses};
use super::messages::{of_event_source, of_web_socket};
use super::node::{Damage, Node};
use crate::recording::model::End;
use crate::wire::{Header, header_value};
use bytes::Bytes;

/// What a failed response is called by Chrome and by Playwright.
const FAILURES: [&str; 2] = ["_error", "_failureText"];

/// What a name holds of a member that may carry a stream.
const OF_STREAMS: [&str; 5] = ["message", "stream", "event", "chunk", "body"];
/// Members whose names hold that, and which are read or carry none.
const KNOWN: [&str; 4] = ["_eventSourceMessages", "_webSocketMessages", "bodySize", "_responseBodySize"];

/// Reads the interactions of a HAR, in order. An entry is one, or several where it is a WebSocket.
pub(super) fn read(har: &Node, sink: Sink<'_>) -> Result<(), Damage> {
    let entries = har.required("log")?.required("entries")?.entries("log.entries")?;
    check_count(entries.len().saturating_sub(1))?;
    for (index, entry) in entries.iter().enumerate() {
        let part = format!("entry {}", index + 1);
        let found = of_entry(entry, &part).map_err(|damage| damage.within(&part, entry.line))?;
        found.into_iter().try_for_each(&mut *sink)?;
    }
    Ok(())
}

fn of_entry(entry: &Node, part: &str) -> Result<Vec<Interaction>, Damage> {
    let request = entry.required("request")?;
    let mut interaction =
        Interaction { part: part.to_owned(), asked: address(request)?, ..Interaction::default() };
    let socket = entry.member("_webSocketMessages");
    if let Some(messages) = socket.filter(|_| interaction.asked.url.as_deref().is_some_and(is_of_responses)) {
        return of_web_socket(&interaction, messages);
    }
    if interaction.asked.elsewhere().is_some() {
        return Ok(vec![interaction]);
    }
    let response = entry.required("response")?;
    interaction.asked.body = asked(request)?;
    interaction.status = response.required("status")?.number("response.status")?;
    interaction.headers = headers_of(response)?;
    interaction.notes = unread(entry).chain(unread(response)).collect();
    Ok(vec![answered(interaction, entry, response)?])
}

fn address(request: &Node) -> Result<Asked, Damage> {
    let text = |name: &str| request.required(name)?.text(name).map(str::to_owned);
    Ok(Asked { method: Some(text("method")?), url: Some(text("url")?), ..Asked::default() })
}

fn asked(request: &Node) -> Result<Option<Bytes>, Damage> {
    let Some(data) = request.member("postData") else { return Ok(None) };
    data.member("text").map(|text| bytes_of(text, data, "request.postData.text")).transpose()
}

/// Adds what was received.
fn answered(mut interaction: Interaction, entry: &Node, response: &Node) -> Result<Interaction, Damage> {
    let failure = FAILURES.iter().find_map(|name| response.text_of(name).or_else(|| entry.text_of(name)));
    let failure = failure.filter(|failure| !failure.is_empty());
    if interaction.status <= 0 {
        interaction.lost =
            Some(format!("no answer was received ({})", failure.unwrap_or("it is not told why")));
        return Ok(interaction);
    }
    if let Some(failure) = failure {
        interaction.end = if failure.to_ascii_uppercase().contains("RESET") { End::Reset } else { End::Eof };
        interaction.notes.push(format!("the recorder says that it failed: {failure}"));
    }
    let content = response.member("content");
    match content.and_then(|content| content.member("text").map(|text| (content, text))) {
        Some((content, text)) => interaction = with_body(interaction, response, content, text)?,
        None => match entry.member("_eventSourceMessages") {
            Some(messages) => {
                interaction.body = of_event_source(messages)?;
                let note =
                    "only the events of its body are stored; their framing and what is no event were lost";
                interaction.notes.push(note.to_owned());
            }
            None => interaction.lost = missing(&interaction, response),
        },
    }
    // What HAR stores is decoded already, save by a few recorders.
    if !is_compressed(&interaction.body) {
        interaction.headers.retain(|(name, _)| name != "content-encoding");
    }
    Ok(interaction)
}

fn with_body(
    mut interaction: Interaction,
    response: &Node,
    content: &Node,
    text: &Node,
) -> Result<Interaction, Damage> {
    let stored = bytes_of(text, content, "response.content.text")?;
    interaction.notes.extend(cut(content, stored.len()));
    let is_text = content.text_of("encoding").unwrap_or_default().is_empty();
    let received = size_of(response, "bodySize");
    let (body, note) =
        if is_text { bytes_of_text(&stored, &interaction.headers, received) } else { (stored, None) };
    interaction.body = body;
    interaction.notes.extend(note);
    Ok(interaction)
}

/// A size that is stored; -1 stands for one that is not known.
fn size_of(holder: &Node, name: &str) -> Option<i64> {
    holder.member(name)?.number(name).ok()
}

fn bytes_of(text: &Node, holder: &Node, what: &str) -> Result<Bytes, Damage> {
    match holder.text_of("encoding").unwrap_or_default() {
        "" => text.bytes(what).cloned(),
        "base64" => {
            decode_base64(text.text(what)?).map_err(|problem| Damage::new(format!("{what} {problem}")))
        }
        other => Err(Damage::new(format!("{what} has the encoding {other:?}: expected base64, or none"))),
    }
}

/// Firefox, and others, keep the beginning of a long body.
fn cut(content: &Node, length: usize) -> Option<String> {
    let size = usize::try_from(size_of(content, "size")?).ok()?;
    (size > length).then(|| format!("its body had {size} bytes, of which {length} are stored"))
}

/// Why there is no body, unless none was sent.
fn missing(interaction: &Interaction, response: &Node) -> Option<String> {
    let content = response.member("content");
    let sizes = [content.and_then(|content| size_of(content, "size")), size_of(response, "bodySize")];
    let sent = sizes.iter().flatten().any(|size| *size > 0)
        || header_value(&interaction.headers, "content-type")
            .is_some_and(|value| value.starts_with("text/event-stream"));
    let why = ["comment", "_file", "_sha1"].iter().find_map(|name| {
        let value = content?.text_of(name)?;
        Some(format!(" ({name}: {value})"))
    });
    let why = why.unwrap_or_default();
    sent.then(|| format!("its body is not in the file{why}; have it recorded with its content"))
}

/// gzip and zstd say what they are.
fn is_compressed(body: &[u8]) -> bool {
    body.starts_with(&[0x1f, 0x8b]) || body.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
}

/// Members that may carry a stream and are not read.
fn unread(node: &Node) -> impl Iterator<Item = String> {
    let names = node.unknown_members(&KNOWN).filter(|name| name.starts_with('_'));
    let streams = names.filter(|name| {
        let name = name.to_ascii_lowercase();
        OF_STREAMS.iter().any(|part| name.contains(part))
    });
    streams.map(|name| format!("it has a member `{name}`, which is not read"))
}

/// Chrome joins the values of a repeated field with line feeds, and names the status `:status`.
fn headers_of(response: &Node) -> Result<Vec<Header>, Damage> {
    let Some(headers) = response.member("headers") else { return Ok(Vec::new()) };
    let mut fields = Vec::new();
    for field in headers.entries("response.headers")? {
        let name = field.required("name")?.text("the name of a header")?.to_ascii_lowercase();
        let value = field.member("value").map_or(Ok(""), |value| value.text("the value of a header"))?;
        if !name.starts_with(':') {
            fields.extend(value.split('\n').map(|value| (name.clone(), value.trim().to_owned())));
        }
    }
    Ok(fields)
}
