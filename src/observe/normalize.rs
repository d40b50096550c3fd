//! Replaces what differs between any two runs by what it stands for.
//!
//! Paths, addresses and the conversation's id become words; UUIDs made by the server are numbered by first
//! appearance, so that "the same one twice" stays visible. A UUID that stands in the recording is the upstream's,
//! must arrive as it is, and is left alone.

use super::clock::{is_of_the_clock, without_clock};
use crate::replay::Replayed;
use crate::wire::uuids_in;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// An address with its port, a path, an id: none has fewer bytes.
const SHORTEST: usize = 9;

pub(super) struct Normalizer<'a> {
    words: Vec<(String, &'static str)>,
    recorded: &'a BTreeSet<String>,
    numbered: BTreeMap<String, usize>,
}

impl<'a> Normalizer<'a> {
    pub(super) fn new(replayed: &'a Replayed) -> Normalizer<'a> {
        let places = &replayed.transcript.surroundings;
        let address = replayed.base_url.trim_start_matches("http://").split('/').next().unwrap_or_default();
        let mut words = vec![
            (replayed.base_url.clone(), "<upstream>"),
            (address.to_owned(), "<upstream-address>"),
            (places.work_dir.display().to_string(), "<work>"),
            (places.codex_home.display().to_string(), "<codex-home>"),
            (places.home.display().to_string(), "<home>"),
            (replayed.transcript.conversation.0.clone(), "<conversation>"),
        ];
        words.retain(|(literal, _)| literal.len() >= SHORTEST);
        // The longest first: one place lies inside another.
        words.sort_by_key(|(literal, _)| std::cmp::Reverse(literal.len()));
        Normalizer { words, recorded: &replayed.recorded_uuids, numbered: BTreeMap::new() }
    }

    /// The value with every string in it normalised, keys included.
    pub(super) fn value(&mut self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(text)),
            Value::Array(values) => Value::Array(values.into_iter().map(|value| self.value(value)).collect()),
            Value::Object(members) => {
                let members = members.into_iter().map(|(key, value)| {
                    let value =
                        if is_of_the_clock(&key, &value) { Value::from("<time>") } else { self.value(value) };
                    (self.text(key), value)
                });
                Value::Object(members.collect::<Map<_, _>>())
            }
            other => other,
        }
    }

    pub(super) fn text(&mut self, text: String) -> String {
        // Nothing that is replaced is as short as most keys and words are.
        if text.len() < SHORTEST {
            return text;
        }
        let text = self.words.iter().fold(text, |text, (literal, word)| {
            if text.contains(literal.as_str()) { text.replace(literal.as_str(), word) } else { text }
        });
        let text = self.number_uuids(without_clock(text));
        if text.starts_with("<codex-home>/sessions/") { "<rollout>".to_owned() } else { text }
    }

    fn number_uuids(&mut self, text: String) -> String {
        let mut normalised = text.clone();
        for uuid in uuids_in(&text).filter(|uuid| !self.recorded.contains(*uuid)) {
            let next = self.numbered.len() + 1;
            let number = *self.numbered.entry(uuid.to_owned()).or_insert(next);
            normalised = normalised.replacen(uuid, &format!("<uuid-{number}>"), 1);
        }
        normalised
    }
}
