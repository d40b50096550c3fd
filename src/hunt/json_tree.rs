//! JSON that can be made smaller without a letter of what stays being written anew.

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// How deep members are looked at one by one. What lies deeper goes or stays as a whole.
const DEEPEST: usize = 32;

/// A value. What has no parts is kept as it is written, and so are the names of members.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree<'a> {
    Object(Vec<(&'a str, Tree<'a>)>),
    Array(Vec<Tree<'a>>),
    Leaf(Cow<'a, str>),
}

impl<'a> Tree<'a> {
    /// `None` where the text is no JSON.
    pub(super) fn parse(text: &'a str) -> Option<Tree<'a>> {
        serde_json::from_str::<&RawValue>(text).ok().map(|raw| tree(raw.get(), DEEPEST))
    }

    /// How many members and elements there are, so deep down. Those of the value itself are at 0.
    pub(super) fn parts_at(&self, depth: usize) -> usize {
        match depth.checked_sub(1) {
            None => self.children().count(),
            Some(depth) => self.children().map(|child| child.parts_at(depth)).sum(),
        }
    }

    /// Without some of the parts at a depth: `stays` is asked about each, in their order.
    pub(super) fn filtered(&self, depth: usize, stays: &mut dyn FnMut() -> bool) -> Tree<'a> {
        self.with_parts(depth, &mut |part| if stays() { vec![part.clone()] } else { vec![] })
    }

    /// With others in the place of each of the parts at a depth, in their order; those of an object have its name.
    pub(super) fn with_parts(
        &self,
        depth: usize,
        others: &mut dyn FnMut(&Tree<'a>) -> Vec<Tree<'a>>,
    ) -> Tree<'a> {
        let mut others = |part: &Tree<'a>| match depth.checked_sub(1) {
            None => others(part),
            Some(depth) => vec![part.with_parts(depth, others)],
        };
        match self {
            Tree::Object(members) => {
                let named = |(name, value): &(&'a str, Tree<'a>)| {
                    let name = *name;
                    others(value).into_iter().map(move |other| (name, other))
                };
                Tree::Object(members.iter().flat_map(named).collect())
            }
            Tree::Array(elements) => Tree::Array(elements.iter().flat_map(others).collect()),
            Tree::Leaf(_) => self.clone(),
        }
    }

    /// The strings among its values, with their quotes, in order.
    pub(super) fn strings(&self) -> Vec<&str> {
        match self {
            Tree::Leaf(text) if text.starts_with('"') => vec![text],
            _ => self.children().flat_map(Tree::strings).collect(),
        }
    }

    /// With other strings: `other` is asked about each, in their order.
    pub(super) fn with_strings(&self, other: &mut dyn FnMut(&str) -> Option<String>) -> Tree<'a> {
        match self {
            Tree::Object(members) => {
                let members = members.iter().map(|(name, value)| (*name, value.with_strings(other)));
                Tree::Object(members.collect())
            }
            Tree::Array(elements) => {
                Tree::Array(elements.iter().map(|value| value.with_strings(other)).collect())
            }
            Tree::Leaf(text) if text.starts_with('"') => {
                other(text).map_or_else(|| self.clone(), |other| Tree::Leaf(other.into()))
            }
            Tree::Leaf(_) => self.clone(),
        }
    }

    fn children(&self) -> Box<dyn Iterator<Item = &Tree<'a>> + '_> {
        match self {
            Tree::Object(members) => Box::new(members.iter().map(|(_, value)| value)),
            Tree::Array(elements) => Box::new(elements.iter()),
            Tree::Leaf(_) => Box::new(std::iter::empty()),
        }
    }
}

impl fmt::Display for Tree<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = |index: usize| if index == 0 { "" } else { "," };
        match self {
            Tree::Object(members) => {
                f.write_str("{")?;
                for (index, (name, value)) in members.iter().enumerate() {
                    write!(f, "{}{name}:{value}", separator(index))?;
                }
                f.write_str("}")
            }
            Tree::Array(elements) => {
                f.write_str("[")?;
                for (index, value) in elements.iter().enumerate() {
                    write!(f, "{}{value}", separator(index))?;
                }
                f.write_str("]")
            }
            Tree::Leaf(text) => f.write_str(text),
        }
    }
}

/// `text` is JSON.
fn tree(text: &str, depth: usize) -> Tree<'_> {
    let parts = depth.checked_sub(1).and_then(|depth| {
        let mut parser = serde_json::Deserializer::from_str(text);
        match text.as_bytes().first() {
            Some(b'{') => parser.deserialize_map(Parts(depth)).ok(),
            Some(b'[') => parser.deserialize_seq(Parts(depth)).ok(),
            _ => None,
        }
    });
    parts.unwrap_or(Tree::Leaf(text.into()))
}

/// Reads one level, and has the next ones read.
struct Parts(usize);

impl<'de> Visitor<'de> for Parts {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
            members.push((name.get(), tree(value.get(), self.0)));
        }
        Ok(Tree::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Tree<'de>, A::Error> {
        let mut parts = Vec::new();
        while let Some(value) = elements.next_element::<&RawValue>()? {
            parts.push(tree(value.get(), self.0));
        }
        Ok(Tree::Array(parts))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    const ODD: &str = r#"{ "a\u00e9" : 1.0e1, "b":[true ,{"c":"\ud800","c":null}, "\/"], "d":{} }"#;

    fn without(tree: &Tree<'_>, depth: usize, gone: &[usize]) -> String {
        let mut parts = 0..;
        tree.filtered(depth, &mut || !gone.contains(&parts.next().unwrap())).to_string()
    }

    #[test]
    fn what_stays_is_spelt_as_it_was() {
        let tree = Tree::parse(ODD).unwrap();
        let whole = r#"{"a\u00e9":1.0e1,"b":[true,{"c":"\ud800","c":null},"\/"],"d":{}}"#;
        assert_eq!(tree.to_string(), whole);
        assert_eq!(without(&tree, 0, &[]), whole);
        assert_eq!(without(&tree, 0, &[1]), r#"{"a\u00e9":1.0e1,"d":{}}"#);
        assert_eq!(without(&tree, 1, &[0, 2]), r#"{"a\u00e9":1.0e1,"b":[{"c":"\ud800","c":null}],"d":{}}"#);
        assert_eq!(without(&tree, 2, &[0]), r#"{"a\u00e9":1.0e1,"b":[true,{"c":null},"\/"],"d":{}}"#);
    }

    #[test]
    fn parts_are_counted_by_depth() {
        let tree = Tree::parse(ODD).unwrap();
        assert_eq!([0, 1, 2, 3].map(|depth| tree.parts_at(depth)), [3, 3, 2, 0]);
        assert_eq!(Tree::parse("7").unwrap().parts_at(0), 0);
    }

    #[test]
    fn strings_are_values_and_not_names() {
        let tree = Tree::parse(ODD).unwrap();
        assert_eq!(tree.strings(), [r#""\ud800""#, r#""\/""#]);
        let replaced = tree.with_strings(&mut |text| (text == r#""\/""#).then(|| "\"\"".to_owned()));
        assert_eq!(replaced.to_string(), r#"{"a\u00e9":1.0e1,"b":[true,{"c":"\ud800","c":null},""],"d":{}}"#);
        assert_eq!(Tree::parse("\"x\"").unwrap().strings(), ["\"x\""]);
    }

    #[test]
    fn very_deep_values_have_parts_up_to_a_depth() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        let tree = Tree::parse(&deep).unwrap();
        assert_eq!(tree.parts_at(DEEPEST - 1), 1);
        assert_eq!(tree.parts_at(DEEPEST), 0);
        assert_eq!(tree.to_string(), deep);
        assert_eq!(Tree::parse("{,}"), None);
    }
}
