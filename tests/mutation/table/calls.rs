//! What the server asks for, and the heads of what it gets.

use crate::acts::{Act, Fate, Sent, any, edit, every, first, garble, leave_out, rewrite, set, without};
use crate::holds::swap;
use crate::line::{Kind, Line};
use crate::mutation::Shows::{AsProblem, In};
use crate::mutation::{Mutation, lie};
use crate::reach::{Reaches, answering, asking, both, either, family, only, whole, with_field};
use crate::upstream;
use responses_parity::observe::Channel::{Notifications, Outcome, Requests, ResponseEvents};
use responses_parity::wire::is_success;
use serde_json::{Value, json};

pub(super) fn mutations() -> Vec<Mutation> {
    [heads(), requests()].into_iter().flatten().collect()
}

fn heads() -> Vec<Mutation> {
    let limits = || with_field("x-codex");
    let refused = || answering(|status| !is_success(status));
    vec![
        lie("lose-the-head", In(ResponseEvents), limits(), head(set("/headers", json!({}))))
            .sparing("some say nothing that can be read, and some are of a refusal"),
        lie("lose-the-rate-limits", In(Notifications), limits(), head(rate_limits_lost))
            .sparing("some say nothing that can be read, and some are of a refusal"),
        lie("change-a-rate-limit", In(Notifications), limits(), head(rate_limit_changed))
            .sparing("some cannot be read, and some are of a refusal"),
        lie("join-a-repeated-field", In(ResponseEvents), only(&["limits/repeated-header"]), head(joined)),
        lie(
            "keep-the-last-of-a-repeated-field",
            In(ResponseEvents),
            only(&["limits/repeated-header"]),
            head(last_kept),
        ),
        lie(
            "never-say-that-it-started",
            In(ResponseEvents),
            whole(),
            every(Line::is_accepted_head, leave_out),
        ),
        lie("say-late-that-it-started", In(ResponseEvents), whole(), swap(Line::is_accepted_head)),
        lie(
            "lose-how-long-to-wait",
            In(Requests),
            with_field("retry-after"),
            head(without("/headers/retry-after")),
        )
        .sparing("a second more or less is what a busy machine may add to a wait, and a date is no wait"),
        lie(
            "lose-the-name-of-the-request",
            In(Outcome),
            with_field("cf-ray"),
            head(without("/headers/cf-ray")),
        )
        .sparing("it is told of a failure that was tried again alone"),
        lie("accept-what-is-refused", In(Outcome), refused(), statuses(200)),
        lie("refuse-with-another-status", In(Outcome), refused(), statuses(500))
            .sparing("what is accepted when it is tried again has no status to tell"),
        lie("refuse-what-is-accepted", In(Outcome), whole(), refuse()),
    ]
}

fn requests() -> Vec<Mutation> {
    let lie = |name, act| {
        lie(name, In(Requests), both(asking(), either(family("conversation"), family("http"))), act)
    };
    vec![
        lie("lose-a-field-of-the-request", asked(without("/headers/session_id"))),
        lie("be-another-originator", asked(set("/headers/originator", "somebody"))),
        lie("add-a-field-to-the-request", asked(|call| added(call, "/headers", "x-extra", json!("1")))),
        lie(
            "repeat-a-field-of-the-request",
            asked(set("/headers/accept", json!(["text/event-stream", "*/*"]))),
        ),
        lie("lose-a-member-of-the-body", asked(without("/body/store"))),
        lie("add-a-member-to-the-body", asked(|call| added(call, "/body", "metadata", json!({})))),
        lie("change-a-value-of-the-body", asked(set("/body/parallel_tool_calls", true))),
        lie("change-a-word-of-the-body", asked(garble("/body/instructions"))),
        lie("lose-the-beginning-of-the-history", asked(beginning_lost)),
        lie("ask-with-a-query", asked(queried)),
        lie("delegate-a-call-to-another-address", every(any(Kind::Call), elsewhere()))
            .reaching(few())
            .showing(AsProblem("which is not the upstream")),
        lie("ask-the-upstream-oneself", every(any(Kind::Call), ask_oneself))
            .reaching(few())
            .showing(AsProblem("the app-server sent it itself")),
        lie("send-an-unknown-upstream-message", first(any(Kind::Call), surprise))
            .reaching(few())
            .showing(In(Notifications)),
    ]
}

fn head(change: impl Fn(&mut Value) -> bool + Send + Sync + 'static) -> Act {
    every(any(Kind::Started), edit(change))
}

fn asked(change: impl Fn(&mut Value) -> bool + Send + Sync + 'static) -> Act {
    every(any(Kind::Call), edit(change))
}

fn few() -> Reaches {
    only(&["text/plain", "tools/function-call", "http/404"])
}

fn headers(head: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    head["headers"].as_object_mut().into_iter().flatten()
}

fn rate_limits_lost(head: &mut Value) -> bool {
    let Some(headers) = head["headers"].as_object_mut() else { return false };
    let before = headers.len();
    headers.retain(|name, _| !name.starts_with("x-codex"));
    headers.len() < before
}

fn rate_limit_changed(head: &mut Value) -> bool {
    let mut limits = headers(head).filter(|(name, _)| name.ends_with("used-percent"));
    limits.next().map(|(_, value)| *value = json!("99.5")).is_some()
}

/// As HTTP allows where a field is a list, which these are not.
fn joined(head: &mut Value) -> bool {
    each_repeated(head, |values| {
        values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ").into()
    })
}

fn last_kept(head: &mut Value) -> bool {
    each_repeated(head, |values| values.last().cloned().unwrap_or_default())
}

fn each_repeated(head: &mut Value, change: fn(&[Value]) -> Value) -> bool {
    headers(head).fold(false, |changed, (_, value)| match value.as_array() {
        Some(values) => {
            *value = change(values);
            true
        }
        None => changed,
    })
}

/// Another status wherever one is told that is not a 2xx.
fn statuses(status: u16) -> Act {
    every(
        |line| [Kind::Started, Kind::CallAnswer].contains(&line.kind),
        edit(move |told| {
            let refused = told["status"].as_u64().is_some_and(|told| !(200..300).contains(&told));
            refused && set("/status", status)(told)
        }),
    )
}

/// As a gateway does that is overloaded itself.
fn refuse() -> Act {
    Box::new(|line, memory| match line.kind {
        Kind::Started if line.is_accepted_head() => {
            memory.done = true;
            edit(set("/status", 503))(line).map_or(Fate::Untouched, Fate::Changed)
        }
        Kind::CallAnswer if memory.done => {
            Fate::changed([line.answer(r#""result":{"status":503,"error":"overloaded"}"#)])
        }
        _ => Fate::Untouched,
    })
}

fn added(call: &mut Value, object: &str, name: &str, value: Value) -> bool {
    let members = call.pointer_mut(object).and_then(Value::as_object_mut);
    members.is_some_and(|members| members.insert(name.to_owned(), value).is_none())
}

fn beginning_lost(call: &mut Value) -> bool {
    let input = call.pointer_mut("/body/input").and_then(Value::as_array_mut);
    input.filter(|input| !input.is_empty()).is_some_and(|input| !input.remove(0).is_null())
}

fn queried(call: &mut Value) -> bool {
    let url = call["url"].as_str().map(|url| format!("{url}?trace=1"));
    url.map(|url| call["url"] = url.into()).is_some()
}

/// Under the same replay's path, and by another name of this machine.
fn elsewhere() -> impl Fn(&Line) -> Option<Vec<Sent>> + Send + Sync + 'static {
    rewrite(|call| {
        let call = call.replace("/responses\"", "/../elsewhere/responses\"");
        Some(call.replace("http://127.0.0.1:", "http://localhost:"))
    })
}

/// As a server would that has a way nobody knows of.
fn ask_oneself(call: &Line) -> Option<Vec<Sent>> {
    upstream::post(call.value()?["url"].as_str()?);
    Some(vec![Sent::On(call.text.clone())])
}

/// It looks as if it were of the delegated path, and is not.
fn surprise(call: &Line) -> Option<Vec<Sent>> {
    let surprise = call.text.replace("responsesApi/call", "responsesApi/surprise");
    Some(vec![Sent::On(surprise.replacen(r#""id":"#, r#""no":"#, 1)), Sent::On(call.text.clone())])
}
