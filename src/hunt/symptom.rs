//! What is wrong with a recording, so that the same wrong can be told in a smaller one.

use super::law::Law;
use crate::compare::Place;
use crate::observe::Channel;
use crate::report::{Checked, Failure};
use std::collections::BTreeSet;
use std::fmt;

/// One kind of thing that is wrong: two checks with the same symptom went wrong in the same way, whatever the numbers
/// and values in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Symptom {
    /// The sides differ, in this kind of place.
    Divergence {
        /// In which channel.
        channel: Channel,
        /// In what kind of entry.
        label: String,
        /// Where in it, with `[*]` for indexes; or `order`, where it stands elsewhere.
        what: String,
    },
    /// A side breaks a law by itself.
    Broken {
        /// Which.
        law: Law,
        /// On which side.
        side: String,
        /// In what kind of place, or how.
        what: String,
    },
    /// The replay was not what was recorded, or proves nothing.
    Problem(String),
    /// There was nothing to compare: an app-server or the harness itself failed.
    Failure(String),
}

impl Symptom {
    /// The kind of a place where the sides differ.
    pub fn of_place(place: &Place) -> Symptom {
        let allowance = &place.allowance;
        let label = allowance.label.as_deref().unwrap_or("everything");
        Symptom::Divergence {
            channel: allowance.channel,
            label: without_words(label, |word| {
                word.trim_start_matches('#').bytes().all(|byte| byte.is_ascii_digit())
            }),
            what: allowance.difference.to_string(),
        }
    }

    /// Everything that is wrong, the first divergence first; empty where nothing is. For checks that looked for
    /// [all places](crate::check::CheckOptions::all_places).
    pub fn all_of(checked: &Checked) -> Vec<Symptom> {
        let symptoms: Vec<Symptom> = match &checked.result {
            Err(Failure { side, problem }) => {
                let first = problem.lines().next().unwrap_or_default();
                vec![Symptom::Failure(format!("{side}: {}", without_numbers(first)))]
            }
            Ok(compared) => {
                let places = compared.places.iter().map(Symptom::of_place);
                let problems = compared.problems.iter();
                let problems =
                    problems.map(|problem| Symptom::Problem(without_numbers(&problem.to_string())));
                places.chain(problems).collect()
            }
        };
        // An observation with many of one kind has each of them once.
        let mut seen = BTreeSet::new();
        symptoms.into_iter().filter(|symptom| seen.insert(symptom.clone())).collect()
    }

    /// That an app-server said something which belongs to no conversation.
    pub(super) fn stray(line: &str) -> Symptom {
        Symptom::Problem(format!("belongs to no conversation: {}", without_numbers(line)))
    }

    /// Whether it is this law that is broken.
    pub fn breaks(&self, law: Law) -> bool {
        matches!(self, Symptom::Broken { law: broken, .. } if *broken == law)
    }

    /// Whether something differs, and not only goes another way than was recorded.
    pub fn is_divergence(&self) -> bool {
        matches!(self, Symptom::Divergence { .. } | Symptom::Broken { .. })
    }
}

/// For people: `notifications codex/event/agent_message_delta $.params.msg.delta`.
impl fmt::Display for Symptom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Symptom::Divergence { channel, label, what } => write!(f, "{channel} {label} {what}"),
            Symptom::Broken { law, side, what } => write!(f, "{side}: {law} {what}"),
            Symptom::Problem(text) | Symptom::Failure(text) => f.write_str(text),
        }
    }
}

/// What has a number in it may have another one the next time: how long, which of them, at which address.
fn without_numbers(text: &str) -> String {
    without_words(text, |word| word.bytes().any(|byte| byte.is_ascii_digit()))
}

/// With `#` for such words, and one for several in a row.
fn without_words(text: &str, is_number: impl Fn(&str) -> bool) -> String {
    let words = text.split_whitespace().map(|word| if is_number(word) { "#" } else { word });
    let mut words: Vec<&str> = words.collect();
    words.dedup_by(|one, other| one == other && *one == "#");
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_of_no_matter() {
        let same = |one: &str, other: &str| assert_eq!(without_numbers(one), without_numbers(other));
        same("direct: nobody asked for exchange 1, 2, 5", "direct: nobody asked for exchange 3");
        same("turn 1 did not end; nothing arrived for 60s", "turn 12 did not end; nothing arrived for 500ms");
        assert_eq!(
            without_numbers("direct: request 2 was never recorded"),
            "direct: request # was never recorded"
        );
    }
}
