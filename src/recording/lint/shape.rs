//! Members: whether they are there, and of which type.

use super::findings::{At, Findings};
use super::rule::LintRule;
use crate::wire::event_schema::{
    ItemType, Place, RESPONSE, USAGE, WrongMember, event_type, item_type, part_type, wrong_members,
};
use serde_json::{Map, Value};

/// Looks at the members of an event, of its item or part, and of its response.
pub(super) fn check(at: At<'_>, value: &Value, found: &mut Findings<'_>) {
    let kind = at.event.kind.name();
    let Some(known) = event_type(kind) else {
        return found.at(at, LintRule::UnknownEvent, format!("{kind} is no public type of event"));
    };
    let Some(members) = value.as_object() else { return };
    tell(at, "", wrong_members(known.members(), members), found);
    match known.place {
        Place::Response => response(at, &value["response"], found),
        Place::Boundary => item(at, "item", &value["item"], kind.ends_with(".done"), found),
        Place::Content | Place::Summary => part(at, "part", &value["part"], found),
        _ => {}
    }
}

fn tell(at: At<'_>, of: &str, wrong: Vec<WrongMember>, found: &mut Findings<'_>) {
    if !wrong.is_empty() {
        let wrong = wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let of = if of.is_empty() { String::new() } else { format!("in `{of}`: ") };
        found.at(at, LintRule::WrongMember, format!("{of}{wrong}"));
    }
}

fn response(at: At<'_>, response: &Value, found: &mut Findings<'_>) {
    let Some(members) = response.as_object() else { return };
    tell(at, "response", wrong_members(RESPONSE, members), found);
    if let Some(usage) = members.get("usage").and_then(Value::as_object) {
        tell(at, "response.usage", wrong_members(USAGE, usage), found);
    }
    let output = members.get("output").and_then(Value::as_array).into_iter().flatten();
    for (index, one) in output.enumerate() {
        item(at, &format!("response.output[{index}]"), one, true, found);
    }
}

fn item(at: At<'_>, path: &str, item: &Value, is_done: bool, found: &mut Findings<'_>) {
    let Some((members, known)) = typed(at, path, item, item_type, found) else { return };
    let end = known.at_the_end.iter().filter(|_| is_done);
    tell(at, path, wrong_members(known.members.iter().chain(end), members), found);
    for list in ["content", "summary"] {
        let parts = members.get(list).and_then(Value::as_array).into_iter().flatten();
        for (index, one) in parts.enumerate() {
            part(at, &format!("{path}.{list}[{index}]"), one, found);
        }
    }
}

fn part(at: At<'_>, path: &str, part: &Value, found: &mut Findings<'_>) {
    if let Some((members, known)) = typed(at, path, part, part_type, found) {
        tell(at, path, wrong_members(known.members, members), found);
    }
}

/// The members and the type of an item or a part, where it has any that is public.
fn typed<'a>(
    at: At<'_>,
    path: &str,
    value: &'a Value,
    known: impl Fn(&str) -> Option<&'static ItemType>,
    found: &mut Findings<'_>,
) -> Option<(&'a Map<String, Value>, &'static ItemType)> {
    if value.is_null() {
        // Where it has to be there, that it is not was told already.
        return None;
    }
    let Some(members) = value.as_object() else {
        found.at(at, LintRule::WrongMember, format!("`{path}` is no object"));
        return None;
    };
    let Some(kind) = members.get("type").and_then(Value::as_str) else {
        found.at(at, LintRule::WrongMember, format!("`{path}` has no `type` that is a string"));
        return None;
    };
    match known(kind) {
        Some(known) => Some((members, known)),
        None => {
            found.at(
                at,
                LintRule::UnknownItem,
                format!("`{path}` is of the type {kind}, which is no public one"),
            );
            None
        }
    }
}
