//! The output of a stream, put together from its events.

use crate::recording::events::RecordedEvent;
use crate::wire::event_schema::TEXTS;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// An item of the output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ItemContents {
    /// Its type.
    pub kind: String,
    /// Its id, where it has one.
    pub id: Option<String>,
    /// Whether the stream says that it is whole.
    pub finished: bool,
    /// Its text: what a message says, what a reasoning item tells of the thoughts.
    pub text: String,
    /// What is called, where it is a call.
    pub call: Option<CallContents>,
}

/// A call of a tool, whoever is to serve it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CallContents {
    /// The tool; the item's type where it names none.
    pub name: String,
    /// Joins call and output, where there is to be one.
    pub call_id: Option<String>,
    /// What it is called with: text as it was written, anything else as JSON.
    pub arguments: String,
}

/// The members in which items have what a tool is called with.
const ARGUMENTS: [&str; 7] = ["arguments", "input", "code", "action", "actions", "operation", "queries"];

/// The items of a stream, in the order in which they began. Text that belongs to no item that began is left out, as an
/// app-server leaves it out.
pub(super) fn items_of(events: &[RecordedEvent]) -> Vec<ItemContents> {
    let mut items = Vec::<ItemContents>::new();
    // Where the last item of an id is that has begun and not ended.
    let mut begun = BTreeMap::<String, usize>::new();
    for event in events {
        let Some(value) = event.value() else { continue };
        match event.kind.name() {
            "response.output_item.added" => {
                let Some(item) = item_of(&value["item"], false) else { continue };
                begun.extend(item.id.clone().map(|id| (id, items.len())));
                items.push(item);
            }
            "response.output_item.done" => {
                let Some(item) = item_of(&value["item"], true) else { continue };
                match item.id.as_ref().and_then(|id| begun.remove(id)) {
                    Some(place) => items[place] = item,
                    None => items.push(item),
                }
            }
            delta if TEXTS.iter().any(|text| text.delta == delta) => {
                let place = value["item_id"].as_str().and_then(|id| begun.get(id));
                if let Some(place) = place {
                    items[*place].append(value["delta"].as_str().unwrap_or_default());
                }
            }
            _ => {}
        }
    }
    items
}

impl ItemContents {
    fn append(&mut self, delta: &str) {
        match &mut self.call {
            Some(call) => call.arguments.push_str(delta),
            None => self.text.push_str(delta),
        }
    }
}

/// `None` where it is no item at all.
fn item_of(item: &Value, finished: bool) -> Option<ItemContents> {
    let kind = item.get("type")?.as_str()?;
    let text = match kind {
        "message" => parts_of(item, &["content"]),
        "reasoning" => parts_of(item, &["summary", "content"]),
        _ => String::new(),
    };
    Some(ItemContents {
        kind: kind.to_owned(),
        id: string(item, "id"),
        finished,
        text,
        call: is_call(kind).then(|| call_of(item, kind)),
    })
}

fn is_call(kind: &str) -> bool {
    kind.ends_with("_call") || kind == "program"
}

/// The texts of all parts, a blank line between them.
fn parts_of(item: &Value, lists: &[&str]) -> String {
    let parts = lists.iter().flat_map(|list| item[*list].as_array().into_iter().flatten());
    let texts = parts.filter_map(|part| part["text"].as_str().or_else(|| part["refusal"].as_str()));
    texts.collect::<Vec<_>>().join("\n\n")
}

fn call_of(item: &Value, kind: &str) -> CallContents {
    let arguments = ARGUMENTS.iter().find_map(|member| item.get(*member)).filter(|value| !value.is_null());
    let name = string(item, "name").unwrap_or_else(|| kind.to_owned());
    CallContents {
        name: match string(item, "server_label") {
            Some(server) => format!("{server}.{name}"),
            None => name,
        },
        call_id: string(item, "call_id"),
        arguments: match arguments {
            Some(Value::String(text)) => text.clone(),
            Some(other) => other.to_string(),
            None => String::new(),
        },
    }
}

fn string(item: &Value, member: &str) -> Option<String> {
    item.get(member)?.as_str().map(str::to_owned)
}
