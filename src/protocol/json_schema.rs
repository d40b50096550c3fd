//! The protocol as JSON Schema.

use super::messages::{Answer, Messages, Method, messages};
use super::shape::{Shape, plain_docs};
use crate::wire::{ErrorObject, RequestId};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

/// Where the types stand in the schema.
const DEFS: &str = "$defs";

/// A schema (draft 2020-12) that every line of the protocol is valid against; `$defs` has each type by its name.
///
/// `ClientRequest`, `ClientNotification`, `ServerRequest` and `ServerNotification` are there, too, and `Results`: no
/// message, but an object that has, by the method of a request, what the request is answered with.
///
/// ```
/// let schema = responses_parity::protocol::json_schema();
/// assert_eq!(schema["$defs"]["ServerRequest"]["anyOf"][0]["properties"]["method"]["const"], "responsesApi/call");
/// ```
pub fn json_schema() -> Value {
    let settings = SchemaSettings::draft2020_12;
    // What is optional to whom depends on who reads: a server writes all that it knows.
    let mut reads = settings().for_deserialize().into_generator();
    let mut writes = settings().for_serialize().into_generator();
    let mut own = Map::new();
    let mut results = Map::new();
    for messages in messages() {
        let (params, answers) =
            if messages.from_server { (&mut writes, &mut reads) } else { (&mut reads, &mut writes) };
        for method in &messages.methods {
            if let Some(answer) = &method.answer {
                results.insert(method.name.clone(), answer_schema(answer, answers));
            }
        }
        own.insert(messages.kind.to_owned(), union(&messages, params));
    }
    own.insert("Results".to_owned(), json!({ "type": "object", "properties": results }));
    own.insert("Response".to_owned(), response(&mut writes, &results));
    own.insert("ErrorResponse".to_owned(), error_response(&mut writes));
    let kinds = ["ClientRequest", "ClientNotification", "ServerRequest", "ServerNotification"];
    let all = kinds.into_iter().chain(["Response", "ErrorResponse"]);
    let any_of = all.map(|name| json!({ "$ref": format!("#/{DEFS}/{name}") })).collect::<Vec<_>>();
    let mut defs = reads.take_definitions(true);
    defs.extend(writes.take_definitions(true));
    defs.extend(own);
    defs.sort_keys();
    defs.values_mut().for_each(read_well);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A line of the app-server's protocol",
        "anyOf": any_of,
        DEFS: defs,
    })
}

fn union(messages: &Messages, generator: &mut SchemaGenerator) -> Value {
    let members = messages.methods.iter().map(|method| message(method, generator)).collect::<Vec<_>>();
    json!({ "description": messages.about, "anyOf": members })
}

fn message(method: &Method, generator: &mut SchemaGenerator) -> Value {
    let mut properties = Map::new();
    let mut required = vec!["method"];
    if method.answer.is_some() {
        properties.insert("id".to_owned(), schema_of(&Shape::of::<RequestId>(), generator));
        required.push("id");
    }
    properties.insert("method".to_owned(), json!({ "const": method.name }));
    if let Some(params) = &method.params {
        properties.insert("params".to_owned(), schema_of(params, generator));
        required.push("params");
    }
    json!({ "type": "object", "properties": properties, "required": required })
}

fn answer_schema(answer: &Answer, generator: &mut SchemaGenerator) -> Value {
    match answer {
        Answer::Empty => json!({ "type": "object", "maxProperties": 0 }),
        Answer::Result(shape) => schema_of(shape, generator),
    }
}

/// An answer does not say to what; it is valid if there is a request that it answers.
fn response(generator: &mut SchemaGenerator, results: &Map<String, Value>) -> Value {
    let mut possible = results.values().cloned().collect::<Vec<_>>();
    possible.dedup();
    json!({
        "description": "The answer to a request.",
        "type": "object",
        "properties": {
            "id": schema_of(&Shape::of::<RequestId>(), generator),
            "result": { "anyOf": possible },
        },
        "required": ["id", "result"],
    })
}

fn error_response(generator: &mut SchemaGenerator) -> Value {
    json!({
        "description": "The answer to a request that failed; the id is null where the request could not be read.",
        "type": "object",
        "properties": {
            "id": { "anyOf": [schema_of(&Shape::of::<RequestId>(), generator), { "type": "null" }] },
            "error": schema_of(&Shape::of::<ErrorObject>(), generator),
        },
        "required": ["id", "error"],
    })
}

/// Descriptions are the docs of the Rust types, and other languages have other links.
fn read_well(schema: &mut Value) {
    match schema {
        Value::Object(members) => members.iter_mut().for_each(|(name, member)| match member {
            Value::String(text) if name == "description" => *text = plain_docs(text),
            member => read_well(member),
        }),
        Value::Array(values) => values.iter_mut().for_each(read_well),
        _ => {}
    }
}

fn schema_of(shape: &Shape, generator: &mut SchemaGenerator) -> Value {
    (shape.schema)(generator).to_value()
}
