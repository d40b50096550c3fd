//! The items of an answer, each with the events that announce, write and finish it.

use super::dice::Dice;
use super::words::{char_boundary, name, text};
use serde_json::{Value, json};

/// The events of one item, in order. Those that only tell again what others tell come now and then.
pub(super) fn item(dice: &mut Dice, index: usize) -> Vec<Value> {
    match dice.below(12) {
        0..=4 => message(dice, index),
        5 | 6 => reasoning(dice, index),
        7 => function_call(dice, index),
        8 => custom_tool_call(dice, index),
        9 => local_shell_call(dice, index),
        10 => web_search_call(dice, index),
        _ => of_another_kind(dice, index),
    }
}

/// Pieces of text, and the whole of it: mostly what the pieces come to.
fn pieces(dice: &mut Dice) -> (Vec<String>, String) {
    let count = dice.below(9);
    let pieces: Vec<String> = (0..count).map(|_| text(dice)).collect();
    let whole = if dice.once_in(12) { text(dice) } else { pieces.concat() };
    (pieces, whole)
}

fn added(index: usize, item: Value) -> Value {
    json!({ "type": "response.output_item.added", "output_index": index, "item": item })
}

fn done(index: usize, item: Value) -> Value {
    json!({ "type": "response.output_item.done", "output_index": index, "item": item })
}

/// An event about a part of an item.
fn about(kind: &str, id: &str, index: usize, members: Value) -> Value {
    let mut event = json!({ "type": kind, "item_id": id, "output_index": index });
    if let (Some(event), Value::Object(members)) = (event.as_object_mut(), members) {
        event.extend(members);
    }
    event
}

fn message(dice: &mut Dice, index: usize) -> Vec<Value> {
    let (id, (pieces, whole)) = (name(dice, "msg"), pieces(dice));
    let part = |text: &str| json!({ "type": "output_text", "annotations": [], "logprobs": [], "text": text });
    let message = |status: &str, content: Value| json!({ "id": id, "type": "message", "status": status, "role": "assistant", "content": content });
    let mut events = vec![added(index, message("in_progress", json!([])))];
    let with_parts = dice.once_in(2);
    if with_parts {
        let members = json!({ "content_index": 0, "part": part("") });
        events.push(about("response.content_part.added", &id, index, members));
    }
    for piece in &pieces {
        let members = json!({ "content_index": 0, "delta": piece, "logprobs": [] });
        events.push(about("response.output_text.delta", &id, index, members));
    }
    if with_parts {
        let members = json!({ "content_index": 0, "text": whole });
        events.push(about("response.output_text.done", &id, index, members));
        let members = json!({ "content_index": 0, "part": part(&whole) });
        events.push(about("response.content_part.done", &id, index, members));
    }
    let refusal = json!({ "type": "refusal", "refusal": whole });
    let content = match dice.below(10) {
        0 => json!([]),
        1 => json!([part(&whole), part(" And more.")]),
        2 => json!([refusal]),
        _ => json!([part(&whole)]),
    };
    events.push(done(index, message("completed", content)));
    events
}

fn reasoning(dice: &mut Dice, index: usize) -> Vec<Value> {
    let id = name(dice, "rs");
    let mut events = vec![added(index, json!({ "id": id, "type": "reasoning", "summary": [] }))];
    let mut summary = Vec::new();
    for part in 0..dice.below(3) {
        let (pieces, whole) = pieces(dice);
        let members = json!({ "summary_index": part, "part": { "type": "summary_text", "text": "" } });
        events.push(about("response.reasoning_summary_part.added", &id, index, members));
        for piece in pieces {
            let members = json!({ "summary_index": part, "delta": piece });
            events.push(about("response.reasoning_summary_text.delta", &id, index, members));
        }
        if dice.once_in(2) {
            let members = json!({ "summary_index": part, "text": whole });
            events.push(about("response.reasoning_summary_text.done", &id, index, members));
        }
        summary.push(json!({ "type": "summary_text", "text": whole }));
    }
    let mut item = json!({ "id": id, "type": "reasoning", "summary": summary });
    if dice.once_in(3) {
        let (pieces, whole) = pieces(dice);
        for piece in pieces {
            let members = json!({ "content_index": 0, "delta": piece });
            events.push(about("response.reasoning_text.delta", &id, index, members));
        }
        let kind = dice.pick(&["reasoning_text", "text"]);
        item["content"] = json!([{ "type": kind, "text": whole }]);
    }
    if dice.once_in(3) {
        item["encrypted_content"] = json!(text(dice));
    }
    events.push(done(index, item));
    events
}

/// Arguments as a model writes them, now and then badly.
fn arguments(dice: &mut Dice) -> String {
    match dice.below(6) {
        0 => text(dice),
        1 => r#"{"plan":[{"step":"Boil water","status":"in_progress"}],"explanation":null}"#.to_owned(),
        2 => "{}".to_owned(),
        _ => json!({ "what": text(dice), "times": dice.below(9) }).to_string(),
    }
}

/// Names that no app-server runs anything for, and one that it answers by itself.
fn tool(dice: &mut Dice) -> &'static str {
    dice.pick(&["brew_tea", "update_plan", "", "look up"])
}

/// The deltas of a text that a tool is to get, in two pieces.
fn halves(kind: &str, id: &str, index: usize, text: &str) -> Vec<Value> {
    let middle = char_boundary(text, text.len() / 2);
    let halves = [&text[..middle], &text[middle..]];
    halves.map(|half| about(kind, id, index, json!({ "delta": half }))).into()
}

fn function_call(dice: &mut Dice, index: usize) -> Vec<Value> {
    let (id, call_id, tool, arguments) = (name(dice, "fc"), name(dice, "call"), tool(dice), arguments(dice));
    let item = |status: &str, arguments: &str| json!({ "id": id, "type": "function_call", "status": status, "name": tool, "call_id": call_id, "arguments": arguments });
    let mut events = vec![added(index, item("in_progress", ""))];
    events.extend(halves("response.function_call_arguments.delta", &id, index, &arguments));
    if dice.once_in(2) {
        let members = json!({ "arguments": arguments });
        events.push(about("response.function_call_arguments.done", &id, index, members));
    }
    events.push(done(index, item("completed", &arguments)));
    events
}

fn custom_tool_call(dice: &mut Dice, index: usize) -> Vec<Value> {
    let (id, call_id, tool, input) = (name(dice, "ctc"), name(dice, "call"), tool(dice), text(dice));
    let item = |status: &str, input: &str| json!({ "id": id, "type": "custom_tool_call", "status": status, "name": tool, "call_id": call_id, "input": input });
    let mut events = vec![added(index, item("in_progress", ""))];
    events.extend(halves("response.custom_tool_call_input.delta", &id, index, &input));
    events.push(done(index, item("completed", &input)));
    events
}

/// What it would run does nothing, wherever somebody runs it.
fn local_shell_call(dice: &mut Dice, index: usize) -> Vec<Value> {
    let item = json!({
        "id": name(dice, "lsh"), "type": "local_shell_call",
        "status": dice.pick(&["completed", "in_progress", "incomplete"]), "call_id": name(dice, "call"),
        "action": { "type": "exec", "command": ["true"], "timeout_ms": 1000, "env": {} },
    });
    vec![added(index, item.clone()), done(index, item)]
}

fn web_search_call(dice: &mut Dice, index: usize) -> Vec<Value> {
    let id = name(dice, "ws");
    let mut events =
        vec![added(index, json!({ "id": id, "type": "web_search_call", "status": "in_progress" }))];
    for step in ["in_progress", "searching", "completed"] {
        events.push(about(&format!("response.web_search_call.{step}"), &id, index, json!({})));
    }
    let action = match dice.below(3) {
        0 => json!({ "type": "open_page", "url": "https://example.com/" }),
        _ => json!({ "type": "search", "query": text(dice) }),
    };
    let item = json!({ "id": id, "type": "web_search_call", "status": "completed", "action": action });
    events.push(done(index, item));
    events
}

fn of_another_kind(dice: &mut Dice, index: usize) -> Vec<Value> {
    let kinds = [
        "file_search_call",
        "code_interpreter_call",
        "mcp_call",
        "compaction",
        "function_call_output",
        "custom_tool_call_output",
        "Message",
        "",
    ];
    let item = json!({
        "id": name(dice, "it"), "type": dice.pick(&kinds), "status": "completed", "call_id": name(dice, "call"),
        "output": text(dice), "content": text(dice),
    });
    vec![added(index, item.clone()), done(index, item)]
}
