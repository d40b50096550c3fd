//! What `curl -i` prints: a status line, the head, and the body as curl has taken it out of its transfer coding; several
//! of these in a row where curl was told to go on, or followed a redirect.

use super::interaction::{Interaction, Sink, check_count};
use super::node::Damage;
use crate::recording::model::End;
use crate::wire::{Header, header_value};
use bytes::Bytes;

/// How many header fields a head may have.
const MAX_FIELDS: usize = 256;

/// Whether a text begins as curl's does.
pub(super) fn is_curl(text: &[u8]) -> bool {
    status_of(text).is_some()
}

/// Reads the answers, in order. Those that only announce another one come with the reason why they are none.
pub(super) fn read(text: &Bytes, sink: Sink<'_>) -> Result<(), Damage> {
    let mut interactions: Vec<Interaction> = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let part = format!("response {}", interactions.len() + 1);
        check_count(interactions.len())?;
        let head = Head::parse(&text[at..])
            .map_err(|problem| Damage::at(Some(line), format!("{part}: {problem}")))?;
        let start = at + head.length;
        let end = start + body_length(&text[start..], &head);
        interactions.push(answer(part, line, head, text.slice(start..end)));
        line += text[at..end].iter().filter(|byte| **byte == b'\n').count();
        at = end;
    }
    mark_followed(&mut interactions);
    interactions.into_iter().try_for_each(sink)
}

struct Head {
    status: i64,
    fields: Vec<Header>,
    /// With the blank line at its end.
    length: usize,
}

impl Head {
    fn parse(text: &[u8]) -> Result<Head, String> {
        let status = status_of(text).ok_or("expected a status line, such as `HTTP/1.1 200 OK`")?;
        let after_status = text.iter().position(|byte| *byte == b'\n').map_or(text.len(), |end| end + 1);
        let mut fields = [httparse::EMPTY_HEADER; MAX_FIELDS];
        let (length, fields) = match httparse::parse_headers(&text[after_status..], &mut fields) {
            Ok(httparse::Status::Complete(parsed)) => parsed,
            Ok(httparse::Status::Partial) => return Err("its head does not end in a blank line".to_owned()),
            Err(error) => return Err(format!("its head cannot be read: {error}")),
        };
        let fields = fields.iter().map(|field| {
            let value = String::from_utf8_lossy(field.value);
            (field.name.to_ascii_lowercase(), value.trim().to_owned())
        });
        Ok(Head { status, fields: fields.collect(), length: after_status + length })
    }

    fn content_length(&self) -> Option<usize> {
        header_value(&self.fields, "content-length")?.parse().ok()
    }
}

/// The status of the status line that the text begins with: `HTTP/1.1 200 OK`, `HTTP/2 200`.
fn status_of(text: &[u8]) -> Option<i64> {
    let line = text.split(|byte| *byte == b'\n').next()?;
    let (version, rest) = std::str::from_utf8(line).ok()?.trim_end().split_once(' ')?;
    let known = ["HTTP/1.0", "HTTP/1.1", "HTTP/2", "HTTP/2.0", "HTTP/3", "HTTP/3.0"].contains(&version);
    let status = rest.split(' ').next()?;
    (known && status.len() == 3).then(|| status.parse().ok())?
}

/// How long the body is: as long as the head says, where another head or nothing follows it there; else up to the next
/// head, for curl shows no body of a redirect that it follows, and a coded body is shorter or longer than it was.
fn body_length(rest: &[u8], head: &Head) -> usize {
    let said = head.content_length().filter(|length| *length <= rest.len());
    if let Some(length) = said.filter(|length| *length == rest.len() || is_head(&rest[*length..])) {
        return length;
    }
    let line_starts = std::iter::once(0)
        .chain(rest.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1));
    let mut heads = line_starts.filter(|at| rest[*at..].starts_with(b"HTTP/") && is_head(&rest[*at..]));
    heads.next().unwrap_or(rest.len())
}

fn is_head(text: &[u8]) -> bool {
    Head::parse(text).is_ok()
}

fn answer(part: String, line: usize, head: Head, body: Bytes) -> Interaction {
    let mut interaction =
        Interaction { part, line: Some(line), status: head.status, body, ..Interaction::default() };
    let is_coded = head.fields.iter().any(|(name, _)| name == "content-encoding");
    if let Some(said) = head.content_length().filter(|said| !is_coded && *said > interaction.body.len()) {
        interaction.end = End::Eof;
        let note =
            format!("its head says {said} bytes, but {} came; so it ends early", interaction.body.len());
        interaction.notes.push(note);
    }
    interaction.headers = head.fields;
    interaction
}

/// Answers that curl showed on the way to another one.
fn mark_followed(interactions: &mut [Interaction]) {
    let last = interactions.len().saturating_sub(1);
    for (index, interaction) in interactions.iter_mut().enumerate() {
        let status = interaction.status;
        let redirects =
            (300..400).contains(&status) && header_value(&interaction.headers, "location").is_some();
        if (100..200).contains(&status) {
            interaction.lost = Some(format!("{status} only announces the answer"));
        } else if redirects && index < last {
            interaction.lost = Some(format!("{status} is a redirect that curl followed"));
        }
    }
}
