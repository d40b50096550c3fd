//! Replaces what differs between any two runs by what it stands for.
//!
//! Paths, addresses and the conversation's id become words; UUIDs made by the server are numbered by first
//! appearance, so that "the same one twice" stays visible. A UUID that stands in the recording is the upstream's,
//! must arrive as it is, and is left alone.

use super::clock::without_clock;
use super::json_text::JsonText;
use super::transcriber::Transcriber;
use crate::replay::Replayed;
use crate::wire::uuids_in;
use serde::Serialize;
use serde::de::{DeserializeSeed, Deserializer};
use serde_json::Value;
use std::borrow::Cow;
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
    pub(super) fn value(&mut self, value: Value) -> JsonText {
        let mut text = Vec::new();
        match self.transcribe(value, &mut text, &[]) {
            Ok(_) => json_text(text),
            Err(error) => JsonText::from(Value::from(error.to_string())),
        }
    }

    /// The same of JSON that is not read yet.
    pub(super) fn json(&mut self, json: &str) -> JsonText {
        let mut text = Vec::new();
        self.write(json, &mut text, &[]);
        json_text(text)
    }

    /// The same, written to the end of a text. Gives the member to which `keys` lead, which is left out there; `None`
    /// where it has none.
    pub(super) fn write(&mut self, json: &str, text: &mut Vec<u8>, keys: &[&str]) -> Option<JsonText> {
        let start = text.len();
        let mut reader = serde_json::Deserializer::from_str(json);
        if let Ok(cut) = self.transcribe(&mut reader, text, keys) {
            return (!cut.is_empty()).then(|| json_text(cut));
        }
        // Nested too deeply; the text still says what came.
        text.truncate(start);
        write_json(text, &self.text(Cow::Borrowed(json)));
        None
    }

    pub(super) fn text<'t>(&mut self, text: Cow<'t, str>) -> Cow<'t, str> {
        // Nothing that is replaced is as short as most keys and words are.
        if text.len() < SHORTEST {
            return text;
        }
        let text = self.words.iter().fold(text, |text, (literal, word)| {
            if text.contains(literal.as_str()) {
                Cow::Owned(text.replace(literal.as_str(), word))
            } else {
                text
            }
        });
        let text = self.number_uuids(without_clock(text));
        if text.starts_with("<codex-home>/sessions/") { Cow::Borrowed("<rollout>") } else { text }
    }

    fn number_uuids<'t>(&mut self, text: Cow<'t, str>) -> Cow<'t, str> {
        let mut normalised = None;
        for uuid in uuids_in(&text).filter(|uuid| !self.recorded.contains(*uuid)) {
            let next = self.numbered.len() + 1;
            let number = *self.numbered.entry(uuid.to_owned()).or_insert(next);
            let so_far = normalised.as_deref().unwrap_or(&*text);
            normalised = Some(so_far.replacen(uuid, &format!("<uuid-{number}>"), 1));
        }
        normalised.map_or(text, Cow::Owned)
    }

    /// Gives what was cut out.
    fn transcribe<'de, D: Deserializer<'de>>(
        &mut self,
        value: D,
        text: &mut Vec<u8>,
        keys: &[&str],
    ) -> Result<Vec<u8>, D::Error> {
        let mut cut = Vec::new();
        Transcriber { normalizer: self, text, keys, cut: &mut cut }.deserialize(value)?;
        Ok(cut)
    }
}

/// Writes what can be written as JSON to the end of a text, which takes it.
pub(super) fn write_json(text: &mut Vec<u8>, value: &impl Serialize) {
    let _ = serde_json::to_writer(text, value);
}

/// JSON is written as UTF-8.
pub(super) fn json_text(json: Vec<u8>) -> JsonText {
    JsonText::of_json(String::from_utf8(json).unwrap_or_default())
}
