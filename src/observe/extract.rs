//! From a replay to an observation.

use super::json_text::JsonText;
use super::normalize::{Normalizer, json_text};
use super::observation::{ASIDE, Channel, Observation, Observed};
use crate::replay::{Ended, Replayed, TurnEnd};
use crate::session::{Direction, Entry};
use crate::upstream::ReceivedRequest;
use crate::wire::{Dialect, Meaning, Message, RequestId, TurnEnding, methods};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// What a replay shows.
///
/// The messages of the delegated path (`responsesApi/…`) are how the app-server reaches its upstream, as HTTP is on
/// the direct one; they are no observation. Everything else that arrived is in exactly one channel.
pub fn observe(replayed: &Replayed) -> Observation {
    observation_of(replayed, &replayed.transcript.entries)
}

/// The same of a replay whose transcript is not needed any more: each entry is given back as soon as it is observed, so
/// that a long one is not held twice. Leaves the transcript empty.
pub(crate) fn observe_and_release(replayed: &mut Replayed) -> Observation {
    let entries = std::mem::take(&mut replayed.transcript.entries);
    observation_of(replayed, entries)
}

fn observation_of(
    replayed: &Replayed,
    entries: impl IntoIterator<Item = impl Borrow<Arc<Entry>>>,
) -> Observation {
    let mut entries = entries.into_iter().peekable();
    let mut extractor = Extractor {
        dialect: replayed.transcript.dialect,
        opened: entries.peek().map_or(Duration::ZERO, |entry| entry.borrow().at),
        normalizer: Normalizer::new(replayed),
        asked: BTreeMap::new(),
        asked_by_server: Vec::new(),
        turns: Vec::new(),
        answers: Vec::new(),
        states: Vec::new(),
        observation: Observation::default(),
    };
    for entry in entries {
        extractor.entry(entry.borrow());
    }
    for (index, request) in replayed.requests.iter().enumerate() {
        let previous = index.checked_sub(1).and_then(|index| replayed.requests.get(index));
        extractor.request(request, previous, &replayed.left_open);
    }
    extractor.asides(&replayed.asides);
    extractor.finish(&replayed.turns)
}

/// When the conversation was opened, on the clock of its app-server. The upstream's clock of it begins at that moment.
pub(super) fn opened_at(replayed: &Replayed) -> Duration {
    replayed.transcript.entries.first().map_or(Duration::ZERO, |entry| entry.at)
}

struct Extractor<'a> {
    dialect: Dialect,
    opened: Duration,
    normalizer: Normalizer<'a>,
    /// What the harness asked for, by request id.
    asked: BTreeMap<RequestId, String>,
    /// The ids of what the server asked for, in order.
    asked_by_server: Vec<RequestId>,
    turns: Vec<TurnSoFar>,
    answers: Vec<Observed>,
    /// Of the conversation, in order.
    states: Vec<Observed>,
    observation: Observation,
}

/// What the notifications of a turn say about how it went.
#[derive(Default)]
struct TurnSoFar {
    at: Duration,
    errors: Vec<Value>,
    retries: Vec<Value>,
    last_agent_message: Value,
    ends: Vec<Value>,
}

impl Extractor<'_> {
    fn entry(&mut self, entry: &Entry) {
        let at = entry.at.saturating_sub(self.opened);
        self.extra_members(entry, at);
        match (entry.direction, &entry.message) {
            (Direction::Sent, Message::Request { id, method, .. }) => self.asked(at, id, method),
            (Direction::Sent, _) => {}
            (Direction::Received, Message::Notification { method, params }) => {
                self.notification(at, method, params.as_deref());
            }
            (Direction::Received, Message::Request { id, method, params }) => {
                self.asked_by_server.push(id.clone());
                self.server_request(at, method, params.as_deref());
            }
            (Direction::Received, Message::Response { id, result }) => {
                let result = self.normalizer.json(result.get());
                self.answer(at, Some(id), "result", &result);
            }
            (Direction::Received, Message::Error { id, error }) => {
                let error = self.normalizer.value(json!(error));
                self.answer(at, id.as_ref(), "error", &error);
            }
        }
    }

    /// Members that a JSON-RPC message has no room for are shown by themselves, before it.
    fn extra_members(&mut self, entry: &Entry, at: Duration) {
        if entry.extra.is_empty() {
            return;
        }
        let value = json!({ "members": entry.extra, "of": entry.label() });
        let label = "members beside a message".to_owned();
        let value = self.normalizer.value(value);
        self.observation.notifications.push(Observed { label, value, at });
    }

    fn asked(&mut self, at: Duration, id: &RequestId, method: &str) {
        if [methods::SEND_USER_MESSAGE, methods::v2::TURN_START].contains(&method) {
            self.turns.push(TurnSoFar { at, ..TurnSoFar::default() });
        }
        self.asked.insert(id.clone(), method.to_owned());
    }

    fn notification(&mut self, at: Duration, method: &str, params: Option<&RawValue>) {
        let meaning = self.dialect.meaning(method, params);
        let (channel, pointer) = match meaning {
            Meaning::UpstreamTraffic | Meaning::Connection => return,
            Meaning::RawItem(pointer) => (Channel::RawResponseItems, pointer),
            Meaning::ResponseEvent(pointer) => (Channel::ResponseEvents, pointer),
            _ => return self.plain_notification(at, method, params, meaning),
        };
        // Its place among the others still counts; what it says is compared in its own channel.
        let number = self.observation.channel(channel).len();
        let names = format!(r#"{{"method":{},"number":{number}"#, json!(method));
        let (params, value) = self.taken_apart(&names, params, pointer);
        let shown = Observed { label: type_of(&value), value, at };
        self.observation.channel_mut(channel).push(shown);
        let label = format!("{method} #{number}");
        self.observation.notifications.push(Observed { label, value: params, at });
    }

    fn plain_notification(
        &mut self,
        at: Duration,
        method: &str,
        params: Option<&RawValue>,
        meaning: Meaning,
    ) {
        let names = format!(r#"{{"method":{}"#, json!(method));
        let (mut value, _) = self.message(&names, params, &[]);
        let label = method.to_owned();
        if meaning == Meaning::State {
            return self.states.push(Observed { label, value, at });
        }
        if method == methods::v2::SERVER_REQUEST_RESOLVED {
            value = self.with_request_named(&value);
        }
        self.note_turn(at, meaning);
        self.observation.notifications.push(Observed { label, value, at });
    }

    /// A message without one member of its params, and that member. Where there is no such member, it is all of them.
    fn taken_apart(&mut self, names: &str, params: Option<&RawValue>, pointer: &str) -> (JsonText, JsonText) {
        let keys: Vec<_> = pointer.split('/').skip(1).collect();
        match self.message(names, params, &keys) {
            (message, Some(member)) => (message, member),
            (_, None) => (self.message(names, None, &[]).0, self.normalizer.json(text_of(params))),
        }
    }

    /// What names a message, and its params, without the member to which `keys` lead; and that member.
    fn message(
        &mut self,
        names: &str,
        params: Option<&RawValue>,
        keys: &[&str],
    ) -> (JsonText, Option<JsonText>) {
        let mut text = names.as_bytes().to_vec();
        text.extend_from_slice(br#","params":"#);
        let member = self.normalizer.write(text_of(params), &mut text, keys);
        text.push(b'}');
        (json_text(text), member)
    }

    /// A server numbers its requests over all its conversations, so that the number depends on the others.
    fn with_request_named(&self, resolved: &JsonText) -> JsonText {
        let mut value = resolved.value();
        if let Some(id) = value.pointer_mut("/params/requestId") {
            let place = self.asked_by_server.iter().position(|asked| json!(asked) == *id);
            if let Some(place) = place {
                *id = json!(format!("<request {}>", place + 1));
            }
        }
        value.into()
    }

    fn server_request(&mut self, at: Duration, method: &str, params: Option<&RawValue>) {
        if self.dialect.meaning(method, params) == Meaning::UpstreamTraffic {
            return;
        }
        let names = format!(r#"{{"request":{}"#, json!(method));
        let (value, _) = self.message(&names, params, &[]);
        self.observation.notifications.push(Observed { label: format!("request {method}"), value, at });
    }

    fn answer(&mut self, at: Duration, id: Option<&RequestId>, kind: &str, answer: &JsonText) {
        let to = id
            .and_then(|id| self.asked.get(id))
            .cloned()
            .unwrap_or_else(|| "nothing that was asked".to_owned());
        let value = json!({ "answer_to": to, kind: answer }).into();
        self.answers.push(Observed { label: format!("answer to {to}"), value, at });
    }

    fn note_turn(&mut self, at: Duration, meaning: Meaning) {
        let Some(turn) = self.turns.last_mut() else { return };
        match meaning {
            Meaning::Failure(message) => turn.errors.push(self.normalizer.value(message).value()),
            Meaning::Retry(message) => turn.retries.push(self.normalizer.value(message).value()),
            Meaning::TurnEnded { ending, last_agent_message } => {
                turn.last_agent_message = self.normalizer.value(last_agent_message).value();
                turn.ends.push(json!(match ending {
                    TurnEnding::Complete => Ended::Complete.name(),
                    TurnEnding::Aborted => Ended::Aborted.name(),
                }));
                turn.at = at;
            }
            _ => {}
        }
    }

    fn request(
        &mut self,
        request: &ReceivedRequest,
        previous: Option<&ReceivedRequest>,
        left_open: &[usize],
    ) {
        let ReceivedRequest { method, path, query, .. } = request;
        let mut value = json!({ "method": method, "path": path });
        if let Some(query) = query {
            value["query"] = json!(query);
        }
        value["headers"] = headers_of(request);
        value["body"] = match serde_json::from_slice::<Value>(&request.body) {
            Ok(body) => body,
            Err(_) => json!(String::from_utf8_lossy(&request.body)),
        };
        if let Some(retry) = previous.and_then(|previous| retry_of(request, previous)) {
            value["retry"] = json!(retry);
        }
        match request.answered_by {
            None => value["unrecorded"] = json!(true),
            Some(exchange) if left_open.contains(&exchange) => value["left_open"] = json!(true),
            Some(_) => {}
        }
        let value = self.normalizer.value(value);
        self.observation.requests.push(Observed { label: format!("{method} {path}"), value, at: request.at });
    }

    /// Each kind once and by name: app-servers ask such things in the background, now and then, and more than once.
    fn asides(&mut self, asides: &[ReceivedRequest]) {
        let kinds: BTreeSet<_> =
            asides.iter().map(|aside| (&aside.method, &aside.path, &aside.query)).collect();
        for (method, path, query) in kinds {
            let value = json!({ "aside": true, "method": method, "path": path, "query": query });
            let value = self.normalizer.value(value);
            let label = format!("{ASIDE}{method} {path}");
            self.observation.requests.push(Observed { label, value, at: Duration::ZERO });
        }
    }

    fn finish(mut self, ends: &[TurnEnd]) -> Observation {
        self.observation.outcome.append(&mut self.answers);
        self.observation.outcome.append(&mut self.states);
        for (index, turn) in self.turns.into_iter().enumerate() {
            let end = ends.get(index);
            let value = json!({
                "turn": index + 1,
                "ended": end.map_or("not waited for", |end| end.ended.name()),
                "ends_seen": turn.ends,
                "last_agent_message": turn.last_agent_message,
                "errors": turn.errors,
                "retries": turn.retries,
                "requests": end.map(|end| end.requests),
            });
            self.observation.outcome.push(Observed {
                label: format!("turn {}", index + 1),
                value: value.into(),
                at: turn.at,
            });
        }
        self.observation
    }
}

/// A request with the same body as the one before it is that one again. All back-offs are of 200 ms at least, less 10 %
/// of jitter; how long they are beyond that would be a matter of the machine's mood.
fn retry_of(request: &ReceivedRequest, previous: &ReceivedRequest) -> Option<&'static str> {
    const SHORTEST_BACK_OFF: Duration = Duration::from_millis(180);
    let waited = request.at.saturating_sub(previous.at) >= SHORTEST_BACK_OFF;
    (request.body == previous.body).then_some(if waited { "after a back-off" } else { "at once" })
}

/// By name, for HTTP gives the order of fields no meaning. A `content-length` that is right says nothing new, and
/// one that is wrong stays visible.
fn headers_of(request: &ReceivedRequest) -> Value {
    let mut fields = BTreeMap::<&str, Vec<String>>::new();
    for (name, value) in &request.headers {
        let right = name == "content-length" && value.parse() == Ok(request.body.len());
        let value = if right { "<length of the body>".to_owned() } else { value.clone() };
        fields.entry(name).or_default().push(value);
    }
    json!(fields.into_iter().map(|(name, values)| (name, values.join(", "))).collect::<BTreeMap<_, _>>())
}

fn text_of(params: Option<&RawValue>) -> &str {
    params.map_or("null", RawValue::get)
}

fn type_of(shown: &JsonText) -> String {
    #[derive(Deserialize)]
    struct Typed {
        r#type: Option<Value>,
    }
    let typed = serde_json::from_str::<Typed>(shown.as_str());
    let kind = typed.map_or_else(|_| shown.value().get_mut("type").map(Value::take), |typed| typed.r#type);
    kind.as_ref().and_then(Value::as_str).unwrap_or("untyped").to_owned()
}
