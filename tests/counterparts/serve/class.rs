//! What a correct client makes of each request, computed from the recording alone.

use responses_parity::recording::{End, Exchange, Framing, Recording};
use responses_parity::wire::{events_of_body, header_value};
use serde::de::IgnoredAny;
use serde_json::Value;

/// What becomes of a request. Every one belongs to exactly one class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Every event, and a good end.
    Whole,
    /// Accepted with a status that has no body.
    Bodiless,
    /// The events before the connection broke, and then an error of the connection.
    Broken,
    /// The events before the silence, and then nothing until the client leaves.
    Stalled,
    /// An error of the connection, and nothing else: no response head came, or none but redirects.
    Unanswered,
    /// An error with this status.
    Refused(u16),
    /// The events before the sentinel of chat completions, with which both clients end.
    Sentinel,
    /// The events before one that is not JSON, and then an error about that.
    NotJson,
    /// The events before one that carries an `error`, and then that error.
    Announced,
    /// The events before bytes that are not UTF-8, and then an error about those. No correct client does that.
    NotText,
}

/// One request of a client, which may be redirected to further exchanges.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) class: Class,
    /// The JSON of the events, as the recording spells it.
    pub(crate) events: Vec<String>,
    /// Whether the response has no head, or only part of one.
    pub(crate) headless: bool,
}

impl Request {
    fn without_events(class: Class) -> Request {
        Request { class, events: Vec::new(), headless: false }
    }

    /// The same where a client stops after so many events.
    pub(crate) fn cut_short(&self, events: usize, class: Class) -> Request {
        Request { class, events: self.events[..events].to_vec(), headless: self.headless }
    }

    /// The text of the messages that it finishes.
    pub(crate) fn text(&self) -> String {
        let events = self.events.iter().filter_map(|event| serde_json::from_str::<Value>(event).ok());
        let done = events.filter(|event| event["type"] == "response.output_item.done");
        let items = done.map(|event| event["item"].clone()).filter(|item| item["type"] == "message");
        items.map(|item| text_of_parts(&item["content"])).collect()
    }
}

fn text_of_parts(content: &Value) -> String {
    let parts = content.as_array().into_iter().flatten();
    parts.filter_map(|part| part["text"].as_str()).collect()
}

/// The requests that it takes to be asked for every exchange of a recording.
pub(crate) fn requests_of(recording: &Recording) -> Vec<Request> {
    let mut rest = recording.of_one_conversation();
    let mut requests = Vec::new();
    while let Some(first) = rest.first() {
        let (request, taken) = match redirected(first) {
            Redirect::No => (request_of(first), 1),
            Redirect::Elsewhere => (Request::without_events(Class::Unanswered), 1),
            Redirect::Here => follow(rest),
        };
        requests.push(request);
        rest = &rest[taken..];
    }
    if recording.provider.unreachable {
        requests.push(Request::without_events(Class::Unanswered));
    }
    requests
}

enum Redirect {
    No,
    /// To the exchange after it.
    Here,
    /// To an address where nobody listens.
    Elsewhere,
}

fn redirected(exchange: &Exchange) -> Redirect {
    let location = header_value(&exchange.headers, "location");
    match (exchange.status, location) {
        (307 | 308, Some("responses")) => Redirect::Here,
        (307 | 308, Some(_)) => Redirect::Elsewhere,
        _ => Redirect::No,
    }
}

/// The request that begins with a redirect, and how many exchanges it takes. Where every one leads to the next, the
/// last leads to the first again, until the client has enough.
fn follow(exchanges: &[Exchange]) -> (Request, usize) {
    let end = exchanges.iter().position(|exchange| !matches!(redirected(exchange), Redirect::Here));
    match end {
        Some(index) => (request_of(&exchanges[index]), index + 1),
        None => (Request::without_events(Class::Unanswered), exchanges.len()),
    }
}

fn request_of(exchange: &Exchange) -> Request {
    let Exchange { status, delivery, .. } = exchange;
    if delivery.headless || delivery.head_cut.is_some() {
        let stalls = delivery.end == End::Stalled;
        let class = if stalls { Class::Stalled } else { Class::Unanswered };
        return Request { headless: true, ..Request::without_events(class) };
    }
    match status {
        204 => Request::without_events(Class::Bodiless),
        200..300 => read(exchange),
        status => Request::without_events(Class::Refused(*status)),
    }
}

/// Reads the events of a body until the class is known.
fn read(exchange: &Exchange) -> Request {
    // The standard has bytes that are not UTF-8 replaced.
    let body = String::from_utf8_lossy(&exchange.body);
    let mut request = Request::without_events(Class::Whole);
    for data in events_of_body(body.as_bytes()) {
        let data = data.unwrap();
        if let Some(class) = ending(&data) {
            return Request { class, ..request };
        }
        request.events.push(data);
    }
    request.class = match (exchange.delivery.end, exchange.delivery.framing) {
        (End::Stalled, _) => Class::Stalled,
        // Without any framing, an early end looks like any other.
        (End::Complete, _) | (End::Eof, Framing::Close) => Class::Whole,
        (End::Eof | End::Reset, _) => Class::Broken,
    };
    request
}

/// What a stream comes to that has an event with this data, where that ends it for the clients.
fn ending(data: &str) -> Option<Class> {
    if data.starts_with("[DONE]") {
        return Some(Class::Sentinel);
    }
    // To be parsed into nothing, it may be as deep as it likes.
    if serde_json::from_str::<IgnoredAny>(data).is_err() {
        return Some(Class::NotJson);
    }
    carries_error(data).then_some(Class::Announced)
}

/// Whether an event has a member `error` that is neither null, false, zero nor empty.
fn carries_error(data: &str) -> bool {
    let event: Value = serde_json::from_str(data).unwrap_or_default();
    match &event["error"] {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty(),
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::Bool(true) | Value::Array(_) | Value::Object(_) => true,
    }
}
