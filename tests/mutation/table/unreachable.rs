//! What is lost without a trace, because the app-server reads none of it, or because it never crosses the path. Each is
//! reported by gateways all the same; that nothing shows is checked, too.

use crate::acts::{Act, any, edit, every, leave_out, without};
use crate::line::{Kind, Line};
use crate::mutation::{Mutation, unreached, unseen};
use crate::reach::{anything, family, saying, with_field};
use serde_json::Value;

pub(super) fn mutations() -> Vec<Mutation> {
    [unread(), never_there()].into_iter().flatten().collect()
}

fn unread() -> Vec<Mutation> {
    let unread = |name, reaches, act| unseen(name, "the app-server makes nothing of it", reaches, act);
    let events = any(Kind::Event);
    vec![
        unread("keep-the-members-that-are-read", anything(), every(events, edit(read_ones_kept))),
        unread("lose-the-numbers-of-events", saying("sequence_number"), lose(&["sequence_number"])),
        unread("lose-the-format-of-text", saying("\"format\""), lose(&["format"])),
        unread("lose-annotations-and-logprobs", saying("logprobs"), lose(ADORNMENTS)),
        unread("lose-the-places-of-items", family("reasoning"), lose(PLACES)),
        unread("lose-the-output-of-the-response", family("tools"), output_lost()),
        unread("drop-text-that-is-done", saying("output_text.done"), drop_all(TEXT_IS_DONE)),
        unread("drop-the-arguments-of-calls", saying("function_call_arguments"), drop_all(ARGUMENTS)),
        unread("drop-progress", saying("response.in_progress"), drop_all(PROGRESS)),
        unread("drop-what-has-no-known-type", family("events"), every(is_unknown, leave_out)),
        unread("lose-the-name-of-a-request", with_field("x-request-id"), answers(without("/requestId"))),
        unread("answer-with-another-status-than-the-head", family("text"), answers(other_status)),
    ]
}

fn never_there() -> Vec<Mutation> {
    let calls = |pointer| every(any(Kind::Call), edit(without(pointer)));
    const UNASKED: &str = "the app-server never asks for one";
    const APART: &str = "that never crosses the path";
    vec![
        unreached("lose-the-format-that-is-asked-for", UNASKED, anything(), calls("/body/text")),
        unreached("lose-the-credentials", APART, anything(), calls("/headers/authorization")),
        unreached("lose-comments", APART, family("framing"), every(is_comment, leave_out)),
    ]
}

const ADORNMENTS: &[&str] = &["annotations", "logprobs", "obfuscation"];

const PLACES: &[&str] = &["output_index", "content_index", "summary_index"];

const PROGRESS: &[&str] = &["response.in_progress", "response.queued"];

const TEXT_IS_DONE: &[&str] =
    &["response.output_text.done", "response.content_part.done", "response.content_part.added"];

const ARGUMENTS: &[&str] =
    &["response.function_call_arguments.delta", "response.function_call_arguments.done"];

fn lose(members: &'static [&'static str]) -> Act {
    every(any(Kind::Event), edit(move |event| lose_members(event, members)))
}

fn output_lost() -> Act {
    every(any(Kind::Event), edit(without("/response/output")))
}

fn drop_all(kinds: &'static [&'static str]) -> Act {
    every(move |line| kinds.iter().any(|kind| line.is_event(kind)), leave_out)
}

fn answers(change: impl Fn(&mut Value) -> bool + Send + Sync + 'static) -> Act {
    every(any(Kind::CallAnswer), edit(change))
}

fn is_unknown(line: &Line) -> bool {
    line.kind == Kind::Event && !line.counts()
}

fn is_comment(line: &Line) -> bool {
    line.kind == Kind::Event && line.payload().trim_start_matches('"').starts_with(':')
}

/// As a gateway does that writes events from types of its own.
fn read_ones_kept(event: &mut Value) -> bool {
    const READ: [&str; 4] = ["type", "response", "item", "delta"];
    let members = event.as_object_mut();
    members.is_some_and(|members| {
        let before = members.len();
        members.retain(|name, _| READ.contains(&name.as_str()));
        members.len() < before
    })
}

fn lose_members(value: &mut Value, names: &[&str]) -> bool {
    match value {
        Value::Object(members) => {
            let before = members.len();
            members.retain(|name, _| !names.contains(&name.as_str()));
            let lost = members.len() < before;
            members
                .values_mut()
                .map(|member| lose_members(member, names))
                .fold(lost, |one, other| one | other)
        }
        Value::Array(values) => {
            values.iter_mut().map(|value| lose_members(value, names)).fold(false, |one, other| one | other)
        }
        _ => false,
    }
}

/// A 201 for a 200: both are accepted.
fn other_status(answer: &mut Value) -> bool {
    let accepted = answer["status"] == 200;
    if accepted {
        answer["status"] = 201.into();
    }
    accepted
}
