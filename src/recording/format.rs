//! Version 1 of the format: what `recording.toml` may say.

use super::error::LoadError;
use super::lint::LintRule;
use super::model::{
    Delivery, End, Framing, Interrupt, LintException, Provenance, ProviderSettings, Retries, Turn,
};
use super::redirects::check_location;
use super::sendable;
use super::version::{check_version, toml_error};
use crate::wire::{Header, Headers};
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::time::Duration;
use toml::Spanned;

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
    #[serde(default)]
    lint: Vec<LintTable>,
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

/// What a lint would warn of is meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct LintTable {
    allow: Spanned<Vec<LintRule>>,
    reason: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TurnTable {
    user: String,
    interrupt: Option<Spanned<InterruptTable>>,
    /// Why some app-servers rightly end the turn before it could be interrupted.
    may_end_first: Option<Spanned<String>>,
}

/// `interrupt = { after_events = 3 }`: one of them.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
pub(super) enum InterruptTable {
    #[serde(rename = "after_requests")]
    Requests(usize),
    #[serde(rename = "after_events")]
    Events(usize),
    #[serde(rename = "after_retries")]
    Retries(usize),
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

impl From<Interrupt> for InterruptTable {
    fn from(interrupt: Interrupt) -> InterruptTable {
        match interrupt {
            Interrupt::AfterRequests(count) => InterruptTable::Requests(count),
            Interrupt::AfterEvents(count) => InterruptTable::Events(count),
            Interrupt::AfterRetries(count) => InterruptTable::Retries(count),
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExchangeTable {
    status: Option<Spanned<i64>>,
    headers: Option<Spanned<Headers>>,
    #[serde(default)]
    end: EndName,
    #[serde(default)]
    framing: FramingName,
    #[serde(default)]
    pub(super) headless: bool,
    head_cut: Option<Spanned<usize>>,
    head_delay_ms: Option<Spanned<u64>>,
    end_delay_ms: Option<Spanned<u64>>,
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

/// A file that says what the user says, and nothing else.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Script {
    #[serde(default, rename = "turn")]
    turns: Vec<TurnTable>,
}

/// The turns in the text of `path`, where it holds nothing else.
pub(super) fn parse_turns(path: &Path, text: &str) -> Result<Vec<Turn>, LoadError> {
    let script: Script = toml::from_str(text).map_err(|error| toml_error(path, text, &error))?;
    let at = |Wrong { offset, problem }| LoadError::at_offset(path, text, offset, problem);
    // How many exchanges there will be, nobody knows yet.
    script.turns.iter().try_for_each(|turn| turn.check(usize::MAX)).map_err(at)?;
    if script.turns.is_empty() {
        return Err(LoadError::new(path, "no [[turn]]: what does the user say?"));
    }
    Ok(script.turns.iter().map(TurnTable::turn).collect())
}

impl Manifest {
    /// Reads the text of `path`; gives also what is wrong with single values in it.
    pub(super) fn parse(path: &Path, text: &str) -> Result<(Manifest, Vec<LoadError>), LoadError> {
        check_version(path, text)?;
        let manifest: Manifest = toml::from_str(text).map_err(|error| toml_error(path, text, &error))?;
        let at = |Wrong { offset, problem }| LoadError::at_offset(path, text, offset, problem);
        let wrong = manifest.wrong().map(at).collect();
        Ok((manifest, wrong))
    }

    fn wrong(&self) -> impl Iterator<Item = Wrong> {
        let exchanges = self.exchanges.len();
        let of_turns = self.turns.iter().filter_map(move |turn| turn.check(exchanges).err());
        let of_exchanges = self.exchanges.iter().filter_map(|exchange| exchange.check().err());
        let of_lint = self.lint.iter().filter_map(|lint| lint.check().err());
        of_lint.chain(of_turns).chain(of_exchanges)
    }

    pub(super) fn lint(&self) -> Vec<LintException> {
        let exceptions = self.lint.iter().map(|LintTable { allow, reason }| LintException {
            allow: allow.get_ref().clone(),
            reason: reason.get_ref().clone(),
        });
        exceptions.collect()
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
        self.turns.iter().map(TurnTable::turn).collect()
    }
}

/// What is wrong at a place in the text.
struct Wrong {
    offset: usize,
    problem: String,
}

impl Wrong {
    /// What is wrong with a member, where anything is.
    fn with<T>(member: &Spanned<T>, checked: Result<(), String>) -> Result<(), Wrong> {
        checked.map_err(|problem| Wrong { offset: member.span().start, problem })
    }
}

impl LintTable {
    fn check(&self) -> Result<(), Wrong> {
        if self.reason.get_ref().trim().is_empty() {
            return Wrong::with(&self.reason, Err("the reason is empty: why is it meant?".to_owned()));
        }
        let allow = self.allow.get_ref();
        if allow.is_empty() {
            return Wrong::with(&self.allow, Err("allows nothing: name the rules".to_owned()));
        }
        match allow.iter().find(|rule| !rule.can_be_allowed()) {
            Some(rule) => Wrong::with(&self.allow, Err(format!("{rule} cannot be allowed"))),
            None => Ok(()),
        }
    }
}

impl TurnTable {
    fn turn(&self) -> Turn {
        Turn {
            user: self.user.clone(),
            interrupt: self.interrupt(),
            may_end_first: self.may_end_first.is_some(),
        }
    }

    fn interrupt(&self) -> Option<Interrupt> {
        self.interrupt.as_ref().map(|table| Interrupt::from(*table.get_ref()))
    }

    /// A moment before the first of anything is never reached, and what is never interrupted ends first anyway.
    fn check(&self, exchanges: usize) -> Result<(), Wrong> {
        let Some(table) = &self.interrupt else {
            let problem = "may_end_first, but the turn is not interrupted: before what does it end?";
            return self
                .may_end_first
                .as_ref()
                .map_or(Ok(()), |why| Wrong::with(why, Err(problem.to_owned())));
        };
        let name = match *table.get_ref() {
            InterruptTable::Requests(0) => "after_requests",
            InterruptTable::Events(0) => "after_events",
            InterruptTable::Retries(0) => "after_retries",
            InterruptTable::Requests(count) if count > exchanges => {
                let problem =
                    format!("after_requests is {count}, but there are {exchanges} [[exchange]] to ask for");
                return Wrong::with(table, Err(problem));
            }
            _ => return Ok(()),
        };
        Wrong::with(table, Err(format!("{name} counts from 1, so 0 would never be reached")))
    }
}

impl ExchangeTable {
    /// Whether its values can be sent.
    pub(super) fn is_sendable(&self) -> bool {
        self.check().is_ok()
    }

    fn check(&self) -> Result<(), Wrong> {
        if let Some(status) = &self.status {
            Wrong::with(status, sendable::status(*status.get_ref()).map(drop))?;
        }
        if let Some(headers) = &self.headers {
            Wrong::with(headers, sendable::check_headers(self.headers()))?;
            Wrong::with(headers, check_location(self.headers()))?;
        }
        if let Some(cut) = &self.head_cut {
            Wrong::with(cut, sendable::check_head_cut(*cut.get_ref(), self.headers()))?;
        }
        for (name, delay) in [("head_delay_ms", &self.head_delay_ms), ("end_delay_ms", &self.end_delay_ms)] {
            if let Some(delay) = delay {
                Wrong::with(delay, sendable::check_delay(name, milliseconds(Some(delay))))?;
            }
        }
        Ok(())
    }

    pub(super) fn status(&self) -> Result<u16, String> {
        self.status.as_ref().map_or(Ok(200), |status| sendable::status(*status.get_ref()))
    }

    pub(super) fn headers(&self) -> &[Header] {
        self.headers.as_ref().map(|headers| headers.get_ref().fields.as_slice()).unwrap_or_default()
    }

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
            head_cut: self.head_cut.as_ref().map(|cut| *cut.get_ref()),
            head_delay: milliseconds(self.head_delay_ms.as_ref()),
            framing: match self.framing {
                FramingName::Length => Framing::Length,
                FramingName::Chunked => Framing::Chunked,
                FramingName::Close => Framing::Close,
            },
            pieces: Vec::new(),
            times_matter: self.times_matter,
            end_delay: milliseconds(self.end_delay_ms.as_ref()),
            end: match self.end {
                EndName::Complete => End::Complete,
                EndName::Eof => End::Eof,
                EndName::Reset => End::Reset,
                EndName::Stalled => End::Stalled,
            },
        }
    }
}

fn milliseconds(delay: Option<&Spanned<u64>>) -> Duration {
    delay.map(|delay| Duration::from_millis(*delay.get_ref())).unwrap_or_default()
}
