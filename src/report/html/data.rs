//! What the page shows, as it reads it.

use crate::compare::ChannelComparison;
use crate::observe::{Channel, JsonText, Observed};
use crate::report::timeline::{Row, Timeline};
use crate::report::transcript::TRAFFIC;
use crate::report::{Checked, Compared, Failure, Run, counted};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// All of a run. The script knows these names, and nobody else does: machines read another report.
pub(super) fn data(run: &Run<'_>, more: impl Fn(&Checked) -> String) -> Value {
    let lanes: Vec<_> = Channel::ALL.iter().map(|channel| channel.name()).chain([TRAFFIC]).collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "conclusion": run.conclusion().name(),
        "verdict": run.verdict(),
        "lanes": lanes,
        "sides": run.sides.iter().map(|side| json!({ "name": side.name, "server": side.app_server })).collect::<Vec<_>>(),
        "notes": notes(run),
        "recordings": run.summary.checked.iter().map(|checked| recording(checked, &more)).collect::<Vec<_>>(),
    })
}

/// What is to be said of all recordings together.
fn notes(run: &Run<'_>) -> Vec<String> {
    let unused = run.unused();
    let allowed = run.allowed.entries.iter().enumerate().map(|(index, allowance)| {
        let uses = match run.summary.uses_of(index) {
            _ if unused.contains(&index) => "unused: delete it".to_owned(),
            uses => format!("in {}", counted(uses, "recording")),
        };
        format!("allowed: {allowance} ({}): {uses}", allowance.reason)
    });
    let strays = run.summary.strays.iter().map(|stray| format!("belongs to no conversation: {stray}"));
    let silences =
        run.summary.silences().map(|(recording, silence)| format!("silent once: {recording}: {silence}"));
    allowed.chain(silences).chain(strays).collect()
}

fn recording(checked: &Checked, more: impl Fn(&Checked) -> String) -> Value {
    let mut value = json!({
        "name": checked.name,
        "origin": checked.origin.display().to_string(),
        "verdict": checked.verdict().name(),
        "ms": milliseconds(checked.elapsed),
        "sha256": checked.digest.whole,
        "more": more(checked),
    });
    match &checked.result {
        Err(Failure { side, problem }) => value["problems"] = json!([format!("{side}: {problem}")]),
        Ok(compared) => found(compared, &mut value),
    }
    value
}

fn found(compared: &Compared, value: &mut Value) {
    let problems = compared.problems.iter().map(ToString::to_string);
    let noise = compared
        .noise
        .iter()
        .map(|noise| format!("noise: {} differs from itself, in {}", noise.side, noise.place));
    value["problems"] = problems.chain(noise).collect();
    value["names"] = json!(compared.names());
    value["channels"] = compared.comparison.channels.iter().map(channel).collect();
    if let Some(timeline) = Timeline::of(compared) {
        let (mut tables, mut rows) = (Tables::default(), Vec::with_capacity(timeline.rows.len()));
        for row in &timeline.rows {
            rows.push(tables.row(row, timeline.entries(row)));
        }
        value["rows"] = Value::Array(rows);
        value["labels"] = tables.labels.into();
        value["values"] = tables.values.into();
    }
}

fn channel(comparison: &ChannelComparison) -> Value {
    let ChannelComparison { channel, left, right, divergence, .. } = comparison;
    let mut value = json!({ "name": channel, "left": left, "right": right });
    if let Some(divergence) = divergence {
        let mut place = Map::from_iter([
            ("index".to_owned(), json!(divergence.index)),
            ("path".to_owned(), json!(divergence.difference.path)),
        ]);
        let sides = [("left", &divergence.difference.left), ("right", &divergence.difference.right)];
        place.extend(sides.into_iter().filter_map(|(name, side)| Some((name.to_owned(), side.clone()?))));
        value["divergence"] = Value::Object(place);
    }
    value
}

/// Labels and values that many rows have in common, each once.
#[derive(Default)]
struct Tables {
    labels: Vec<String>,
    values: Vec<Value>,
    known: BTreeMap<(bool, String), usize>,
}

impl Tables {
    /// Lane, kind, and both entries: kind 0 is the same, 1 differs, 2 is the first of its channel to differ.
    fn row(&mut self, row: &Row, [left, right]: [Option<&Observed>; 2]) -> Value {
        let lane = row.channel.map_or(Channel::ALL.len(), |channel| channel as usize);
        let kind = if row.is_first { 2 } else { u8::from(row.differs()) };
        let left = left.zip(row.pair.left).map(|(observed, index)| self.entry(index, observed));
        let right = right.zip(row.pair.right).map(|(observed, index)| self.entry(index, observed));
        json!([lane, kind, left, right])
    }

    /// Index, time, label, value.
    fn entry(&mut self, index: usize, observed: &Observed) -> Value {
        let label = self.label(&observed.label);
        let value = self.value(&observed.value);
        json!([index, milliseconds(observed.at), label, value])
    }

    fn label(&mut self, label: &str) -> usize {
        let next = self.labels.len();
        let place = *self.known.entry((false, label.to_owned())).or_insert(next);
        if place == next {
            self.labels.push(label.to_owned());
        }
        place
    }

    fn value(&mut self, value: &JsonText) -> usize {
        let next = self.values.len();
        let place = *self.known.entry((true, value.as_str().to_owned())).or_insert(next);
        if place == next {
            self.values.push(value.value());
        }
        place
    }
}

/// To a tenth: nobody reads more.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}
