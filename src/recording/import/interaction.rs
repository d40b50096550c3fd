//! One request and its answer as another tool kept them, before it is known whether they belong to the recording.

use super::node::Damage;
use crate::recording::content_coding::decode_content;
use crate::recording::model::{Delivery, End, Exchange, Framing};
use crate::recording::redirects::public_part;
use crate::recording::response_head::{headers_of_response, is_blanked};
use crate::recording::sendable;
use crate::wire::{Header, events_of_body, header_value};
use bytes::Bytes;
use serde::de::IgnoredAny;
use serde_json::Value;

/// How many a file may hold: more than any browser's session has.
const MAX_INTERACTIONS: usize = 10_000;

/// Where interactions go as they are read: one after the other, for all at once may be more than a machine has room for.
pub(super) type Sink<'a> = &'a mut dyn FnMut(Interaction) -> Result<(), Damage>;

/// Whether a file that has so many may have one more.
pub(super) fn check_count(count: usize) -> Result<(), Damage> {
    if count < MAX_INTERACTIONS {
        return Ok(());
    }
    Err(Damage::new(format!(
        "holds more than {MAX_INTERACTIONS} requests; take out those that do not belong here"
    )))
}

/// What a file holds of one request and its answer. Members that the file's format does not have are empty.
#[derive(Debug, Default)]
pub(super) struct Interaction {
    /// What it is called in the file: `interaction 3`.
    pub(super) part: String,
    /// The line where it begins, where lines are known.
    pub(super) line: Option<usize>,
    pub(super) asked: Asked,
    pub(super) status: i64,
    /// The response head as it is stored; names in lower case.
    pub(super) headers: Vec<Header>,
    /// The body as it is stored, still in its content codings.
    pub(super) body: Bytes,
    /// How the response ended, where that is stored.
    pub(super) end: End,
    /// Why there is no answer in it, or none whose bytes are known.
    pub(super) lost: Option<String>,
    /// What was found out on the way and should be known.
    pub(super) notes: Vec<String>,
}

/// What was asked.
#[derive(Debug, Default)]
pub(super) struct Asked {
    pub(super) method: Option<String>,
    /// Empty where the file should tell and does not.
    pub(super) url: Option<String>,
    /// The body as it is stored, still in its content codings.
    pub(super) body: Option<Bytes>,
    /// The content codings of the body.
    pub(super) codings: String,
    /// The body as the file keeps it in a structure of its own, where its bytes are lost.
    pub(super) parsed: Option<Value>,
}

impl Asked {
    /// Where else it went than to `POST …/responses`, if it did: nothing more of it needs to be read.
    pub(super) fn elsewhere(&self) -> Option<String> {
        let url = self.url.as_deref().filter(|url| is_address(url))?;
        let method = self.method.as_deref().unwrap_or("POST");
        let belongs = method.eq_ignore_ascii_case("POST") && is_of_responses(url);
        (!belongs).then(|| format!("{method} {} is not POST …/responses", public_part(url)))
    }
}

/// Whether an interaction belongs to the recording.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Belongs {
    Yes,
    /// It may: the address is blanked or missing, but the answer is a stream of Responses events.
    ByItsAnswer,
    /// No, and this is why.
    No(String),
}

impl Interaction {
    /// How many bytes it holds. An alias may stand for many.
    pub(super) fn size(&self) -> usize {
        let of_fields = self.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        let of_request = self.asked.body.as_ref().map_or(0, Bytes::len);
        let of_url = self.asked.url.as_ref().map_or(0, String::len);
        self.body.len() + of_request + of_fields + of_url
    }

    /// Only what asks for a response does: `POST …/responses`. A format without addresses holds nothing else.
    pub(super) fn belongs(&self) -> Belongs {
        if let Some(elsewhere) = self.asked.elsewhere() {
            return Belongs::No(elsewhere);
        }
        let has_address = self.asked.url.as_deref().is_none_or(is_address);
        match &self.lost {
            Some(lost) => Belongs::No(lost.clone()),
            None if has_address => Belongs::Yes,
            None if streams_responses(&self.body) => Belongs::ByItsAnswer,
            None => {
                Belongs::No("its address is blanked or missing, and it is no stream of a response".to_owned())
            }
        }
    }

    /// The exchange of the recording, and what should be known about it.
    pub(super) fn exchange(self) -> Result<(Exchange, Vec<String>), Damage> {
        let (part, line) = (self.part.clone(), self.line);
        self.make_exchange().map_err(|problem| Damage::at(line, problem).within(&part, line))
    }

    fn make_exchange(self) -> Result<(Exchange, Vec<String>), String> {
        let mut notes = self.notes;
        let codings = fields(&self.headers, "content-encoding").collect::<Vec<_>>().join(",");
        let body = decode_content(self.body, &codings)?;
        let framing = framing(&self.headers);
        let mut headers = headers_of_response(self.headers);
        if header_value(&headers, "content-type").is_none() && looks_like_a_stream(&body) {
            headers.push(("content-type".to_owned(), "text/event-stream".to_owned()));
            notes.push("its content-type is not stored and taken to be text/event-stream".to_owned());
        }
        notes.extend(replaced_characters(&body));
        if looks_like_a_stream(&body) && !streams_responses(&body) {
            notes.push("its body is a stream, but holds no event of the Responses API".to_owned());
        }
        let request = request(self.asked, &mut notes);
        let exchange = Exchange {
            status: sendable::status(self.status)?,
            headers,
            body,
            delivery: Delivery { framing, end: self.end, ..Delivery::default() },
            request,
            may_stay_unasked: false,
        };
        sendable::problem(&exchange)?;
        Ok((exchange, notes))
    }
}

/// The body of a request, where it is JSON. One that cannot be read is no reason to refuse its answer.
fn request(asked: Asked, notes: &mut Vec<String>) -> Option<Bytes> {
    let body = asked.body.filter(|body| !body.is_empty())?;
    let decoded = decode_content(body, &asked.codings).and_then(|body| {
        let checked = serde_json::from_slice::<IgnoredAny>(&body);
        checked.map(|_| body).map_err(|error| format!("it is no JSON: {error}"))
    });
    decoded.map_err(|problem| notes.push(format!("its request is not kept: {problem}"))).ok()
}

/// Whether it is one, and not what a recorder put in its place.
fn is_address(url: &str) -> bool {
    url.contains('/') && !is_blanked(url)
}

/// Whether an address is the one that responses are asked for at.
pub(super) fn is_of_responses(url: &str) -> bool {
    public_part(url).trim_end_matches('/').ends_with("/responses")
}

/// How the length of the body was told, as far as the head says.
fn framing(headers: &[Header]) -> Framing {
    let chunked =
        fields(headers, "transfer-encoding").any(|coding| coding.to_ascii_lowercase().contains("chunked"));
    if chunked { Framing::Chunked } else { Framing::Length }
}

fn fields<'a>(headers: &'a [Header], name: &'a str) -> impl Iterator<Item = &'a str> {
    let named = headers.iter().filter(move |(found, value)| found == name && !is_blanked(value));
    named.map(|(_, value)| value.as_str())
}

fn looks_like_a_stream(body: &[u8]) -> bool {
    events_of_body(body).first().is_some_and(Result::is_ok)
}

fn streams_responses(body: &[u8]) -> bool {
    events_of_body(body).iter().flatten().any(|event| event.contains("\"response."))
}

/// Recorders that store text put U+FFFD in the place of bytes that are none.
fn replaced_characters(body: &[u8]) -> Option<String> {
    let count = std::str::from_utf8(body).ok()?.matches('\u{fffd}').count();
    (count > 0)
        .then(|| format!("its body holds U+FFFD {count} times, which may stand for bytes that were lost"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(method: &str, url: &str) -> Interaction {
        let asked = Asked { method: Some(method.to_owned()), url: Some(url.to_owned()), ..Asked::default() };
        Interaction { asked, ..Interaction::default() }
    }

    #[test]
    fn only_requests_for_a_response_belong() {
        for url in [
            "https://api.openai.com/v1/responses",
            "/openai/responses/?api-version=1",
            "http://h/responses#x",
        ] {
            assert_eq!(asked("post", url).belongs(), Belongs::Yes, "{url}");
        }
        for (method, url) in [
            ("GET", "https://api.openai.com/v1/responses"),
            ("POST", "https://api.openai.com/v1/responses/resp_1/cancel"),
            ("POST", "https://api.openai.com/v1/myresponses"),
            ("POST", "**REDACTED**"),
        ] {
            assert!(matches!(asked(method, url).belongs(), Belongs::No(_)), "{method} {url}");
        }
    }

    #[test]
    fn a_blanked_address_belongs_by_its_answer() {
        let body = Bytes::from_static(b"data: {\"type\":\"response.created\"}\n\n");
        let interaction = Interaction { body, ..asked("POST", "**REDACTED**") };
        assert_eq!(interaction.belongs(), Belongs::ByItsAnswer);
    }

    #[test]
    fn what_may_be_secret_of_an_address_is_not_shown() {
        let Belongs::No(why) = asked("GET", "https://me:word@host:8/models?key=sk-1#x").belongs() else {
            panic!("it belongs")
        };
        assert_eq!(why, "GET https://host:8/models is not POST …/responses");
    }

    #[test]
    fn the_head_tells_the_framing_and_loses_the_connection() {
        let headers = [("transfer-encoding", "Chunked"), ("x-request-id", "r"), ("date", "now")];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let (exchange, notes) =
            Interaction { headers, status: 429, ..Interaction::default() }.exchange().unwrap();
        assert_eq!(exchange.delivery.framing, Framing::Chunked);
        assert_eq!(exchange.headers, [("x-request-id".to_owned(), "r".to_owned())]);
        assert_eq!((exchange.status, notes), (429, Vec::<String>::new()));
    }
}
