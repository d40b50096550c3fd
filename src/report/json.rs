//! A run for machines: one JSON document. `docs/report.schema.json` describes it.

use super::case::{Checked, Compared, Noise, Silence};
use super::run::Run;
use super::summary::Summary;
use super::verdict::Verdict;
use crate::compare::{AllowedDifference, ChannelComparison, Context, Divergence};
use crate::observe::{Channel, Observed};
use crate::recording::{Digest, redact};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The version of the documents that this build writes. It grows where a reader has to change: where a member goes, or
/// means something else. A member that is added is no change.
pub const JSON_VERSION: u32 = 1;

/// All that there is to say about a run, but for what was the same. No secrets are said.
///
/// # Panics
/// Never: the values are made here.
pub fn json(run: &Run<'_>) -> String {
    let text = serde_json::to_string_pretty(&document(run)).expect("a value made of JSON");
    redact(&text).into_owned()
}

fn document(run: &Run<'_>) -> Value {
    let summary = run.summary;
    json!({
        "version": JSON_VERSION,
        "tool": { "name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION") },
        "conclusion": run.conclusion().name(),
        "elapsed_ms": milliseconds(summary.elapsed),
        "partition": run.share.as_ref().map(|share| json!({
            "share": share.partition,
            "recordings_in_all_shares": share.of,
        })),
        "sides": run.sides.iter().map(|side| json!({
            "name": side.name,
            "path": side.path,
            "app_server": side.app_server,
        })).collect::<Vec<_>>(),
        "across_dialects": summary.across_dialects,
        "totals": totals(summary),
        "allowed": allowed(run),
        "asides": summary.asides().iter().map(|(request, recordings)| json!({
            "request": request,
            "recordings": recordings,
        })).collect::<Vec<_>>(),
        "strays": summary.strays,
        "recordings": summary.checked.iter().map(|checked| recording(checked, run)).collect::<Vec<_>>(),
    })
}

fn totals(summary: &Summary) -> Value {
    let verdicts = Verdict::ALL.map(|verdict| (verdict.name().to_owned(), json!(summary.count(verdict))));
    let compared = Channel::ALL.map(|channel| (channel.name().to_owned(), json!(summary.compared(channel))));
    let results = || summary.checked.iter().filter_map(|checked| checked.result.as_ref().ok());
    let seen = || results().flat_map(|compared| &compared.seen);
    json!({
        "recordings": summary.checked.len(),
        "verdicts": Map::from_iter(verdicts),
        "compared": Map::from_iter(compared),
        "served": seen().map(|seen| seen.served.len()).sum::<usize>(),
        "unserved": seen().map(|seen| seen.unserved.len()).sum::<usize>(),
        "allowed": results().map(|compared| compared.allowed.len()).sum::<usize>(),
        "noise": results().map(|compared| compared.noise.len()).sum::<usize>(),
    })
}

fn allowed(run: &Run<'_>) -> Vec<Value> {
    let unused = run.unused();
    let entries = run.allowed.entries.iter().enumerate().map(|(index, allowance)| {
        let mut entry = json!({
            "channel": allowance.channel,
            "label": allowance.label,
            "recordings": allowance.recordings,
            "reason": allowance.reason,
            "used": run.summary.uses_of(index),
            "unused": unused.contains(&index),
        });
        match &allowance.difference {
            AllowedDifference::Value(path) => entry["path"] = json!(path.to_string()),
            AllowedDifference::Order => entry["order"] = json!("any"),
        }
        entry
    });
    entries.collect()
}

fn recording(checked: &Checked, run: &Run<'_>) -> Value {
    let Digest { whole, bodies } = &checked.digest;
    let mut value = json!({
        "name": checked.name,
        "origin": checked.origin.display().to_string(),
        "sha256": whole,
        "bodies_sha256": bodies,
        "verdict": checked.verdict().name(),
        "elapsed_ms": milliseconds(checked.elapsed),
    });
    let rest = match &checked.result {
        Ok(compared) => found(compared, run),
        Err(failure) => json!({ "failure": { "side": failure.side, "message": failure.problem } }),
    };
    if let (Value::Object(members), Value::Object(rest)) = (&mut value, rest) {
        members.extend(rest);
    }
    value
}

fn found(compared: &Compared, run: &Run<'_>) -> Value {
    json!({
        "sides": compared.seen.iter().map(|seen| json!({
            "name": seen.side,
            "requests": seen.observation.channel(Channel::Requests).len(),
            "served": seen.served,
            "unserved": seen.unserved,
        })).collect::<Vec<_>>(),
        "channels": compared.comparison.channels.iter().map(channel).collect::<Vec<_>>(),
        "allowed": compared.allowed.iter().map(|index| json!({
            "index": index,
            "reason": run.allowed.entries.get(*index).map(|allowance| &allowance.reason),
        })).collect::<Vec<_>>(),
        "noise": compared.noise.iter().map(noise).collect::<Vec<_>>(),
        "silences": compared.silences.iter().map(silence).collect::<Vec<_>>(),
        "problems": compared.problems.iter().map(|problem| json!({
            "side": problem.side,
            "kind": problem.kind.name(),
            "message": problem.kind.to_string(),
        })).collect::<Vec<_>>(),
    })
}

fn channel(channel: &ChannelComparison) -> Value {
    let ChannelComparison { channel, left, right, same, divergence } = channel;
    json!({
        "channel": channel,
        "left": left,
        "right": right,
        "compared": left.max(right),
        "same_from_start": same,
        "divergence": divergence.as_ref().map(place),
    })
}

fn noise(noise: &Noise) -> Value {
    json!({ "side": noise.side, "divergence": place(&noise.place.divergence) })
}

fn silence(silence: &Silence) -> Value {
    json!({ "side": silence.side, "turn": silence.turn, "after_ms": milliseconds(silence.after) })
}

/// A side without a value has no member for it: `null` is a value.
fn place(divergence: &Divergence) -> Value {
    let difference = &divergence.difference;
    let mut value = json!({
        "channel": divergence.channel,
        "index": divergence.index,
        "path": difference.path,
        "context": { "left": context(&divergence.left), "right": context(&divergence.right) },
    });
    for (name, side) in [("left", &difference.left), ("right", &difference.right)] {
        if let Some(side) = side {
            value[name] = side.clone();
        }
    }
    value
}

fn context(context: &Context) -> Vec<Value> {
    let entries = context.entries.iter().enumerate();
    let entry = |(offset, observed): (usize, &Observed)| {
        json!({
            "index": context.first + offset,
            "at_ms": milliseconds(observed.at),
            "label": observed.label,
            "value": observed.value,
        })
    };
    entries.map(entry).collect()
}

/// With three digits after the point, so that what is quick is not nothing.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_micros() as f64) / 1000.0
}
