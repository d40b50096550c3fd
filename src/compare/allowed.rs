//! Differences that are meant: written down, each with its reason.

use crate::observe::{Channel, Observation, Observed};
use serde::Deserialize;
use serde_json::Value;

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
#[serde(deny_unknown_fields)]
pub struct Allowance {
    /// In which channel.
    pub channel: Channel,
    /// In entries with this label alone, as reports show it (`codex/event/plan_update`); in all where it is silent.
    #[serde(default)]
    pub label: Option<String>,
    /// Where in the entry: `$.params.msg.item`, with `[*]` for every element. `$` allows the whole entry, also one that
    /// only one side has, and needs a label.
    pub path: JsonPath,
    /// Why.
    pub reason: String,
}

/// A path as reports write it, with `[*]` beside `[0]`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct JsonPath {
    text: String,
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Member(String),
    Element(usize),
    EveryElement,
}

impl Allowances {
    /// Reads the text of a `parity.toml`.
    ///
    /// # Errors
    /// Where it is no TOML, an entry has unknown or missing members, or a path cannot be read.
    pub fn parse(text: &str) -> Result<Allowances, toml::de::Error> {
        toml::from_str(text)
    }

    /// Takes what may differ out of both observations. Gives the indexes of the entries that were needed for that.
    pub fn apply(&self, left: &mut Observation, right: &mut Observation) -> Vec<usize> {
        let entries = self.entries.iter().enumerate();
        entries.filter(|(_, allowance)| allowance.apply(left, right)).map(|(index, _)| index).collect()
    }
}

impl Allowance {
    /// Whether it was needed.
    fn apply(&self, left: &mut Observation, right: &mut Observation) -> bool {
        let (left, right) = (left.channel_mut(self.channel), right.channel_mut(self.channel));
        match (&self.label, self.path.steps.is_empty()) {
            (Some(label), true) => take_entries(label, left, right),
            _ => self.mask(left, right),
        }
    }

    fn mask(&self, left: &mut [Observed], right: &mut [Observed]) -> bool {
        let concerns = |observed: &Observed| self.label.as_ref().is_none_or(|label| observed.label == *label);
        let pairs = left.iter_mut().zip(right).filter(|(left, right)| concerns(left) && concerns(right));
        pairs.fold(false, |needed, (left, right)| {
            mask(&mut left.value, &mut right.value, &self.path.steps) | needed
        })
    }
}

fn take_entries(label: &str, left: &mut Vec<Observed>, right: &mut Vec<Observed>) -> bool {
    let take = |entries: &mut Vec<Observed>| -> Vec<Value> {
        entries.extract_if(.., |observed| observed.label == label).map(|observed| observed.value).collect()
    };
    take(left) != take(right)
}

/// Marks the place in both values where they differ there. Whether they did.
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
            if !left.contains_key(key) && !right.contains_key(key) {
                return false;
            }
            let absent = || Value::Null;
            let (left, right) = (
                left.entry(key.clone()).or_insert_with(absent),
                right.entry(key.clone()).or_insert_with(absent),
            );
            mask(left, right, rest)
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

impl TryFrom<String> for JsonPath {
    type Error = String;

    fn try_from(text: String) -> Result<JsonPath, String> {
        let wrong = || format!("{text:?} is no path: expected one such as `$.params.msg.items[*].id`");
        let mut rest = text.strip_prefix('$').ok_or_else(wrong)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            let (step, after) = if let Some(member) = rest.strip_prefix('.') {
                let end = member.find(['.', '[']).unwrap_or(member.len());
                (Step::Member(member[..end].to_owned()), &member[end..])
            } else {
                let (inside, after) =
                    rest.strip_prefix('[').and_then(|inside| inside.split_once(']')).ok_or_else(wrong)?;
                (bracketed(inside).ok_or_else(wrong)?, after)
            };
            if step == Step::Member(String::new()) {
                return Err(wrong());
            }
            steps.push(step);
            rest = after;
        }
        Ok(JsonPath { text, steps })
    }
}

/// `*`, an index, or a member whose name needs quotes.
fn bracketed(inside: &str) -> Option<Step> {
    if inside == "*" {
        return Some(Step::EveryElement);
    }
    let index = inside.parse().map(Step::Element);
    index.ok().or_else(|| serde_json::from_str(inside).map(Step::Member).ok())
}

impl std::fmt::Display for JsonPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text)
    }
}
