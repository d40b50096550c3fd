//! The scripted layout: `NAME.json` says how the upstream behaves, `NAME.sse` is what it sends.
//!
//! ```json
//! { "provider": {"request_max_retries": 0, "stream_max_retries": 0, "stream_idle_timeout_ms": 700},
//!   "prompts": ["Hello"],
//!   "replies": [{"status": 200, "headers": {}, "content_type": "text/event-stream", "sse": "NAME.sse",
//!                "body": "text or JSON", "framing": "chunked", "delay_ms": 0, "split": 6, "cut_at": 300, "cut": "rst",
//!                "stall_at": 400, "stall_ms": 800, "hold_open_ms": 100, "refuse": false}],
//!   "then": "done",
//!   "interrupt_after_ms": null }
//! ```
//!
//! Replies are given in order. Later requests get a short completed message (`"then": "done"`) or the last reply again
//! (`"repeat"`); nobody needs to ask for those.

use super::closing::closing_exchange;
use super::error::LoadError;
use super::files::{Limit, exists, parse_any_json, parse_json, read};
use super::model::{
    Delivery, End, Exchange, Framing, Interrupt, Piece, Provenance, ProviderSettings, Recording, Retries,
    Turn,
};
use super::sendable;
use crate::wire::{Headers, ResponseStream, events_of_body};
use bytes::Bytes;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// How many requests beyond the replies are answered.
const SPARE: usize = 4;
/// How far apart the pieces of a split body are.
const SPLIT_EVERY: Duration = Duration::from_millis(2);

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Script {
    description: String,
    provider: ProviderScript,
    base_url: Option<String>,
    toml: String,
    #[serde(default = "hello")]
    prompts: Vec<String>,
    replies: Vec<Reply>,
    then: Then,
    interrupt_after_ms: Option<u64>,
    // What other readers of scripts make use of, and this one does not.
    #[serde(rename = "timeout_s")]
    _timeout_s: IgnoredAny,
    #[serde(rename = "toml_v1")]
    _toml_v1: IgnoredAny,
    #[serde(rename = "toml_v2")]
    _toml_v2: IgnoredAny,
    #[serde(rename = "tables")]
    _tables: IgnoredAny,
    #[serde(rename = "tables_v1")]
    _tables_v1: IgnoredAny,
    #[serde(rename = "tables_v2")]
    _tables_v2: IgnoredAny,
    #[serde(rename = "features_v2")]
    _features_v2: IgnoredAny,
    #[serde(rename = "features_v2_override")]
    _features_v2_override: IgnoredAny,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ProviderScript {
    request_max_retries: u64,
    stream_max_retries: u64,
    stream_idle_timeout_ms: Option<u64>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Then {
    #[default]
    Done,
    Repeat,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Reply {
    status: Option<i64>,
    headers: Headers,
    content_type: Option<String>,
    sse: Option<String>,
    body: Option<Value>,
    framing: Option<String>,
    delay_ms: u64,
    split: Option<usize>,
    cut_at: Option<i64>,
    cut: Option<String>,
    stall_at: Option<i64>,
    stall_ms: u64,
    hold_open_ms: u64,
    refuse: bool,
}

fn hello() -> Vec<String> {
    vec!["Hello".to_owned()]
}

/// Whether the file is a script: JSON with `replies`. Other JSON is none; what cannot be read as JSON is an error.
pub(super) fn is_script(path: &Path) -> Result<bool, LoadError> {
    Ok(parse_any_json(path)?.get("replies").is_some())
}

pub(super) fn load(path: &Path, name: &str) -> Result<Recording, LoadError> {
    if !is_script(path)? {
        return Err(LoadError::new(path, "is no script: expected an object with `replies`"));
    }
    let script: Script = parse_json(path)?;
    if script.prompts.is_empty() {
        return Err(LoadError::new(path, "`prompts` is empty: what does the user say?"));
    }
    let unreachable = script.base_url.is_some();
    let mut exchanges = Vec::new();
    if !unreachable {
        for reply in &script.replies {
            let exchange = reply.exchange(path)?;
            sendable::check(&exchange, path)?;
            exchanges.push(exchange);
        }
        add_spare(&mut exchanges, script.then);
    }
    let interrupt = script.interrupt_after_ms.map(|_| stall_for_interrupt(&mut exchanges));
    let turns = script.prompts.iter().map(|prompt| Turn { interrupt, ..Turn::said(prompt.as_str()) });
    Ok(Recording {
        origin: path.to_owned(),
        description: script.description,
        provenance: Provenance { kind: "scripted layout".to_owned(), ..Provenance::default() },
        provider: ProviderSettings {
            request_max_retries: Retries::Times(script.provider.request_max_retries),
            stream_max_retries: Retries::Times(script.provider.stream_max_retries),
            stream_idle_timeout_ms: script.provider.stream_idle_timeout_ms,
            unreachable,
            show_raw_agent_reasoning: script.toml.contains("show_raw_agent_reasoning = true"),
        },
        ..Recording::of_exchanges(name, turns.collect(), exchanges)
    })
}

fn add_spare(exchanges: &mut Vec<Exchange>, then: Then) {
    let spare = match (then, exchanges.last()) {
        (Then::Repeat, Some(last)) => Exchange { may_stay_unasked: true, ..last.clone() },
        _ => closing_exchange(),
    };
    exchanges.extend(std::iter::repeat_n(spare, SPARE));
}

/// The script interrupts at a time, within a stall. Here the stall has no end, and the interrupt comes once everything
/// before it has been shown.
fn stall_for_interrupt(exchanges: &mut [Exchange]) -> Interrupt {
    let Some(first) = exchanges.first_mut() else { return Interrupt::AfterRequests(1) };
    if let Some(piece) = first.delivery.pieces.first() {
        first.body.truncate(piece.end);
    }
    first.delivery = Delivery { framing: first.delivery.framing, end: End::Stalled, ..Delivery::default() };
    let mut stream = ResponseStream::new();
    let shown =
        events_of_body(&first.body).into_iter().flatten().filter_map(|event| stream.event(&event)).count();
    // The rate limits of the head come first.
    Interrupt::AfterEvents(shown + 1)
}

impl Reply {
    fn exchange(&self, script: &Path) -> Result<Exchange, LoadError> {
        let (body, content_type) = self.body(script)?;
        let mut exchange = Exchange::stream(body);
        let status = sendable::status(self.status.unwrap_or(200));
        exchange.status = status.map_err(|problem| LoadError::new(script, problem))?;
        exchange.headers = self.headers.fields.clone();
        let content_type = self.content_type.as_deref().unwrap_or(content_type);
        exchange.headers.push(("content-type".to_owned(), content_type.to_owned()));
        exchange.delivery = self.delivery(script, &mut exchange.body)?;
        Ok(exchange)
    }

    fn body(&self, script: &Path) -> Result<(Bytes, &'static str), LoadError> {
        let own_stream = script.with_extension("sse");
        match (&self.sse, &self.body) {
            (Some(name), _) if name.contains(['/', '\\']) => {
                Err(LoadError::new(script, format!("{name:?} lies outside of the script's folder")))
            }
            (Some(name), _) => Ok((read(&script.with_file_name(name), Limit::Body)?, "text/event-stream")),
            (None, Some(Value::String(text))) => Ok((Bytes::from(text.clone()), "application/json")),
            (None, Some(json)) => Ok((Bytes::from(json.to_string()), "application/json")),
            (None, None) if self.status.is_none() && exists(&own_stream) => {
                Ok((read(&own_stream, Limit::Body)?, "text/event-stream"))
            }
            (None, None) => Ok((Bytes::new(), "application/json")),
        }
    }

    fn delivery(&self, script: &Path, body: &mut Bytes) -> Result<Delivery, LoadError> {
        let whole = body.len();
        let framing = self.framing(script)?;
        let end = self.end(script)?;
        body.truncate(self.cut_at.map_or(whole, |at| place(at, whole)));
        let pieces = self.pieces(body.len());
        let end_delay =
            Duration::from_millis(self.hold_open_ms.saturating_add(self.stall_at_the_end(body.len())));
        Ok(Delivery {
            headless: self.refuse,
            head_cut: None,
            head_delay: Duration::from_millis(self.delay_ms),
            framing,
            times_matter: self.delay_ms > 0 || !pieces.is_empty() || !end_delay.is_zero(),
            pieces,
            end_delay,
            end,
        })
    }

    fn framing(&self, script: &Path) -> Result<Framing, LoadError> {
        match self.framing.as_deref() {
            Some("length") => Ok(Framing::Length),
            Some("chunked") => Ok(Framing::Chunked),
            Some("eof") => Ok(Framing::Close),
            Some(other) => Err(LoadError::new(script, format!("unknown framing {other:?}"))),
            None if self.status.is_none_or(|status| status == 200) => Ok(Framing::Chunked),
            None => Ok(Framing::Length),
        }
    }

    fn end(&self, script: &Path) -> Result<End, LoadError> {
        match (self.refuse, self.cut_at, self.cut.as_deref()) {
            (true, ..) => Ok(End::Reset),
            (false, None, _) => Ok(End::Complete),
            (false, Some(_), None | Some("fin")) => Ok(End::Eof),
            (false, Some(_), Some("rst")) => Ok(End::Reset),
            (false, Some(_), Some(other)) => Err(LoadError::new(script, format!("unknown cut {other:?}"))),
        }
    }

    fn pieces(&self, length: usize) -> Vec<Piece> {
        let mut ends: Vec<usize> =
            self.split.map(|step| (step..length).step_by(step.max(1)).collect()).unwrap_or_default();
        let stall = self.stall_at.map(|at| place(at, length)).filter(|at| *at < length);
        ends.extend(stall);
        ends.sort_unstable();
        ends.dedup();
        if ends.is_empty() {
            return Vec::new();
        }
        ends.push(length);
        let mut at = Duration::ZERO;
        let mut pieces = Vec::with_capacity(ends.len());
        for end in ends {
            pieces.push(Piece { at, end });
            at += if self.split.is_some() { SPLIT_EVERY } else { Duration::ZERO };
            at += if stall == Some(end) { Duration::from_millis(self.stall_ms) } else { Duration::ZERO };
        }
        pieces
    }

    fn stall_at_the_end(&self, length: usize) -> u64 {
        if self.stall_at.is_some_and(|at| place(at, length) >= length) { self.stall_ms } else { 0 }
    }
}

/// A place in a body; negative ones count from its end.
fn place(at: i64, length: usize) -> usize {
    let at = if at < 0 { length as i64 + at } else { at };
    usize::try_from(at).unwrap_or_default().min(length)
}
