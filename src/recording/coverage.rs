//! Which of what there is some recordings reach.

use super::contents::{Contents, ErrorClass, ExchangeContents, Outcome};
use super::events::events_of;
use super::model::{End, Exchange, Framing, Recording};
use crate::wire::event_schema::{EVENT_TYPES, ITEM_TYPES};
use crate::wire::{ResponseEvent, ResponseStream, is_success};
use serde::Serialize;

/// Which things of a kind some recordings reach.
#[derive(Clone, Debug, Serialize)]
pub struct Coverage {
    /// The kind, in the plural.
    pub kind: String,
    /// Every thing that there is, and every other that was met.
    pub things: Vec<Reached>,
}

/// A thing, and who reaches it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reached {
    /// The thing.
    pub name: String,
    /// Whether it is one of those that there are; others were met without anybody knowing of them.
    pub known: bool,
    /// The recordings, by name.
    pub recordings: Vec<String>,
}

impl Coverage {
    /// Nothing reached yet of the things that there are.
    pub fn new(kind: &str, known: impl IntoIterator<Item = impl Into<String>>) -> Coverage {
        let things =
            known.into_iter().map(|name| Reached { name: name.into(), known: true, recordings: Vec::new() });
        Coverage { kind: kind.to_owned(), things: things.collect() }
    }

    /// A recording reaches something.
    pub fn reach(&mut self, name: &str, recording: &str) {
        let place = match self.things.iter().position(|thing| thing.name == name) {
            Some(place) => place,
            None => {
                let (name, known) = (name.to_owned(), false);
                self.things.push(Reached { name, known, recordings: Vec::new() });
                self.things.len() - 1
            }
        };
        let recordings = &mut self.things[place].recordings;
        if recordings.last().is_none_or(|last| last != recording) {
            recordings.push(recording.to_owned());
        }
    }

    /// What there is and no recording reaches.
    pub fn missing(&self) -> impl Iterator<Item = &Reached> {
        self.things.iter().filter(|thing| thing.recordings.is_empty())
    }
}

/// What is reached by looking at recordings alone: types of events and items, `ResponseEvent`s, classes of errors and
/// statuses, framings and endings.
///
/// ```
/// use responses_parity::recording::{Recording, coverage};
///
/// let covered = coverage(&[Recording::probe()]);
/// assert_eq!(covered[0].kind, "event types");
/// assert!(covered[0].missing().any(|thing| thing.name == "response.failed"));
/// ```
pub fn coverage(recordings: &[Recording]) -> Vec<Coverage> {
    let mut kinds = Kinds::new();
    for recording in recordings {
        kinds.recording(recording);
    }
    kinds.into_coverage()
}

struct Kinds {
    events: Coverage,
    items: Coverage,
    response_events: Coverage,
    errors: Coverage,
    statuses: Coverage,
    framings: Coverage,
    endings: Coverage,
}

impl Kinds {
    fn new() -> Kinds {
        let framings = [Framing::Length, Framing::Chunked, Framing::Close];
        let ends = [End::Complete, End::Eof, End::Reset, End::Stalled];
        let places = [IN_THE_BODY, WITHIN_THE_HEAD, BEFORE_THE_HEAD];
        let endings = ends.iter().flat_map(|end| places.map(|place| format!("{}{place}", end.name())));
        // A response that is complete has its head.
        let endings =
            endings.filter(|ending| !ending.starts_with("complete ") || ending.ends_with(IN_THE_BODY));
        Kinds {
            events: Coverage::new("event types", EVENT_TYPES.iter().map(|event| event.name)),
            items: Coverage::new("item types", ITEM_TYPES.iter().map(|item| item.name)),
            response_events: Coverage::new("ResponseEvents", ResponseEvent::KINDS),
            errors: Coverage::new("error classes", ErrorClass::ALL.map(ErrorClass::name)),
            statuses: Coverage::new("status classes", ["2xx", "3xx", "4xx", "5xx"]),
            framings: Coverage::new("framings", framings.map(Framing::name)),
            endings: Coverage::new("endings", endings.chain([NOBODY_LISTENS.to_owned()])),
        }
    }

    fn recording(&mut self, recording: &Recording) {
        let contents = Contents::of(recording);
        if recording.provider.unreachable {
            self.endings.reach(NOBODY_LISTENS, &recording.name);
            self.errors.reach(ErrorClass::NoHead.name(), &recording.name);
        }
        let both = recording.exchanges.iter().zip(&contents.exchanges);
        for (exchange, contents) in both.filter(|(_, contents)| !contents.added) {
            self.delivery(contents, &recording.name);
            if is_success(exchange.status) {
                self.stream(exchange, &recording.name);
            }
        }
    }

    fn delivery(&mut self, exchange: &ExchangeContents, name: &str) {
        let place = match exchange.head_cut {
            _ if exchange.headless => BEFORE_THE_HEAD,
            Some(_) => WITHIN_THE_HEAD,
            None => IN_THE_BODY,
        };
        self.endings.reach(&format!("{}{place}", exchange.end.name()), name);
        if let Outcome::Failed(class) = exchange.outcome {
            self.errors.reach(class.name(), name);
        }
        if place == IN_THE_BODY {
            self.statuses.reach(&format!("{}xx", exchange.status / 100), name);
            self.framings.reach(exchange.framing.name(), name);
        }
    }

    fn stream(&mut self, exchange: &Exchange, name: &str) {
        let mut stream = ResponseStream::new();
        self.response_events.reach(stream.head(&exchange.headers).kind(), name);
        for event in events_of(exchange) {
            let Ok(data) = &event.data else { break };
            self.events.reach(event.kind.name(), name);
            if event.kind.name().starts_with("response.output_item.") {
                let value = event.value().unwrap_or_default();
                if let Some(kind) = value["item"]["type"].as_str() {
                    self.items.reach(kind, name);
                }
            }
            if let Some(event) = stream.event(data) {
                self.response_events.reach(event.kind(), name);
            }
        }
        if exchange.delivery.end == End::Complete
            && let Ok(completion) = stream.end()
        {
            self.response_events.reach(ResponseEvent::from(completion).kind(), name);
        }
    }

    fn into_coverage(self) -> Vec<Coverage> {
        let Kinds { events, items, response_events, errors, statuses, framings, endings } = self;
        vec![events, items, response_events, errors, statuses, framings, endings]
    }
}

const IN_THE_BODY: &str = " in or after the body";
const WITHIN_THE_HEAD: &str = " within the head";
const BEFORE_THE_HEAD: &str = " before the head";
const NOBODY_LISTENS: &str = "nobody listens";
