//! One exchange.

use super::items::{ItemContents, items_of};
use super::outcome::{Outcome, outcome_of};
use super::timing::Timing;
use crate::recording::closing::is_closing_exchange;
use crate::recording::events::{RecordedEvent, events_of};
use crate::recording::model::{End, Exchange, Framing};
use crate::wire::{Header, ResponseStream, TokenUsage, is_success};
use serde::Serialize;
use std::collections::BTreeMap;

/// One upstream request's answer.
#[derive(Clone, Debug, Serialize)]
pub struct ExchangeContents {
    /// Counted from 1.
    pub number: usize,
    /// Whether it was added when the recording was loaded.
    pub added: bool,
    /// Whether nobody needs to ask for it.
    pub may_stay_unasked: bool,
    /// The HTTP status.
    pub status: u16,
    /// The response head.
    pub headers: Vec<Header>,
    /// How the body's length is told.
    pub framing: Framing,
    /// How the response ends.
    pub end: End,
    /// Whether the connection ends before any byte of the head.
    pub headless: bool,
    /// After how many bytes of the head the connection ends, where it ends within.
    pub head_cut: Option<usize>,
    /// How many bytes the body has.
    pub bytes: usize,
    /// In how many pieces it arrived; 0 where nobody noted them.
    pub pieces: usize,
    /// When they arrived.
    pub timing: Option<Timing>,
    /// How many bytes the request's body has, where it was kept.
    pub request_bytes: Option<usize>,
    /// What the body is.
    pub body: BodyContents,
    /// What the answer comes to.
    pub outcome: Outcome,
}

/// What a body is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyContents {
    /// A stream of events: whatever comes with a 2xx.
    Stream(StreamContents),
    /// Text, mostly of an error; what is not UTF-8 in it replaced.
    Text(String),
}

/// A stream of events.
#[derive(Clone, Debug, Serialize)]
pub struct StreamContents {
    /// How many events.
    pub events: usize,
    /// How many of which type, in the order of their first appearance.
    pub types: Vec<TypeCount>,
    /// The output, in the order in which its items began.
    pub items: Vec<ItemContents>,
    /// What it cost, where `response.completed` says so.
    pub usage: Option<TokenUsage>,
    /// Why it cannot be read to its end, where it cannot.
    pub fault: Option<String>,
    /// How many bytes follow the last event and are none, comments included.
    pub rest: usize,
}

/// How many events of a type there are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypeCount {
    /// The type, or what there is instead of one.
    pub name: String,
    /// How many.
    pub count: usize,
}

impl ExchangeContents {
    pub(super) fn of(exchange: &Exchange, number: usize, interrupted: bool) -> ExchangeContents {
        let delivery = &exchange.delivery;
        let events = events_of(exchange);
        ExchangeContents {
            number,
            added: is_closing_exchange(exchange),
            may_stay_unasked: exchange.may_stay_unasked,
            status: exchange.status,
            headers: exchange.headers.clone(),
            framing: delivery.framing,
            end: delivery.end,
            headless: delivery.headless,
            head_cut: delivery.head_cut,
            bytes: exchange.body.len(),
            pieces: delivery.pieces.len(),
            timing: Timing::of(delivery),
            request_bytes: exchange.request.as_ref().map(|request| request.len()),
            body: BodyContents::of(exchange, &events),
            outcome: outcome_of(exchange, &events, interrupted),
        }
    }

    /// How many events it has.
    pub fn events(&self) -> usize {
        self.stream().map_or(0, |stream| stream.events)
    }

    /// Its stream, where it is one.
    pub fn stream(&self) -> Option<&StreamContents> {
        match &self.body {
            BodyContents::Stream(stream) => Some(stream),
            BodyContents::Text(_) => None,
        }
    }
}

impl BodyContents {
    fn of(exchange: &Exchange, events: &[RecordedEvent]) -> BodyContents {
        if !is_success(exchange.status) {
            return BodyContents::Text(String::from_utf8_lossy(&exchange.body).into_owned());
        }
        let read = events.iter().filter(|event| event.data.is_ok()).count();
        let fault = events.iter().find_map(|event| event.data.as_ref().err());
        BodyContents::Stream(StreamContents {
            events: read,
            types: types_of(events),
            items: items_of(events),
            usage: usage_of(events),
            fault: fault.map(|fault| fault.message.clone()),
            rest: exchange.body.len() - events.last().map_or(0, |event| event.bytes.end),
        })
    }
}

fn types_of(events: &[RecordedEvent]) -> Vec<TypeCount> {
    let mut types = Vec::<TypeCount>::new();
    let mut places = BTreeMap::<&str, usize>::new();
    for event in events {
        let name = event.kind.name();
        let place = *places.entry(name).or_insert(types.len());
        match types.get_mut(place) {
            Some(known) => known.count += 1,
            None => types.push(TypeCount { name: name.to_owned(), count: 1 }),
        }
    }
    types
}

fn usage_of(events: &[RecordedEvent]) -> Option<TokenUsage> {
    let mut stream = ResponseStream::new();
    for data in events.iter().filter_map(|event| event.data.as_ref().ok()) {
        stream.event(data);
    }
    stream.end().ok()?.token_usage
}
