//! Every place where two observations differ, not only the first of each channel.

use super::allowed::{Allowance, AllowedDifference};
use super::allowed_path::JsonPath;
use super::comparison::{Divergence, compare};
use crate::observe::{Observation, Observed};
use std::fmt;

/// How many places of one pair are looked for. Two observations that have nothing in common differ in more, and nobody
/// reads them.
const MOST: usize = 200;

/// A place where observations differ, and what would allow it.
#[derive(Clone, Debug)]
pub struct Place {
    /// Where it was first seen.
    pub divergence: Divergence,
    /// The entry that allows it, with no reason yet: indexes are `[*]`.
    pub allowance: Allowance,
}

/// Every place where two observations differ, up to 200.
///
/// What differs is taken out as if it were allowed, and then what differs next is looked for. An entry that one side
/// has and the other lacks is one place, whatever it makes of the places of those behind it.
///
/// ```
/// use responses_parity::compare::places;
/// use responses_parity::observe::Observation;
///
/// assert!(places(&Observation::default(), &Observation::default()).is_empty());
/// ```
pub fn places(left: &Observation, right: &Observation) -> Vec<Place> {
    // Mostly there is none, and then nothing needs to be copied.
    if compare(left, right).is_identical() {
        return Vec::new();
    }
    let (mut left, mut right) = (left.clone(), right.clone());
    let mut places = Vec::new();
    while places.len() < MOST {
        let comparison = compare(&left, &right);
        let before = places.len();
        for divergence in comparison.divergences() {
            if let Some(allowance) = take_out(divergence, &mut left, &mut right) {
                places.push(Place { divergence: divergence.clone(), allowance });
            }
        }
        if places.len() == before {
            break;
        }
    }
    places
}

/// Allows the divergence in both, as narrowly as can be. `None` where nothing does.
fn take_out(divergence: &Divergence, left: &mut Observation, right: &mut Observation) -> Option<Allowance> {
    candidates(divergence, left, right).into_iter().find(|allowance| allowance.apply(left, right))
}

/// From the narrowest: the member that differs, what it is part of, and so on up to the entry itself. Where entries of
/// different labels stand there, the order of each, and then the entry itself.
fn candidates(divergence: &Divergence, left: &Observation, right: &Observation) -> Vec<Allowance> {
    let channel = divergence.channel;
    let entries = [left, right].map(|side| side.channel(channel).get(divergence.index));
    let allowance = |label: &str, difference| Allowance {
        channel,
        label: Some(label.to_owned()),
        difference,
        recordings: None,
        reason: String::new(),
    };
    match entries {
        [Some(left), Some(right)] if left.label == right.label => {
            let path = JsonPath::of_difference(&divergence.difference);
            let paths = path.with_parents().into_iter();
            paths.map(|path| allowance(&left.label, AllowedDifference::Value(path))).collect()
        }
        _ => {
            let [left, right] = [left, right].map(|side| side.channel(channel));
            let of_label = |label: String| {
                let order = has_moved(&label, left, right).then_some(AllowedDifference::Order);
                let differences = order.into_iter().chain([AllowedDifference::Value(JsonPath::whole())]);
                differences.map(|difference| allowance(&label, difference)).collect::<Vec<_>>()
            };
            labels_at(entries, left, right).into_iter().flat_map(of_label).collect()
        }
    }
}

/// The labels at a place where the sides have different entries: first the one of which there are more on one side, then
/// the one of which there are fewer. One that stands for an entry of another channel (`… #4`) did not move by itself.
fn labels_at(entries: [Option<&Observed>; 2], left: &[Observed], right: &[Observed]) -> Vec<String> {
    let count =
        |side: &[Observed], label: &str| side.iter().filter(|observed| observed.label == label).count();
    let labels = entries.into_iter().flatten().map(|observed| observed.label.clone());
    let mut labels: Vec<_> = labels.collect();
    labels.sort_by_key(|label| {
        let counts = [left, right].map(|side| count(side, label));
        (counts[0] == counts[1], label.contains(" #"), counts[0])
    });
    labels
}

/// Whether both sides have as many entries of this label, at other places: counted from the end, where they would be moved.
fn has_moved(label: &str, left: &[Observed], right: &[Observed]) -> bool {
    let [left, right] = [left, right].map(|side| -> Vec<usize> {
        let from_end = side.iter().rev().enumerate();
        from_end.filter(|(_, observed)| observed.label == label).map(|(index, _)| index).collect()
    });
    left.len() == right.len() && left != right
}

/// Its kind: `notifications codex/event/agent_message_delta $.params.msg.delta`, `notifications codex/event/plan_update
/// order`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.allowance.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::observe::Channel;
    use serde_json::{Value, json};
    use std::time::Duration;

    fn observation(notifications: &[(&str, Value)]) -> Observation {
        let mut observation = Observation::default();
        *observation.channel_mut(Channel::Notifications) = notifications
            .iter()
            .map(|(label, value)| Observed {
                label: (*label).to_owned(),
                value: value.clone().into(),
                at: Duration::ZERO,
            })
            .collect();
        observation
    }

    fn found(left: &[(&str, Value)], right: &[(&str, Value)]) -> Vec<String> {
        places(&observation(left), &observation(right)).iter().map(Place::to_string).collect()
    }

    #[test]
    fn every_member_that_differs_is_a_place() {
        let left = [("a", json!({"x": 1, "y": 2, "z": 3})), ("b", json!({"x": 1}))];
        let right = [("a", json!({"x": 1, "y": 3})), ("b", json!({"x": 2}))];
        let expected = ["notifications a $.y", "notifications a $.z", "notifications b $.x"];
        assert_eq!(found(&left, &right), expected);
    }

    #[test]
    fn elements_are_one_place_and_a_missing_one_is_its_array() {
        let left = [("a", json!({"x": [1, 2, 3]}))];
        assert_eq!(found(&left, &[("a", json!({"x": [2, 3, 4]}))]), ["notifications a $.x[*]"]);
        assert_eq!(found(&left, &[("a", json!({"x": [1, 2]}))]), ["notifications a $.x"]);
    }

    #[test]
    fn entries_that_changed_their_order_are_a_place() {
        let (one, other) = (("a", json!(1)), ("b", json!(2)));
        let left = [one.clone(), other.clone()];
        assert_eq!(found(&left, &[other, one]), ["notifications a order"]);
    }

    /// What is allowed is marked on both sides, and nothing else changes.
    #[test]
    fn null_is_not_the_same_as_nothing() {
        let left = [("a", json!({"x": null, "y": {"z": 1}})), ("a", json!(1))];
        let right = [("a", json!({"w": {}, "y": {"z": 2}}))];
        let expected =
            ["notifications a $.x", "notifications a $.w", "notifications a $.y.z", "notifications a $"];
        let mut found = found(&left, &right);
        found.sort_by_key(|place| expected.iter().position(|expected| expected == place));
        assert_eq!(found, expected);
    }

    #[test]
    fn an_entry_that_one_side_lacks_is_one_place() {
        let left = [("a", json!(1)), ("b", json!(2)), ("c", json!(3))];
        assert_eq!(found(&left, &[("a", json!(1)), ("c", json!(3))]), ["notifications b $"]);
        assert_eq!(found(&[("a", json!(1))], &[]), ["notifications a $"]);
    }

    #[test]
    fn names_that_need_quotes_are_read_as_they_are_written() {
        let left = [("a", json!({"x y": {"]\"": 1}}))];
        let right = [("a", json!({"x y": {"]\"": 2}}))];
        assert_eq!(found(&left, &right), [r#"notifications a $["x y"]["]\""]"#]);
    }
}
