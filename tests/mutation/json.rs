//! JSON written in another way, which means the same.

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::collections::BTreeSet;
use std::fmt;

/// Every letter of every string as `\u…`, keys included. Escapes that are there stay as they are.
pub(crate) fn escaped(json: &str) -> String {
    let (mut out, mut in_string, mut chars) = (String::new(), false, json.chars());
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                in_string = !in_string;
                out.push(c);
            }
            '\\' => {
                let of_escape = chars.next().unwrap_or_default();
                out.extend([c, of_escape]);
                // Its digits are no letters of the string.
                let digits = if of_escape == 'u' { 4 } else { 0 };
                out.extend(chars.by_ref().take(digits));
            }
            c if in_string && c.is_ascii_alphabetic() => out.push_str(&format!("\\u{:04x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

/// White space wherever JSON allows it between two tokens.
pub(crate) fn spaced(json: &str) -> String {
    let (mut out, mut in_string, mut chars) = (String::new(), false, json.chars());
    while let Some(c) = chars.next() {
        match c {
            '\\' => out.extend([c, chars.next().unwrap_or_default()]),
            '"' => {
                in_string = !in_string;
                out.push(c);
            }
            ',' | ':' | '{' | '[' if !in_string => out.extend([c, ' ', '\t']),
            c => out.push(c),
        }
    }
    out
}

/// The members of every object in the opposite order. `None` where there are too few, or where one has a name twice, so
/// that their order may mean something.
pub(crate) fn turned_around(json: &str) -> Option<String> {
    let members: Members = serde_json::from_str(json).ok()?;
    if members.have_twins() || members.0.len() < 2 {
        return None;
    }
    let members = members.0.iter().rev().map(|(name, value)| {
        let value = turned_around(value.get()).unwrap_or_else(|| value.get().to_owned());
        format!("{}:{value}", serde_json::Value::from(name.as_str()))
    });
    Some(format!("{{{}}}", members.collect::<Vec<_>>().join(",")))
}

/// Whether some object has two members of one name: to write it again would change it.
pub(crate) fn has_twins(json: &str) -> bool {
    if let Ok(members) = serde_json::from_str::<Members>(json) {
        return members.have_twins() || members.0.iter().any(|(_, value)| has_twins(value.get()));
    }
    let values = serde_json::from_str::<Vec<Box<RawValue>>>(json).unwrap_or_default();
    values.iter().any(|value| has_twins(value.get()))
}

/// The members of an object as they stand there, also where one has a name twice.
struct Members(Vec<(String, Box<RawValue>)>);

impl Members {
    fn have_twins(&self) -> bool {
        let names: BTreeSet<_> = self.0.iter().map(|(name, _)| name).collect();
        names.len() < self.0.len()
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Members, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}
