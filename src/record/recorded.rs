//! A recording, made from what is on the tape.

use super::error::RecordError;
use super::take::{EndKind, Take};
use super::tape::Reel;
use super::turns;
use crate::recording::{End, Exchange, Provenance, ProviderSettings, Recording, Turn, make_local};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a recording says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// What it shows, in one line.
    pub description: String,
    /// What was recorded: the upstream's address.
    pub source: String,
    /// Who asked, and anything else that a reader should know.
    pub notes: String,
}

/// The least silence after which a replayed stall is over.
const SHORTEST_STALL: Duration = Duration::from_millis(400);

/// The recording that a tape holds.
///
/// # Errors
/// [`RecordError::Nothing`] where the upstream was not seen to do anything.
pub(super) fn recording(reel: &Reel, about: &About, name: &str) -> Result<Recording, RecordError> {
    if !reel.takes.iter().any(Take::shows_upstream) {
        return Err(RecordError::Nothing(what_happened(reel)));
    }
    let kept = |take: &&Take| !take.is_unknown();
    let mut exchanges: Vec<Exchange> = reel.takes.iter().filter(kept).map(Take::exchange).collect();
    let redirects = make_local(&mut exchanges);
    let turns = turns_of(reel, &exchanges);
    let provider =
        ProviderSettings { stream_idle_timeout_ms: idle_timeout(&exchanges), ..ProviderSettings::default() };
    Ok(Recording {
        description: about.description.clone(),
        provenance: Provenance {
            kind: "recorded".to_owned(),
            source: Some(about.source.clone()),
            notes: Some(notes(reel, about, redirects)),
        },
        provider,
        ..Recording::of_exchanges(name, turns, exchanges)
    })
}

/// Why there is nothing.
fn what_happened(reel: &Reel) -> String {
    let reasons = reel.takes.iter().filter_map(|take| take.ending.as_ref());
    let mut reasons: Vec<&str> = reasons.map(|ending| ending.why.as_str()).collect();
    reasons.dedup();
    if !reasons.is_empty() {
        return reasons.join("; ");
    }
    match reel.others.as_slice() {
        [] => "no request came".to_owned(),
        others => format!("no POST …/responses came, only {}", others.join(", ")),
    }
}

/// The turns that the recorder said, as far as the upstream was asked for them; else what the requests say.
fn turns_of(reel: &Reel, exchanges: &[Exchange]) -> Vec<Turn> {
    if reel.turns.is_empty() {
        return turns::of_exchanges(exchanges);
    }
    let ends = reel.turns.iter().skip(1).map(|(_, begin)| *begin).chain([reel.takes.len()]);
    let with_end = reel.turns.iter().zip(ends);
    let was_asked = |begin: usize, end: usize| {
        reel.takes.get(begin..end).is_some_and(|takes| takes.iter().any(|take| !take.is_unknown()))
    };
    let asked = with_end.filter(|((_, begin), end)| was_asked(*begin, *end));
    asked.map(|((user, _), _)| Turn::said(user)).collect()
}

/// Where an answer stalls, a replay waits for as long as an app-server does. Longer than any silence that was not the
/// last, so that the rest can be replayed at its own pace.
fn idle_timeout(exchanges: &[Exchange]) -> Option<u64> {
    exchanges.iter().find(|exchange| exchange.delivery.end == End::Stalled)?;
    let silences = exchanges.iter().flat_map(|exchange| {
        let times: Vec<Duration> = exchange.delivery.pieces.iter().map(|piece| piece.at).collect();
        times.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect::<Vec<_>>()
    });
    let longest = silences.max().unwrap_or_default();
    u64::try_from((longest * 2 + SHORTEST_STALL).as_millis()).ok()
}

fn notes(reel: &Reel, about: &About, redirects: Vec<String>) -> String {
    let mut notes = vec![about.notes.clone()];
    let mut number = 0;
    for take in &reel.takes {
        if take.is_unknown() {
            notes.push(left_out(take));
            continue;
        }
        number += 1;
        notes.extend(notes_on(take).into_iter().map(|note| format!("Exchange {number}: {note}.")));
    }
    notes.extend(redirects.into_iter().map(|redirect| format!("{redirect}.")));
    notes.retain(|note| !note.is_empty());
    notes.join("\n")
}

fn left_out(take: &Take) -> String {
    match &take.ending {
        Some(ending) if ending.kind == EndKind::Unread => {
            format!("A request is left out: {}.", ending.why)
        }
        _ => "A request had no answer yet when the recorder ended; it is left out.".to_owned(),
    }
}

fn notes_on(take: &Take) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(ending) = take.ending.as_ref().filter(|ending| ending.kind != EndKind::Complete) {
        notes.push(ending.why.clone());
    }
    if take.ending.is_none() {
        notes.push("the recorder was killed before its end".to_owned());
    }
    if let Some(codings) = take.codings() {
        notes.push(format!(
            "the upstream sent {codings} although it was asked for the stream itself; it is kept decoded, and in which pieces it came is not known"
        ));
    }
    notes.extend(take.undecoded.clone());
    notes
}
