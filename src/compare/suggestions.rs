//! What a person may want to allow, written so that it can be copied.

use super::allowed::{Allowance, AllowedDifference};
use super::places::Place;
use crate::observe::Channel;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How many recordings are named in a suggestion's text.
const NAMED: usize = 3;

/// An entry that would allow something, and where it would.
///
/// Its text is an entry of a `parity.toml`. The reason is left to whoever copies it, and an entry without one is refused.
#[derive(Clone, Debug)]
pub struct Suggestion {
    /// The entry.
    pub allowance: Allowance,
    /// The recordings it was needed in.
    pub recordings: BTreeSet<String>,
}

/// What would have to be allowed for everything to be the same, given the places at which each recording differs.
///
/// The most general come first: those that silence most recordings, and of these the ones that say least about where.
/// Where one path differs under several labels, the entry names none; what lies within another entry is left out.
pub fn suggestions<'a>(recordings: impl IntoIterator<Item = (&'a str, &'a [Place])>) -> Vec<Suggestion> {
    let mut groups = BTreeMap::<(Channel, String), Suggestion>::new();
    for (name, places) in recordings {
        for Place { allowance, .. } in places {
            let of_this_kind = || Suggestion { allowance: allowance.clone(), recordings: BTreeSet::new() };
            let suggestion = groups.entry(key_of(allowance)).or_insert_with(of_this_kind);
            suggestion.recordings.insert(name.to_owned());
            if suggestion.allowance.label != allowance.label {
                suggestion.allowance.label = None;
            }
        }
    }
    let all: Vec<_> = groups.into_values().collect();
    let needed = all.iter().filter(|one| !all.iter().any(|other| other.covers(one)));
    let mut suggestions: Vec<_> = needed.cloned().collect();
    suggestions.sort_by_key(|one| (Reverse(one.recordings.len()), depth_of(&one.allowance.difference)));
    suggestions
}

/// Where no place in an entry is named its label is all there is to tell it by.
fn key_of(Allowance { channel, label, difference, .. }: &Allowance) -> (Channel, String) {
    let label = label.as_deref().filter(|_| depth_of(difference) == 0).unwrap_or_default();
    (*channel, format!("{difference} {label}"))
}

/// How many steps lead to what may differ; none to the entry as a whole.
fn depth_of(difference: &AllowedDifference) -> usize {
    match difference {
        AllowedDifference::Value(path) => path.steps().len(),
        AllowedDifference::Order => 0,
    }
}

/// Whether what may differ here lies within what may differ there, and is less.
fn lies_within(difference: &AllowedDifference, other: &AllowedDifference) -> bool {
    use AllowedDifference::{Order, Value};
    match (difference, other) {
        (Value(path), Value(other)) => path.lies_within(other) && path != other,
        (Order, Value(other)) => other.is_whole(),
        (_, Order) => false,
    }
}

impl Suggestion {
    /// Whether the other one, which lies within, is not needed beside it.
    fn covers(&self, other: &Suggestion) -> bool {
        let (own, others) = (&self.allowance, &other.allowance);
        let within = lies_within(&others.difference, &own.difference);
        let same_label = own.label.is_none() || own.label == others.label;
        within && own.channel == others.channel && same_label && other.recordings.is_subset(&self.recordings)
    }

    /// In which recordings, in a line.
    fn places(&self) -> String {
        let named: Vec<_> = self.recordings.iter().take(NAMED).map(String::as_str).collect();
        let more = if self.recordings.len() > NAMED { ", …" } else { "" };
        format!("in {}: {}{more}", self.recordings.len(), named.join(", "))
    }
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |text: &str| toml::Value::from(text).to_string();
        let Allowance { channel, label, difference, .. } = &self.allowance;
        writeln!(f, "# {}\n[[allow]]\nchannel = {}", self.places(), quoted(channel.name()))?;
        if let Some(label) = label {
            writeln!(f, "label = {}", quoted(label))?;
        }
        match difference {
            AllowedDifference::Value(path) => writeln!(f, "path = {}", quoted(&path.to_string()))?,
            AllowedDifference::Order => writeln!(f, "order = \"any\"")?,
        }
        writeln!(f, "reason = \"\"")
    }
}
