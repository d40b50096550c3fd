//! JSON, as nodes.

use super::node::{Damage, Kind, Node};
use crate::recording::files::without_place;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::rc::Rc;

/// The whole text. Deep nesting is an error.
pub(super) fn parse_json(text: &str) -> Result<Rc<Node>, Damage> {
    serde_json::from_str(text).map(|JsonNode(node)| node).map_err(|error| {
        let problem = format!("is no JSON: {} (column {})", without_place(&error), error.column());
        Damage::at(Some(error.line().max(1)), problem)
    })
}

struct JsonNode(Rc<Node>);

impl<'de> Deserialize<'de> for JsonNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<JsonNode, D::Error> {
        deserializer.deserialize_any(AnyNode)
    }
}

struct AnyNode;

impl AnyNode {
    fn scalar<E>(text: impl ToString) -> Result<JsonNode, E> {
        node(Kind::Scalar(text.to_string().into()))
    }
}

fn node<E>(kind: Kind) -> Result<JsonNode, E> {
    Ok(JsonNode(Rc::new(Node { line: None, kind })))
}

impl<'de> Visitor<'de> for AnyNode {
    type Value = JsonNode;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<JsonNode, E> {
        node(Kind::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<JsonNode, E> {
        AnyNode::scalar(value)
    }

    fn visit_i64<E>(self, value: i64) -> Result<JsonNode, E> {
        AnyNode::scalar(value)
    }

    fn visit_u64<E>(self, value: u64) -> Result<JsonNode, E> {
        AnyNode::scalar(value)
    }

    fn visit_f64<E>(self, value: f64) -> Result<JsonNode, E> {
        AnyNode::scalar(value)
    }

    fn visit_str<E>(self, value: &str) -> Result<JsonNode, E> {
        AnyNode::scalar(value)
    }

    fn visit_string<E>(self, value: String) -> Result<JsonNode, E> {
        node(Kind::Scalar(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<JsonNode, A::Error> {
        let mut entries = Vec::new();
        while let Some(JsonNode(entry)) = access.next_element()? {
            entries.push(entry);
        }
        node(Kind::List(entries))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<JsonNode, A::Error> {
        let mut members = Vec::new();
        while let Some((name, JsonNode(member))) = access.next_entry()? {
            members.push((name, member));
        }
        node(Kind::Map(members))
    }
}
