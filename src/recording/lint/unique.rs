//! Whether the members of JSON objects have names of their own.

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt;

/// The name of a member that an object in this JSON has twice.
pub(super) fn duplicate_member(json: &str) -> Option<String> {
    // Whatever else is wrong with it is told elsewhere.
    let error = serde_json::from_str::<Unique>(json).err()?.to_string();
    Some(error.strip_prefix(MARK)?.split(MARK).next()?.to_owned())
}

/// Around the name in the message of an error, which is all that serde lets through.
const MARK: &str = "\u{1}";

/// JSON without such a member.
struct Unique;

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Unique, D::Error> {
        deserializer.deserialize_any(Looking)
    }
}

struct Looking;

impl<'de> Visitor<'de> for Looking {
    type Value = Unique;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_str<E>(self, _: &str) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_unit<E>(self) -> Result<Unique, E> {
        Ok(Unique)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Unique, A::Error> {
        while values.next_element::<Unique>()?.is_some() {}
        Ok(Unique)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Unique, A::Error> {
        let mut names = BTreeSet::<String>::new();
        while let Some(name) = members.next_key::<String>()? {
            if names.contains(&name) {
                return Err(A::Error::custom(format!("{MARK}{name}{MARK}")));
            }
            names.insert(name);
            members.next_value::<Unique>()?;
        }
        Ok(Unique)
    }
}

#[cfg(test)]
mod tests {
    use super::duplicate_member;

    #[test]
    fn a_member_twice_in_one_object_is_found_however_deep() {
        assert_eq!(duplicate_member(r#"{"a":1,"b":[{"a":1.5,"c":null},{"a":"x"}]}"#), None);
        assert_eq!(duplicate_member(r#"[{"b":{"a":true,"x":-1,"a":1}}]"#), Some("a".to_owned()));
        assert_eq!(duplicate_member("{broken"), None);
    }
}
