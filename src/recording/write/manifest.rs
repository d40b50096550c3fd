//! The text of a `recording.toml`. What is as loading assumes it is left out.

use crate::recording::format::InterruptTable;
use crate::recording::model::{
    Delivery, End, Exchange, Framing, LintException, Provenance, ProviderSettings, Recording, Retries, Turn,
};
use crate::recording::version::VERSION;
use crate::wire::Headers;
use serde::Serialize;
use std::time::Duration;

// A loaded recording keeps no reasons, only that there are some.
const MAY_STAY_UNASKED: &str = "not every app-server asks for it";
const MAY_END_FIRST: &str = "some app-servers end the turn before that";

#[derive(Serialize)]
struct Manifest<'a> {
    format: u64,
    #[serde(skip_serializing_if = "str::is_empty")]
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<ProvenanceTable<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provider: Option<ProviderTable>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<ServerTable>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    lint: &'a [LintException],
    turn: Vec<TurnTable<'a>>,
    exchange: Vec<ExchangeTable>,
}

#[derive(Serialize)]
struct ProvenanceTable<'a> {
    kind: &'a str,
    source: Option<&'a str>,
    notes: Option<&'a str>,
}

#[derive(Serialize)]
struct ProviderTable {
    request_max_retries: Option<RetriesValue>,
    stream_max_retries: Option<RetriesValue>,
    stream_idle_timeout_ms: Option<u64>,
    unreachable: Option<bool>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum RetriesValue {
    Times(u64),
    Named(&'static str),
}

#[derive(Serialize)]
struct ServerTable {
    show_raw_agent_reasoning: bool,
}

#[derive(Serialize)]
struct TurnTable<'a> {
    user: &'a str,
    interrupt: Option<InterruptTable>,
    may_end_first: Option<&'static str>,
}

#[derive(Serialize)]
struct ExchangeTable {
    status: Option<u16>,
    end: Option<&'static str>,
    framing: Option<&'static str>,
    headless: Option<bool>,
    head_cut: Option<usize>,
    head_delay_ms: Option<u64>,
    end_delay_ms: Option<u64>,
    times_matter: Option<bool>,
    may_stay_unasked: Option<&'static str>,
    headers: Option<Headers>,
}

/// The text for a recording that has these exchanges.
pub(super) fn text(recording: &Recording, exchanges: &[Exchange]) -> Result<String, toml::ser::Error> {
    toml::to_string(&Manifest {
        format: VERSION,
        description: &recording.description,
        provenance: (recording.provenance != Provenance::default())
            .then(|| provenance(&recording.provenance)),
        provider: provider(&recording.provider),
        server: recording
            .provider
            .show_raw_agent_reasoning
            .then_some(ServerTable { show_raw_agent_reasoning: true }),
        lint: &recording.lint,
        turn: recording.turns.iter().map(turn).collect(),
        exchange: exchanges.iter().map(exchange).collect(),
    })
}

/// The nearest whole number of milliseconds.
pub(super) fn whole_milliseconds(delay: Duration) -> u64 {
    let rounded = delay.saturating_add(Duration::from_micros(500)).as_millis();
    u64::try_from(rounded).unwrap_or(u64::MAX)
}

fn provenance(provenance: &Provenance) -> ProvenanceTable<'_> {
    let Provenance { kind, source, notes } = provenance;
    ProvenanceTable { kind, source: source.as_deref(), notes: notes.as_deref() }
}

fn provider(settings: &ProviderSettings) -> Option<ProviderTable> {
    let shown = ProviderSettings { show_raw_agent_reasoning: false, ..settings.clone() };
    (shown != ProviderSettings::default()).then(|| ProviderTable {
        request_max_retries: retries(settings.request_max_retries),
        stream_max_retries: retries(settings.stream_max_retries),
        stream_idle_timeout_ms: settings.stream_idle_timeout_ms,
        unreachable: settings.unreachable.then_some(true),
    })
}

fn retries(retries: Retries) -> Option<RetriesValue> {
    match retries {
        Retries::Times(0) => None,
        Retries::Times(times) => Some(RetriesValue::Times(times)),
        Retries::Default => Some(RetriesValue::Named("default")),
    }
}

fn turn(turn: &Turn) -> TurnTable<'_> {
    let interrupt = turn.interrupt.map(InterruptTable::from);
    TurnTable { user: &turn.user, interrupt, may_end_first: turn.may_end_first.then_some(MAY_END_FIRST) }
}

fn exchange(exchange: &Exchange) -> ExchangeTable {
    let Delivery { headless, head_cut, head_delay, framing, pieces: _, times_matter, end_delay, end } =
        &exchange.delivery;
    let delay = |delay: &Duration| Some(whole_milliseconds(*delay)).filter(|ms| *ms > 0);
    ExchangeTable {
        status: Some(exchange.status).filter(|status| *status != 200),
        end: match end {
            End::Complete => None,
            End::Eof => Some("eof"),
            End::Reset => Some("reset"),
            End::Stalled => Some("stalled"),
        },
        framing: match framing {
            Framing::Length => None,
            Framing::Chunked => Some("chunked"),
            Framing::Close => Some("close"),
        },
        headless: headless.then_some(true),
        head_cut: *head_cut,
        head_delay_ms: delay(head_delay),
        end_delay_ms: delay(end_delay),
        times_matter: times_matter.then_some(true),
        may_stay_unasked: exchange.may_stay_unasked.then_some(MAY_STAY_UNASKED),
        headers: (!exchange.headers.is_empty()).then(|| exchange.headers.iter().cloned().collect()),
    }
}
