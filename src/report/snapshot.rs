//! An observation as text for a snapshot: one entry a line, long things short.

use super::excerpt::digest;
use crate::observe::{Channel, Observation, Observed};
use serde_json::Value;
use std::fmt::Write;

/// A channel with more entries than this is shown by its ends; the middle is a digest.
const FOLD_BEYOND: usize = 160;
/// How many entries stay at either end of it.
const ENDS: usize = 40;
/// A string longer than this is shown by its start; the rest is a digest.
const LONG_STRING: usize = 600;

/// The canonical text of an observation.
///
/// What names the machine or the build (`user-agent`) is left out, what is very long or very many is folded; a
/// digest stands for everything folded, so that no change goes unseen.
pub fn snapshot(observation: &Observation) -> String {
    let mut text = String::new();
    for channel in Channel::ALL {
        let entries = observation.channel(channel);
        let _ = writeln!(text, "{channel} ({})", entries.len());
        let lines: Vec<String> = entries
            .iter()
            .enumerate()
            .map(|(index, observed)| line(index, observed))
            .collect();
        text.push_str(&folded(&lines));
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text
}

fn line(index: usize, observed: &Observed) -> String {
    format!(
        "{index:>4}  {}  {}\n",
        observed.label,
        presentable(observed.value.clone())
    )
}

fn folded(lines: &[String]) -> String {
    if lines.len() <= FOLD_BEYOND {
        return lines.concat();
    }
    let (start, rest) = lines.split_at(ENDS);
    let (middle, end) = rest.split_at(rest.len() - ENDS);
    format!(
        "{}   …  {} more, digest {}\n{}",
        start.concat(),
        middle.len(),
        digest(&middle.concat()),
        end.concat()
    )
}

fn presentable(value: Value) -> Value {
    match value {
        Value::String(text) if text.chars().count() > LONG_STRING => {
            let start: String = text.chars().take(60).collect();
            Value::String(format!(
                "{start}… ({} characters, digest {})",
                text.chars().count(),
                digest(&text)
            ))
        }
        Value::Array(values) => Value::Array(values.into_iter().map(presentable).collect()),
        Value::Object(members) => {
            let members = members.into_iter().map(|(key, value)| {
                let value = if key == "user-agent" {
                    Value::from("<user agent>")
                } else {
                    presentable(value)
                };
                (key, value)
            });
            Value::Object(members.collect())
        }
        other => other,
    }
}
