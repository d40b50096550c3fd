//! What must hold beside parity: what means nothing changes nothing.

use super::cases::{plain, spare_answer};
use super::symptom::Symptom;
use crate::compare::{Place, places};
use crate::observe::{Channel, Observation};
use crate::recording::{End, Framing, Recording};
use crate::report::{Checked, Seen};
use crate::wire::is_success;
use std::fmt;

/// Something that must hold on each side by itself, whatever the other one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// Neither where a body is cut, nor when its pieces come, nor how its length is told changes what is seen.
    Cuts,
    /// Neither comments, nor needless blank lines, nor how lines end changes it.
    Spelling,
    /// Nor do other conversations that go on in the same process.
    Company,
    /// After whatever happened, the next turn is answered.
    NextTurn,
}

impl Law {
    /// The recording in the way that must come to the same: for [`Law::Cuts`] at once, for [`Law::Spelling`] in the
    /// plainest spelling too. The other laws are not about how anything is told.
    #[must_use]
    pub fn plainly(self, recording: &Recording) -> Recording {
        let mut plainly = recording.clone();
        for exchange in &mut plainly.exchanges {
            if [Law::Cuts, Law::Spelling].contains(&self) {
                let delivery = &mut exchange.delivery;
                delivery.pieces.clear();
                delivery.times_matter = false;
                if delivery.end == End::Complete {
                    delivery.framing = Framing::Length;
                }
            }
            if self == Law::Spelling && is_success(exchange.status) {
                exchange.body = plain(&exchange.body).into();
            }
        }
        plainly
    }

    /// Where what a side showed is not the same, for each of the sides.
    pub(super) fn broken_between(self, one: &Checked, other: &Checked) -> Vec<Symptom> {
        let broken = |(side, place): (&str, Place)| Symptom::Broken {
            law: self,
            side: side.to_owned(),
            what: Symptom::of_place(&place).to_string(),
        };
        places_between(one, other).into_iter().map(broken).collect()
    }
}

/// Whether what the sides showed is not the same, and nothing but how long something took is not: that, a busy machine
/// can make longer, too.
pub(super) fn differ_in_time_alone(one: &Checked, other: &Checked) -> bool {
    let places = places_between(one, other);
    !places.is_empty() && places.iter().all(|(_, place)| place.divergence.is_of_time())
}

/// Where what a side showed is not the same, with the name of the side.
fn places_between<'a>(one: &'a Checked, other: &Checked) -> Vec<(&'a str, Place)> {
    let (Ok(one), Ok(other)) = (&one.result, &other.result) else { return Vec::new() };
    let sides = one.seen.iter().zip(&other.seen);
    sides
        .flat_map(|(one, other)| {
            let places = places(&one.observation, &other.observation);
            places.into_iter().map(|place| (one.side.as_str(), place))
        })
        .collect()
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Law::Cuts => "cuts or times change",
            Law::Spelling => "comments, blank lines or line ends change",
            Law::Company => "other conversations change",
            Law::NextTurn => "the next turn is not answered:",
        })
    }
}

/// Where the last turn of a [`Case`](super::Case) did not come to what it must come to.
pub(super) fn unanswered(recording: &Recording, checked: &Checked) -> Vec<Symptom> {
    let Ok(compared) = &checked.result else { return Vec::new() };
    let of_side = |seen: &Seen| {
        let what = last_turn_of(recording, &seen.observation)?;
        Some(Symptom::Broken { law: Law::NextTurn, side: seen.side.clone(), what })
    };
    compared.seen.iter().filter_map(of_side).collect()
}

/// What is wrong with it. Nothing is where answers of earlier turns were left over for it.
fn last_turn_of(recording: &Recording, observation: &Observation) -> Option<String> {
    let outcome = observation.channel(Channel::Outcome).iter().map(|observed| observed.value.value());
    let turns: Vec<_> = outcome.filter(|value| value.get("turn").is_some()).collect();
    let (last, before) = turns.split_last().filter(|(last, _)| last["turn"] == recording.turns.len())?;
    let asked: u64 = before.iter().filter_map(|turn| turn["requests"].as_u64()).sum();
    let spare = spare_answer();
    let own = recording.exchanges.iter().rposition(|exchange| *exchange != spare);
    if asked < own.map_or(0, |last| last as u64 + 1) {
        return None;
    }
    if last["ended"] != "task_complete" {
        Some(format!("it ends as {}", last["ended"]))
    } else if last["errors"].as_array().is_some_and(|errors| !errors.is_empty()) {
        Some("it fails".to_owned())
    } else if last["last_agent_message"].is_null() {
        Some("the model's words are missing".to_owned())
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::compare;
    use crate::observe::Observed;
    use crate::recording::{Delivery, Digest, Exchange, Piece, Turn};
    use crate::report::Compared;
    use serde_json::{Value, json};
    use std::path::PathBuf;
    use std::time::Duration;

    /// What a check is that showed this on both sides.
    fn checked(channel: Channel, values: &[Value]) -> Checked {
        let mut observation = Observation::default();
        let label = || "turn 1".to_owned();
        let entries = values.iter().map(|value| Observed {
            label: label(),
            value: value.clone().into(),
            at: Duration::ZERO,
        });
        *observation.channel_mut(channel) = entries.collect();
        let comparison = compare(&observation, &observation);
        let seen = ["direct", "delegated"].map(|side| Seen {
            side: side.to_owned(),
            observation: observation.clone(),
            ..Seen::default()
        });
        let compared = Compared {
            seen: seen.into(),
            comparison,
            details: vec![],
            places: vec![],
            allowed: vec![],
            problems: vec![],
            noise: vec![],
            silences: vec![],
        };
        Checked {
            name: String::new(),
            origin: PathBuf::new(),
            digest: Digest::default(),
            elapsed: Duration::ZERO,
            result: Ok(compared),
        }
    }

    fn told(symptoms: &[Symptom]) -> Vec<String> {
        symptoms.iter().map(Symptom::to_string).collect()
    }

    #[test]
    fn a_law_is_broken_on_each_side_by_itself() {
        let one = checked(Channel::Notifications, &[json!({ "a": 1 })]);
        let other = checked(Channel::Notifications, &[json!({ "a": 2 })]);
        assert_eq!(
            told(&Law::Cuts.broken_between(&one, &other)),
            [
                "direct: cuts or times change notifications turn # $.a",
                "delegated: cuts or times change notifications turn # $.a",
            ]
        );
        assert!(Law::Cuts.broken_between(&one, &one).is_empty());
    }

    #[test]
    fn what_differs_in_time_alone_is_known() {
        let shown = |retry: &str, body: u8| {
            checked(Channel::Requests, &[json!({ "method": "POST", "retry": retry, "body": body })])
        };
        let once = shown("at once", 1);
        assert!(differ_in_time_alone(&once, &shown("later", 1)));
        assert!(!differ_in_time_alone(&once, &shown("later", 2)));
        assert!(!differ_in_time_alone(&once, &once));
    }

    #[test]
    fn the_last_turn_must_complete_with_words() {
        let turn = |turn: usize, requests: usize, ended: &str, words: Value, errors: Value| json!({ "turn": turn, "ended": ended, "requests": requests, "last_agent_message": words, "errors": errors });
        let first = |requests| turn(1, requests, "task_complete", json!(null), json!(["no"]));
        let mut recording = Recording::probe();
        recording.exchanges.insert(0, Exchange::stream(""));
        recording.turns.push(Turn::said("And now?"));
        let wrong = |first: Value, last: Value| {
            let found = unanswered(&recording, &checked(Channel::Outcome, &[first, last]));
            told(&found).first().cloned()
        };
        assert_eq!(wrong(first(1), turn(2, 1, "task_complete", json!("Yes."), json!([]))), None);
        let silent = turn(2, 1, "task_complete", json!(null), json!([]));
        assert_eq!(
            wrong(first(1), silent.clone()).as_deref(),
            Some("direct: the next turn is not answered: the model's words are missing")
        );
        // The answer may have been one that was left over.
        assert_eq!(wrong(first(0), silent), None);
        let failed = wrong(first(1), turn(2, 1, "task_complete", json!("Yes."), json!(["no"])));
        assert!(failed.is_some_and(|failed| failed.ends_with("it fails")));
        let aborted = wrong(first(1), turn(2, 1, "turn_aborted", json!("Yes."), json!([])));
        assert!(aborted.is_some_and(|aborted| aborted.ends_with("it ends as \"turn_aborted\"")));
    }

    #[test]
    fn plainly_is_at_once_and_in_the_plainest_spelling() {
        let pieces = vec![Piece { at: Duration::ZERO, end: 3 }];
        let delivery =
            Delivery { pieces, times_matter: true, framing: Framing::Chunked, ..Delivery::default() };
        let exchange = Exchange { delivery, ..Exchange::stream(":c\r\ndata: 1\r\r") };
        let recording = Recording::of_exchanges("", vec![Turn::said("Hello")], vec![exchange.clone()]);
        let plainly = |law: Law| law.plainly(&recording).exchanges.remove(0);
        assert_eq!(plainly(Law::Cuts), Exchange::stream(exchange.body.clone()));
        assert_eq!(plainly(Law::Spelling), Exchange::stream("data: 1\n\n"));
        assert_eq!(plainly(Law::Company), exchange);
    }
}
