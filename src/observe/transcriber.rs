//! Writes JSON anew while it is read, with every string in it normalised: no tree of it is ever built.

use super::clock::{is_of_the_clock, may_be_of_the_clock};
use super::normalize::{Normalizer, write_json};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// Reads one value, and writes it to the end of a text.
pub(super) struct Transcriber<'t, 'n> {
    pub(super) normalizer: &'t mut Normalizer<'n>,
    pub(super) text: &'t mut Vec<u8>,
    /// The keys that lead to a member which is to be cut out; there is none where this is empty.
    pub(super) keys: &'t [&'t str],
    /// What was cut out.
    pub(super) cut: &'t mut Vec<u8>,
}

/// A member's key, borrowed where it stands in the text as it is.
#[derive(Deserialize)]
#[serde(transparent)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'n> Transcriber<'_, 'n> {
    /// For a value inside of this one.
    fn inner<'s>(&'s mut self, keys: &'s [&'s str]) -> Transcriber<'s, 'n> {
        Transcriber { normalizer: self.normalizer, text: self.text, keys, cut: self.cut }
    }

    fn member<'de, A: MapAccess<'de>>(&mut self, key: &str, members: &mut A) -> Result<(), A::Error> {
        let keys = match self.keys {
            [next] if *next == key => return self.cut_out(members),
            [next, rest @ ..] if *next == key => rest,
            _ => &[],
        };
        self.string(Cow::Borrowed(key));
        self.text.push(b':');
        if may_be_of_the_clock(key) {
            self.perhaps_of_the_clock(key, members)?;
        } else {
            members.next_value_seed(self.inner(keys))?;
        }
        self.text.push(b',');
        Ok(())
    }

    /// Where a member is there twice, the last one counts.
    fn cut_out<'de, A: MapAccess<'de>>(&mut self, members: &mut A) -> Result<(), A::Error> {
        self.cut.clear();
        members.next_value_seed(Transcriber {
            normalizer: self.normalizer,
            text: self.cut,
            keys: &[],
            cut: &mut Vec::new(),
        })
    }

    /// What says nothing but when it was is known by its key and by what it is.
    fn perhaps_of_the_clock<'de, A: MapAccess<'de>>(
        &mut self,
        key: &str,
        members: &mut A,
    ) -> Result<(), A::Error> {
        let value: Value = members.next_value()?;
        if is_of_the_clock(key, &value) {
            return self.written(b"\"<time>\"");
        }
        self.inner(&[]).deserialize(value).map_err(A::Error::custom)
    }

    fn string(&mut self, text: Cow<'_, str>) {
        write_json(self.text, &self.normalizer.text(text));
    }

    fn written<E>(&mut self, json: &[u8]) -> Result<(), E> {
        self.text.extend_from_slice(json);
        Ok(())
    }

    fn serialized<E>(&mut self, value: &impl Serialize) -> Result<(), E> {
        write_json(self.text, value);
        Ok(())
    }

    /// Each element and member leaves a comma behind it.
    fn close(&mut self, bracket: u8) {
        if self.text.last() == Some(&b',') {
            self.text.pop();
        }
        self.text.push(bracket);
    }
}

impl<'de> DeserializeSeed<'de> for Transcriber<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Transcriber<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_unit<E: Error>(mut self) -> Result<(), E> {
        self.written(b"null")
    }

    fn visit_bool<E: Error>(mut self, value: bool) -> Result<(), E> {
        self.serialized(&value)
    }

    fn visit_i64<E: Error>(mut self, value: i64) -> Result<(), E> {
        self.serialized(&value)
    }

    fn visit_u64<E: Error>(mut self, value: u64) -> Result<(), E> {
        self.serialized(&value)
    }

    fn visit_f64<E: Error>(mut self, value: f64) -> Result<(), E> {
        self.serialized(&value)
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<(), E> {
        self.string(Cow::Borrowed(value));
        Ok(())
    }

    fn visit_string<E: Error>(mut self, value: String) -> Result<(), E> {
        self.string(Cow::Owned(value));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut elements: A) -> Result<(), A::Error> {
        self.text.push(b'[');
        while elements.next_element_seed(self.inner(&[]))?.is_some() {
            self.text.push(b',');
        }
        self.close(b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<(), A::Error> {
        self.text.push(b'{');
        while let Some(Key(key)) = members.next_key()? {
            self.member(&key, &mut members)?;
        }
        self.close(b'}');
        Ok(())
    }
}
