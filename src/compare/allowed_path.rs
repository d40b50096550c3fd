//! Where in an entry a difference is allowed.

use super::json_path::Difference;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// A path as reports write it, with `[*]` beside `[0]`.
///
/// ```
/// use responses_parity::compare::JsonPath;
///
/// let path = JsonPath::try_from("$.params.items[*].id".to_owned())?;
/// assert_eq!(path.to_string(), "$.params.items[*].id");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct JsonPath {
    steps: Vec<Step>,
}

/// One step of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Member(String),
    Element(usize),
    EveryElement,
}

impl JsonPath {
    /// `$`: everything.
    pub(super) fn whole() -> JsonPath {
        JsonPath { steps: Vec::new() }
    }

    pub(super) fn is_whole(&self) -> bool {
        self.steps.is_empty()
    }

    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The path of a difference, for every element of the arrays in it. An element that one side lacks is told by its
    /// array.
    pub(super) fn of_difference(difference: &Difference) -> JsonPath {
        let mut path = JsonPath::try_from(difference.path.clone()).unwrap_or_else(|_| JsonPath::whole());
        let one_sided = difference.left.is_none() || difference.right.is_none();
        if one_sided && matches!(path.steps.last(), Some(Step::Element(_))) {
            path.steps.pop();
        }
        for step in &mut path.steps {
            if matches!(step, Step::Element(_)) {
                *step = Step::EveryElement;
            }
        }
        path
    }

    /// Whether it is the other one, or a place in it.
    pub(super) fn lies_within(&self, other: &JsonPath) -> bool {
        self.steps.starts_with(&other.steps)
    }

    /// Itself, what it is part of, what that is part of, and so on.
    pub(super) fn with_parents(&self) -> Vec<JsonPath> {
        let lengths = (0..=self.steps.len()).rev();
        lengths.map(|length| JsonPath { steps: self.steps[..length].to_vec() }).collect()
    }
}

impl TryFrom<String> for JsonPath {
    type Error = String;

    fn try_from(text: String) -> Result<JsonPath, String> {
        let steps = text.strip_prefix('$').and_then(steps_of);
        let steps = steps
            .ok_or_else(|| format!("{text:?} is no path: expected one such as `$.params.msg.items[*].id`"))?;
        Ok(JsonPath { steps })
    }
}

fn steps_of(mut rest: &str) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    while !rest.is_empty() {
        let (step, after) = match rest.strip_prefix('.') {
            Some(member) => plain_member(member)?,
            None => bracketed(rest.strip_prefix('[')?)?,
        };
        steps.push(step);
        rest = after;
    }
    Some(steps)
}

fn plain_member(text: &str) -> Option<(Step, &str)> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, after) = text.split_at(end);
    (!name.is_empty()).then(|| (Step::Member(name.to_owned()), after))
}

/// `*]`, an index, or a member whose name needs quotes.
fn bracketed(text: &str) -> Option<(Step, &str)> {
    if text.starts_with('"') {
        let mut names = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let name = names.next()?.ok()?;
        let after = text[names.byte_offset()..].strip_prefix(']')?;
        return Some((Step::Member(name), after));
    }
    let (inside, after) = text.split_once(']')?;
    let step = if inside == "*" { Step::EveryElement } else { Step::Element(inside.parse().ok()?) };
    Some((step, after))
}

impl fmt::Display for JsonPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("$")?;
        self.steps.iter().try_for_each(|step| match step {
            Step::Member(name) => f.write_str(&member(name)),
            Step::Element(index) => write!(f, "[{index}]"),
            Step::EveryElement => f.write_str("[*]"),
        })
    }
}

/// A member as a step of a path: `.name`, or quoted where the dot would not do.
pub(super) fn member(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    if plain { format!(".{name}") } else { format!("[{}]", Value::from(name)) }
}
