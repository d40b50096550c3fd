//! Version 1 of the format: what `recording.toml` may say.

use super::error::LoadError;
use super::model::{Delivery, End, Framing, Interrupt, Provenance, ProviderSettings, Retries, Turn};
use crate::wire::Headers;
use serde::Deserialize;
use std::path::Path;
use std::time::Duration;

/// The only version this build reads.
pub(super) const VERSION: u64 = 1;

/// `recording.toml`, checked against the version and nothing else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    #[serde(rename = "format")]
    _format: u64,
    #[serde(default)]
    pub(super) description: String,
    #[serde(default)]
    provenance: ProvenanceTable,
    #[serde(default)]
    provider: ProviderTable,
    #[serde(default)]
    server: ServerTable,
    #[serde(default, rename = "turn")]
    turns: Vec<TurnTable>,
    #[serde(default, rename = "exchange")]
    pub(super) exchanges: Vec<ExchangeTable>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvenanceTable {
    kind: String,
    source: Option<String>,
    notes: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ProviderTable {
    request_max_retries: RetriesValue,
    stream_max_retries: RetriesValue,
    stream_idle_timeout_ms: Option<u64>,
    unreachable: bool,
}

/// A number, or `"default"`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a number of retries, or \"default\"")]
enum RetriesValue {
    Times(u64),
    Named(RetriesName),
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RetriesName {
    Default,
}

impl Default for RetriesValue {
    fn default() -> RetriesValue {
        RetriesValue::Times(0)
    }
}

impl From<RetriesValue> for Retries {
    fn from(value: RetriesValue) -> Retries {
        match value {
            RetriesValue::Times(times) => Retries::Times(times),
            RetriesValue::Named(RetriesName::Default) => Retries::Default,
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ServerTable {
    show_raw_agent_reasoning: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TurnTable {
    user: String,
    interrupt: Option<InterruptTable>,
}

/// `interrupt = { after_events = 3 }`: one of them.
#[derive(Clone, Copy, Debug, Deserialize)]
enum InterruptTable {
    #[serde(rename = "after_requests")]
    Requests(usize),
    #[serde(rename = "after_events")]
    Events(usize),
    #[serde(rename = "after_retries")]
    Retries(usize),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExchangeTable {
    #[serde(default = "ok")]
    pub(super) status: u16,
    #[serde(default)]
    pub(super) headers: Headers,
    #[serde(default)]
    end: EndName,
    #[serde(default)]
    framing: FramingName,
    #[serde(default)]
    pub(super) headless: bool,
    #[serde(default)]
    head_cut: Option<usize>,
    #[serde(default)]
    head_delay_ms: u64,
    #[serde(default)]
    end_delay_ms: u64,
    #[serde(default)]
    times_matter: bool,
    /// Why some app-servers rightly do not ask for it.
    may_stay_unasked: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum EndName {
    #[default]
    Complete,
    Eof,
    Reset,
    Stalled,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
enum FramingName {
    #[default]
    Length,
    Chunked,
    Close,
}

fn ok() -> u16 {
    200
}

impl Manifest {
    /// Reads the text of `path`.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Manifest, LoadError> {
        check_version(path, text)?;
        toml::from_str(text).map_err(|error| toml_error(path, text, &error))
    }

    pub(super) fn provenance(&self) -> Provenance {
        let ProvenanceTable { kind, source, notes } = &self.provenance;
        Provenance { kind: kind.clone(), source: source.clone(), notes: notes.clone() }
    }

    pub(super) fn provider(&self) -> ProviderSettings {
        ProviderSettings {
            request_max_retries: self.provider.request_max_retries.into(),
            stream_max_retries: self.provider.stream_max_retries.into(),
            stream_idle_timeout_ms: self.provider.stream_idle_timeout_ms,
            unreachable: self.provider.unreachable,
            show_raw_agent_reasoning: self.server.show_raw_agent_reasoning,
        }
    }

    pub(super) fn turns(&self) -> Vec<Turn> {
        let turns = self.turns.iter();
        turns
            .map(|turn| Turn { user: turn.user.clone(), interrupt: turn.interrupt.map(Interrupt::from) })
            .collect()
    }
}

impl From<InterruptTable> for Interrupt {
    fn from(table: InterruptTable) -> Interrupt {
        match table {
            InterruptTable::Requests(count) => Interrupt::AfterRequests(count),
            InterruptTable::Events(count) => Interrupt::AfterEvents(count),
            InterruptTable::Retries(count) => Interrupt::AfterRetries(count),
        }
    }
}

impl ExchangeTable {
    /// Whether some app-servers rightly do not ask for it.
    pub(super) fn may_stay_unasked(&self) -> bool {
        self.may_stay_unasked.as_ref().is_some_and(|reason| !reason.is_empty())
    }

    /// Whether nothing of the body arrived.
    pub(super) fn has_no_body(&self) -> bool {
        self.headless || self.head_cut.is_some()
    }

    /// Without pieces: those stand in a file of their own.
    pub(super) fn delivery(&self) -> Delivery {
        Delivery {
            headless: self.headless,
            head_cut: self.head_cut,
            head_delay: Duration::from_millis(self.head_delay_ms),
            framing: match self.framing {
                FramingName::Length => Framing::Length,
                FramingName::Chunked => Framing::Chunked,
                FramingName::Close => Framing::Close,
            },
            pieces: Vec::new(),
            times_matter: self.times_matter,
            end_delay: Duration::from_millis(self.end_delay_ms),
            end: match self.end {
                EndName::Complete => End::Complete,
                EndName::Eof => End::Eof,
                EndName::Reset => End::Reset,
                EndName::Stalled => End::Stalled,
            },
        }
    }
}

/// Looked at first and alone, so that a newer format is called newer and not misspelt.
fn check_version(path: &Path, text: &str) -> Result<(), LoadError> {
    let table: toml::Table = toml::from_str(text).map_err(|error| toml_error(path, text, &error))?;
    let problem = match table.get("format").map(toml::Value::as_integer) {
        Some(Some(version)) if version == VERSION as i64 => return Ok(()),
        Some(Some(newer)) if newer > VERSION as i64 => {
            format!(
                "format {newer} is newer than the format this build reads ({VERSION}); update responses-parity"
            )
        }
        Some(_) => format!("format must be {VERSION}"),
        None => format!("the format is missing; the first line must be `format = {VERSION}`"),
    };
    let offset = text.find("format").unwrap_or_default();
    Err(LoadError::at_offset(path, text, offset, problem))
}

fn toml_error(path: &Path, text: &str, error: &toml::de::Error) -> LoadError {
    match error.span() {
        Some(span) => LoadError::at_offset(path, text, span.start, error.message()),
        None => LoadError::new(path, error.message()),
    }
}
