//! Differences that are meant: written down, each with its reason.

use super::allowed_path::{JsonPath, Step};
use crate::observe::{Channel, JsonText, Observation, Observed};
use crate::recording::Recording;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;
use std::path::Path;

/// What stands in both values where a difference is allowed.
const MARK: &str = "<allowed to differ>";

/// The allowed differences of a subject: `[[allow]]` entries of a `parity.toml`.
///
/// ```
/// use responses_parity::compare::Allowances;
///
/// let text = r#"
/// [[allow]]
/// channel = "requests"
/// path = "$.headers.originator"
/// reason = "the other build calls itself something else"
/// "#;
/// assert_eq!(Allowances::parse(text)?.entries.len(), 1);
/// # Ok::<(), toml::de::Error>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allowances {
    /// In the order of the file.
    #[serde(default, rename = "allow")]
    pub entries: Vec<Allowance>,
}

/// One allowed difference.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Table")]
pub struct Allowance {
    /// In which channel.
    pub channel: Channel,
    /// In entries with this label alone, as reports show it (`codex/event/plan_update`); in all where it is silent.
    pub label: Option<String>,
    /// What of them: `path = "…"` or `order = "any"`.
    pub difference: AllowedDifference,
    /// In these recordings alone: the last parts of their paths, or of a folder's (`framing/bom`, `conversation`); in all
    /// where it is silent.
    pub recordings: Option<Vec<String>>,
    /// Why.
    pub reason: String,
}

/// What of an entry may differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AllowedDifference {
    /// What stands here in it: `$.params.msg.item`, with `[*]` for every element. `$` allows the whole entry, also one that
    /// only one side has; without a label, the whole channel, and then it needs `recordings`.
    Value(JsonPath),
    /// Only where it stands among those with other labels. What is in it, and how many there are, is compared all the same:
    /// they are compared behind all others of their channel.
    ///
    /// For what an app-server does beside the stream, such as to run a tool. It is needed wherever there is such an entry,
    /// for nobody can say when the order will be another one.
    Order,
}

/// An entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    channel: Channel,
    label: Option<String>,
    path: Option<JsonPath>,
    order: Option<AnyOrder>,
    recordings: Option<Vec<String>>,
    reason: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum AnyOrder {
    Any,
}

impl TryFrom<Table> for Allowance {
    type Error = &'static str;

    fn try_from(table: Table) -> Result<Allowance, &'static str> {
        let Table { channel, label, path, order, recordings, reason } = table;
        if reason.trim().is_empty() {
            return Err("the reason is empty: why may this differ?");
        }
        let difference = match (path, order) {
            (Some(path), None) => AllowedDifference::Value(path),
            (None, Some(AnyOrder::Any)) => AllowedDifference::Order,
            _ => return Err("what may differ? Expected either `path = \"$.…\"` or `order = \"any\"`"),
        };
        match &difference {
            AllowedDifference::Value(path) if path.is_whole() && label.is_none() && recordings.is_none() => {
                Err("`$` would allow the whole channel everywhere: name a label, or recordings")
            }
            AllowedDifference::Order if label.is_none() => Err("whose order? Name a label"),
            _ => Ok(Allowance { channel, label, difference, recordings, reason }),
        }
    }
}

impl Allowances {
    /// Reads the text of a `parity.toml`.
    ///
    /// # Errors
    /// Where it is no TOML, an entry has unknown or missing members, or a path cannot be read.
    pub fn parse(text: &str) -> Result<Allowances, toml::de::Error> {
        toml::from_str(text)
    }

    /// Takes what may differ in a recording out of both observations, what is in any order first: values are then allowed
    /// in entries that belong together. Gives the indexes of the entries that were needed for that.
    pub fn apply(
        &self,
        recording: &Recording,
        left: &mut Observation,
        right: &mut Observation,
    ) -> Vec<usize> {
        let concerned =
            self.entries.iter().enumerate().filter(|(_, allowance)| allowance.concerns(recording));
        let (orders, values): (Vec<_>, Vec<_>) =
            concerned.partition(|(_, allowance)| allowance.difference == AllowedDifference::Order);
        let all = orders.into_iter().chain(values);
        all.filter(|(_, allowance)| allowance.apply(left, right)).map(|(index, _)| index).collect()
    }
}

impl Allowance {
    fn concerns(&self, recording: &Recording) -> bool {
        let Some(names) = &self.recordings else { return true };
        let origin = recording.origin.with_extension("");
        let places = [origin.as_path(), Path::new(&recording.name)];
        let within = |place: &Path, name: &str| place.ancestors().any(|place| place.ends_with(name));
        names.iter().any(|name| places.iter().any(|place| within(place, name)))
    }

    /// Takes what it allows out of both. Whether it was needed.
    pub(super) fn apply(&self, left: &mut Observation, right: &mut Observation) -> bool {
        let (left, right) = (left.channel_mut(self.channel), right.channel_mut(self.channel));
        match &self.difference {
            AllowedDifference::Order => {
                let moved = [left, right].map(|entries| self.move_behind_others(entries));
                moved.contains(&true)
            }
            AllowedDifference::Value(path) if path.is_whole() => self.take_entries(left, right),
            AllowedDifference::Value(path) => self.mask(left, right, path),
        }
    }

    fn concerns_entry(&self, observed: &Observed) -> bool {
        self.label.as_ref().is_none_or(|label| observed.label == *label)
    }

    fn mask(&self, left: &mut [Observed], right: &mut [Observed], path: &JsonPath) -> bool {
        let both = left.iter_mut().zip(right);
        let pairs = both.filter(|(left, right)| self.concerns_entry(left) && self.concerns_entry(right));
        pairs.fold(false, |needed, (left, right)| mask_entries(left, right, path.steps()) | needed)
    }

    /// Whether there are any.
    fn move_behind_others(&self, entries: &mut [Observed]) -> bool {
        // Those that are equal stay in their order.
        entries.sort_by_key(|observed| self.concerns_entry(observed));
        entries.last().is_some_and(|last| self.concerns_entry(last))
    }

    /// Needed where the entries differ, or stand in other places: the order of entries is compared, too.
    fn take_entries(&self, left: &mut Vec<Observed>, right: &mut Vec<Observed>) -> bool {
        let take = |entries: &mut Vec<Observed>| -> Vec<(usize, JsonText)> {
            let (taken, others) = entries
                .drain(..)
                .enumerate()
                .partition::<Vec<_>, _>(|(_, observed)| self.concerns_entry(observed));
            entries.extend(others.into_iter().map(|(_, observed)| observed));
            taken.into_iter().map(|(index, observed)| (index, observed.value)).collect()
        };
        take(left) != take(right)
    }
}

/// `requests $.body.model`, `notifications codex/event/plan_update order`.
impl fmt::Display for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Allowance { channel, label, difference, .. } = self;
        match label {
            Some(label) => write!(f, "{channel} {label} {difference}"),
            None => write!(f, "{channel} {difference}"),
        }
    }
}

/// `$.params.msg.item`, or `order`.
impl fmt::Display for AllowedDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AllowedDifference::Value(path) => path.fmt(f),
            AllowedDifference::Order => f.write_str("order"),
        }
    }
}

/// Marks the place in both entries where they differ there. Whether they did.
fn mask_entries(left: &mut Observed, right: &mut Observed, steps: &[Step]) -> bool {
    // Mostly they are the same, and then nothing needs to be read.
    if left.value.as_str() == right.value.as_str() {
        return false;
    }
    let mut values = [left.value.value(), right.value.value()];
    let [left_value, right_value] = &mut values;
    let differ = mask(left_value, right_value, steps);
    if differ {
        [left.value, right.value] = values.map(JsonText::from);
    }
    differ
}

/// The same of two values.
fn mask(left: &mut Value, right: &mut Value, steps: &[Step]) -> bool {
    let Some((step, rest)) = steps.split_first() else {
        let differ = left != right;
        if differ {
            *left = Value::from(MARK);
            *right = Value::from(MARK);
        }
        return differ;
    };
    match (step, left, right) {
        (Step::Member(key), Value::Object(left), Value::Object(right)) => {
            match (left.get_mut(key), right.get_mut(key)) {
                (Some(left), Some(right)) => mask(left, right, rest),
                // It differs from all that may stand there, also from `null`; and nothing is in it.
                (Some(_), None) | (None, Some(_)) if rest.is_empty() => {
                    left.insert(key.clone(), Value::from(MARK));
                    right.insert(key.clone(), Value::from(MARK));
                    true
                }
                _ => false,
            }
        }
        (Step::Element(index), Value::Array(left), Value::Array(right)) => {
            let both = left.get_mut(*index).zip(right.get_mut(*index));
            both.is_some_and(|(left, right)| mask(left, right, rest))
        }
        (Step::EveryElement, Value::Array(left), Value::Array(right)) => {
            left.iter_mut().zip(right).fold(false, |needed, (left, right)| mask(left, right, rest) | needed)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;
    use crate::compare::compare;
    use std::time::Duration;

    /// Whether two sides are the same where the order of `tool` is allowed, and whether that was needed.
    fn in_any_order(left: &[(&str, u32)], right: &[(&str, u32)]) -> (bool, bool) {
        let allowance = "[[allow]]\nchannel = \"notifications\"\nlabel = \"tool\"\norder = \"any\"\nreason = \"beside\"\n";
        let allowances = Allowances::parse(allowance).unwrap();
        let [mut left, mut right] = [left, right].map(observation);
        let needed = allowances.entries[0].apply(&mut left, &mut right);
        (compare(&left, &right).is_identical(), needed)
    }

    fn observation(notifications: &[(&str, u32)]) -> Observation {
        let observed = |&(label, value): &(&str, u32)| Observed {
            label: label.to_owned(),
            value: Value::from(value).into(),
            at: Duration::ZERO,
        };
        let mut observation = Observation::default();
        observation.channel_mut(Channel::Notifications).extend(notifications.iter().map(observed));
        observation
    }

    #[test]
    fn any_order_is_about_one_label_among_others_and_nothing_else() {
        let stream = [("a", 1), ("b", 2)];
        let early = [("tool", 3), ("tool", 4), stream[0], stream[1]];
        let late = [stream[0], ("tool", 3), stream[1], ("tool", 4)];
        assert_eq!(in_any_order(&early, &late), (true, true));
        assert_eq!(in_any_order(&early, &early), (true, true));
        assert_eq!(in_any_order(&stream, &stream), (true, false));
        let swapped = [("tool", 4), ("tool", 3), stream[0], stream[1]];
        assert_eq!(in_any_order(&early, &swapped), (false, true));
        let other = [("tool", 3), ("tool", 5), stream[0], stream[1]];
        assert_eq!(in_any_order(&early, &other), (false, true));
        assert_eq!(in_any_order(&early, &late[..3]), (false, true));
        assert_eq!(in_any_order(&early, &stream), (false, true));
        let others_swapped = [("tool", 3), ("tool", 4), stream[1], stream[0]];
        assert_eq!(in_any_order(&early, &others_swapped), (false, true));
    }
}
