//! What the server tells, lost, repeated, moved or changed on its way to the harness.

use crate::acts::{Act, Fate, Sent, any, edit, every, first, garble, leave_out, repeat, set, told, without};
use crate::holds::swap_with;
use crate::line::{Kind, Line};
use crate::mutation::Shows::{AsProblem, AsStray, In};
use crate::mutation::{Mutation, Shows, lie};
use crate::reach::{Reaches, either, family, interrupted, only};
use responses_parity::observe::Channel::{Notifications, Outcome, RawResponseItems, ResponseEvents};
use responses_parity::wire::methods;
use serde_json::{Value, json};

const PIECE: &str = "agent_message_delta";
const RAW: &str = "raw_response_item";
const EVENT: &str = "response_event";
const COUNT: &str = "token_count";
const ERROR: &str = "error";
const RETRY: &str = "stream_error";
const END: &str = "task_complete";

pub(super) fn mutations() -> Vec<Mutation> {
    [pieces(), items_and_events(), limits(), endings()].into_iter().flatten().collect()
}

fn pieces() -> Vec<Mutation> {
    let lie = |name, act| lie(name, In(Notifications), family("text"), act);
    vec![
        lie("drop-one-notification", first(told(PIECE), leave_out)),
        lie("send-one-notification-twice", first(told(PIECE), repeat)),
        lie("swap-two-notifications", tell_late(told(PIECE))),
        lie("change-one-character-of-a-delta", first(told(PIECE), edit(neighbour_in_the_alphabet))),
        lie(
            "change-the-item-of-a-delta",
            first(told("agent_message_content_delta"), edit(garble("/msg/item_id"))),
        ),
        lie("name-another-turn", first(told(PIECE), edit(set("/id", "7")))),
        lie("lose-the-name-of-the-turn", first(told(PIECE), edit(without("/id")))),
        lie("add-a-member-to-a-notification", first(told(PIECE), edit(trace_added))),
        lie("drop-what-begins", every(told("item_started"), leave_out)),
        lie("tell-the-end-before-the-message", tell_late(told("agent_message"))),
    ]
}

fn items_and_events() -> Vec<Mutation> {
    let of = |name, channel, family_name, act| lie(name, In(channel), family(family_name), act);
    vec![
        of("drop-a-raw-item", RawResponseItems, "tools", first(told(RAW), leave_out)),
        of("send-a-raw-item-twice", RawResponseItems, "tools", first(told(RAW), repeat)),
        of("swap-two-raw-items", RawResponseItems, "tools", tell_late(is_raw_call)),
        of(
            "change-a-raw-item",
            RawResponseItems,
            "tools",
            first(told(RAW), edit(garble("/msg/item/content/0/text"))),
        ),
        of(
            "lose-a-member-of-a-raw-item",
            RawResponseItems,
            "tools",
            first(is_raw_call, edit(without("/msg/item/call_id"))),
        ),
        of("tell-a-raw-item-late", Notifications, "tools", tell_late(told(RAW))),
        of("drop-a-response-event", ResponseEvents, "reasoning", first(told(EVENT), leave_out)),
        of("send-a-response-event-twice", ResponseEvents, "reasoning", first(told(EVENT), repeat)),
        of(
            "change-a-response-event",
            ResponseEvents,
            "reasoning",
            first(told(EVENT), edit(garble("/msg/event/type"))),
        ),
        of("tell-a-response-event-late", Notifications, "reasoning", tell_late(told(EVENT))),
        of(
            "drop-a-break-between-thoughts",
            Notifications,
            "reasoning",
            every(told("agent_reasoning_section_break"), leave_out),
        ),
    ]
}

fn limits() -> Vec<Mutation> {
    let of = |name, shows, act| lie(name, shows, family("limits"), act);
    vec![
        of("drop-a-token-count", In(Notifications), first(told(COUNT), leave_out)).one_at_a_time(),
        of("change-a-token-count", In(Notifications), every(told(COUNT), edit(one_more))),
        of("write-a-token-count-as-a-float", In(Notifications), every(told(COUNT), edit(as_float))),
        of("leave-out-what-is-null", In(Notifications), every(told(COUNT), edit(nulls_left_out))),
        of("drop-the-rate-limits", In(Notifications), first(is_limits, leave_out)).one_at_a_time(),
        of("send-the-rate-limits-twice", AsStray("account/rateLimits/updated"), first(is_limits, repeat))
            .one_at_a_time(),
        of(
            "change-the-rate-limits",
            AsStray("account/rateLimits/updated"),
            first(is_limits, edit(set("/primary", json!({})))),
        )
        .one_at_a_time(),
    ]
}

fn endings() -> Vec<Mutation> {
    let failing = |name: &'static str, shows: Shows, act: Act| lie(name, shows, family("failures"), act);
    let few: fn() -> Reaches = || only(&["text/plain", "tools/two-rounds", "http/404"]);
    vec![
        failing("drop-the-error", In(Outcome), every(told(ERROR), leave_out)),
        failing("send-the-error-twice", In(Outcome), every(told(ERROR), repeat)),
        failing("change-the-error", In(Outcome), every(told(ERROR), edit(garble("/msg/message")))),
        failing("drop-the-note-of-a-retry", In(Outcome), every(told(RETRY), leave_out)),
        failing("send-the-note-of-a-retry-twice", In(Outcome), every(told(RETRY), repeat)),
        failing("change-the-note-of-a-retry", In(Outcome), every(told(RETRY), edit(garble("/msg/message")))),
        failing("tell-an-error-as-a-retry", In(Outcome), every(told(ERROR), as_retry)),
        lie("drop-the-end-of-a-turn", AsProblem("did not end"), few(), every(told(END), leave_out))
            .impatiently(),
        lie(
            "send-the-end-of-a-turn-twice",
            In(Notifications),
            either(family("failures"), family("text")),
            every(told(END), repeat),
        ),
        lie(
            "change-the-last-message",
            In(Outcome),
            family("text"),
            every(told(END), edit(garble("/msg/last_agent_message"))),
        ),
        lie("go-on-after-the-end", In(Notifications), family("text"), after_the_end()),
        lie("tell-an-interrupt-as-an-end", In(Outcome), interrupted(), every(told("turn_aborted"), as_end)),
        lie(
            "drop-the-interrupt",
            AsProblem("did not end"),
            only(&["conversation/interrupt-mid-stream"]),
            every(told("turn_aborted"), leave_out),
        )
        .impatiently(),
    ]
}

fn neighbour_in_the_alphabet(params: &mut Value) -> bool {
    let Some(text) = params.pointer("/msg/delta").and_then(Value::as_str).filter(|text| !text.is_empty())
    else {
        return false;
    };
    let changed = text.char_indices().map(|(at, c)| match (at, c) {
        (0, c) if c.is_ascii_alphabetic() => char::from(c as u8 ^ 1),
        (_, c) => c,
    });
    let changed: String = changed.collect();
    let differs = changed != text;
    params["msg"]["delta"] = changed.into();
    differs
}

fn trace_added(params: &mut Value) -> bool {
    params["msg"]["trace"] = json!(1);
    true
}

fn is_raw_call(line: &Line) -> bool {
    line.tells(RAW) && line.value().is_some_and(|params| params["msg"]["item"]["type"] == "function_call")
}

fn is_limits(line: &Line) -> bool {
    line.kind == Kind::Notification && line.method == methods::RATE_LIMITS_UPDATED
}

fn total(params: &mut Value) -> Option<&mut Value> {
    params.pointer_mut("/msg/info/total_token_usage/total_tokens")
}

fn one_more(params: &mut Value) -> bool {
    let more = total(params).and_then(|total| Some((total.as_i64()?.wrapping_add(1), total)));
    more.map(|(more, total)| *total = more.into()).is_some()
}

fn as_float(params: &mut Value) -> bool {
    let float = total(params).and_then(|total| Some((total.as_f64()?, total)));
    float.map(|(float, total)| *total = float.into()).is_some()
}

fn nulls_left_out(params: &mut Value) -> bool {
    let members = params["msg"].as_object_mut();
    members.is_some_and(|members| {
        let before = members.len();
        members.retain(|_, member| !member.is_null());
        members.len() < before
    })
}

fn as_retry(error: &Line) -> Option<Vec<Sent>> {
    let mut params = error.value()?;
    params["msg"]["type"] = json!(RETRY);
    Some(vec![told_anew(RETRY, &params)])
}

fn as_end(aborted: &Line) -> Option<Vec<Sent>> {
    let mut params = aborted.value()?;
    params["msg"] = json!({ "type": END, "last_agent_message": null });
    Some(vec![told_anew(END, &params)])
}

fn told_anew(event: &str, params: &Value) -> Sent {
    Sent::On(json!({ "method": format!("codex/event/{event}"), "params": params }).to_string())
}

/// Has the first line that is meant arrive after the next notification. What the server asks or answers in between may
/// come before or after it without anybody being wrong.
fn tell_late(meant: impl Fn(&Line) -> bool + Send + Sync + 'static) -> Act {
    swap_with(meant, any(Kind::Notification))
}

/// A piece of a message arrives once more when the turn is over.
fn after_the_end() -> Act {
    Box::new(|line, memory| {
        if line.tells(PIECE) {
            memory.held = vec![line.clone()];
        }
        if !line.tells(END) || memory.held.is_empty() {
            return Fate::Untouched;
        }
        let late = memory.held.remove(0);
        Fate::changed([line.text.clone(), late.text])
    })
}
