//! What events say, other than their text: ids, numbers, members.

use crate::acts::{at, edit, event, every, first, garble, rewrite, set, without};
use crate::line::Line;
use crate::mutation::Shows::In;
use crate::mutation::{Mutation, lie};
use crate::reach::{anything, saying};
use responses_parity::observe::Channel::{
    Notifications, Outcome, RawResponseItems, Requests, ResponseEvents,
};
use serde_json::Value;

/// Tells whether there was something to change.
type Change = fn(&mut Value) -> bool;

const USAGE: &str = "/response/usage";

pub(super) fn mutations() -> Vec<Mutation> {
    [of_the_end(), of_items()].into_iter().flatten().collect()
}

fn of_the_end() -> Vec<Mutation> {
    const UNTOLD: &str = "what fails or breaks tells nothing of it";
    let completed = |name, channel, change: Change| {
        lie(name, In(channel), saying("\"usage\":{"), every(event("response.completed"), edit(change)))
    };
    vec![
        completed("zero-the-usage", Notifications, zeroed).sparing(UNTOLD),
        completed("drop-the-usage", ResponseEvents, usage_lost).sparing(UNTOLD),
        completed("drop-the-details-of-the-usage", ResponseEvents, details_lost),
        completed("write-numbers-as-floats", Outcome, as_floats).sparing(UNTOLD),
        completed("write-numbers-as-text", Outcome, as_text).sparing(UNTOLD),
        completed("send-numbers-through-floats", ResponseEvents, through_floats),
        completed("change-the-id-of-the-response", ResponseEvents, |event| garble("/response/id")(event))
            .sparing(UNTOLD),
        completed("lose-the-id-of-the-response", Outcome, |event| without("/response/id")(event))
            .sparing(UNTOLD),
    ]
}

fn of_items() -> Vec<Mutation> {
    let shown = Line::is_shown_event;
    let item = |name, channel, text, change: Change| {
        lie(name, In(channel), saying(text), every(Line::is_shown_event, edit(change)))
    };
    vec![
        item("change-the-ids-of-items", ResponseEvents, "\"id\"", |event| garble("/item/id")(event)),
        item("lose-the-ids-of-items", ResponseEvents, "\"id\"", |event| without("/item/id")(event)),
        item("change-the-name-of-a-call", Requests, "call_id", call_renamed),
        item("change-the-name-of-a-tool", RawResponseItems, "call_id", |event| garble("/item/name")(event)),
        item("write-arguments-anew", RawResponseItems, "arguments", arguments_anew),
        item("lose-sealed-reasoning", RawResponseItems, "encrypted_content", seal_lost),
        item("keep-one-part-of-a-message", RawResponseItems, "content_index\":1", one_part),
        item("speak-as-the-user", RawResponseItems, "assistant", |event| set("/item/role", "user")(event)),
        lie("lose-a-type", In(ResponseEvents), anything(), first(shown, edit(without("/type")))),
        lie("write-a-member-twice", In(ResponseEvents), anything(), first(shown, rewrite(type_twice))),
    ]
}

fn usage_of(event: &mut Value) -> Option<&mut Value> {
    at(event, USAGE).filter(|usage| usage.is_object())
}

fn zeroed(event: &mut Value) -> bool {
    usage_of(event).is_some_and(|usage| each_number(usage, &|number| (*number != 0).then(|| Value::from(0))))
}

fn usage_lost(event: &mut Value) -> bool {
    usage_of(event).is_some_and(|usage| !std::mem::take(usage).is_null())
}

/// Both are 0 where they are absent.
fn details_lost(event: &mut Value) -> bool {
    let lost = |details: &str, number: &str, event: &mut Value| {
        let details = format!("{USAGE}/{details}");
        let counts = event.pointer(&format!("{details}/{number}")).is_some_and(|number| *number != 0);
        counts && event.pointer_mut(&details).is_some_and(|details| !std::mem::take(details).is_null())
    };
    let input = lost("input_tokens_details", "cached_tokens", event);
    lost("output_tokens_details", "reasoning_tokens", event) || input
}

fn as_floats(event: &mut Value) -> bool {
    usage_of(event).is_some_and(|usage| each_number(usage, &|number| Some(Value::from(number.as_f64()?))))
}

fn as_text(event: &mut Value) -> bool {
    usage_of(event).is_some_and(|usage| each_number(usage, &|number| Some(number.to_string().into())))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "that is what goes wrong")]
fn through_floats(event: &mut Value) -> bool {
    let through = |number: &Value| {
        let exact = number.as_i64()?;
        let rounded = exact as f64 as i64;
        (rounded != exact).then(|| Value::from(rounded))
    };
    usage_of(event).is_some_and(|usage| each_number(usage, &through))
}

/// Changes every number below a value; tells whether there was one to change.
fn each_number(value: &mut Value, change: &dyn Fn(&Value) -> Option<Value>) -> bool {
    match value {
        Value::Object(members) => members
            .values_mut()
            .map(|member| each_number(member, change))
            .fold(false, |one, other| one | other),
        Value::Number(_) => change(value).map(|new| *value = new).is_some(),
        _ => false,
    }
}

/// As a writer does that knows no difference between `230.0` and `230`.
fn arguments_anew(event: &mut Value) -> bool {
    let Some(Value::String(arguments)) = at(event, "/item/arguments") else { return false };
    let anew = arguments.replace(".0", "");
    let differs = anew != *arguments;
    *arguments = anew;
    differs
}

/// Of a call that this app-server knows and answers; of others it keeps nothing.
fn call_renamed(event: &mut Value) -> bool {
    const KNOWN: [&str; 3] = ["function_call", "custom_tool_call", "local_shell_call"];
    let known = event.pointer("/item/type").and_then(Value::as_str).is_some_and(|kind| KNOWN.contains(&kind));
    known && garble("/item/call_id")(event)
}

/// Of a thought; what else is sealed, this app-server does not keep.
fn seal_lost(event: &mut Value) -> bool {
    let thought = event.pointer("/item/type").is_some_and(|kind| kind == "reasoning");
    thought && at(event, "/item/encrypted_content").is_some_and(|seal| !std::mem::take(seal).is_null())
}

fn one_part(event: &mut Value) -> bool {
    let parts = at(event, "/item/content").and_then(Value::as_array_mut);
    parts.filter(|parts| parts.len() > 1).is_some_and(|parts| !parts.drain(1..).as_slice().is_empty())
}

/// The same member with the same value: some readers take it, and this one does not.
fn type_twice(event: &str) -> Option<String> {
    let value: Value = serde_json::from_str(event).ok()?;
    let rest = event.trim_start().strip_prefix('{')?;
    Some(format!("{{\"type\":{},{rest}", value["type"]))
}
