//! Other ways of saying the same. To report one of them is a false alarm.

use crate::ASKS_BESIDE;
use crate::acts::{Act, Fate, Sent, and_then, any, every, repeat, rewrite};
use crate::holds::buffer;
use crate::json::{escaped, spaced, turned_around};
use crate::line::{Kind, Line, Way};
use crate::mutation::{Mutation, honest};
use crate::reach::{either, given_up, interrupted, only, saying, timeless};
use crate::upstream;
use responses_parity::wire::{RequestId, methods};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

pub(super) fn mutations() -> Vec<Mutation> {
    let events = || any(Kind::Event);
    let calls = || any(Kind::Call);
    let told = || any(Kind::Notification);
    vec![
        honest("pass-everything-on", Box::new(|line, _| Fate::changed(text_of(line)))),
        honest(ASKS_BESIDE, ask_for_models())
            .on_both_sides()
            .reaching(only(&["text/plain", "tools/two-rounds"])),
        honest("be-slow-once", slow_once())
            .reaching(only(&["http/503-retry-after-zero-then-ok"]))
            .against_the_direct_side()
            .one_at_a_time(),
        honest("say-jsonrpc-2.0", every(|line| line.kind != Kind::End, version)),
        honest("write-events-with-spaces", every(events(), rewrite(|event| Some(spaced(event))))),
        honest("write-events-with-escapes", every(events(), rewrite(|event| Some(escaped(event))))),
        honest("turn-the-members-of-events-around", every(events(), rewrite(turned_around))),
        honest("write-calls-with-spaces", every(calls(), rewrite(|call| Some(spaced(call))))),
        honest("write-calls-with-escapes", every(calls(), rewrite(|call| Some(escaped(call))))),
        honest("turn-the-members-of-calls-around", every(calls(), rewrite(turned_around))),
        honest("write-notifications-with-escapes", every(told(), rewrite(|params| Some(escaped(params))))),
        honest("turn-the-members-of-notifications-around", every(told(), rewrite(turned_around))),
        honest("write-the-names-of-fields-large", every(any(Kind::Started), rewrite(large_names))),
        honest("name-calls-instead-of-numbering-them", names_for_numbers()),
        honest("hold-back-what-nobody-waits-for", buffer(Fate::Quiet, Fate::Changed)).reaching(timeless()),
        honest("go-on-after-a-cancel", go_on()).reaching(interrupted()),
        honest("give-up-after-the-end", give_up_late()).reaching(either(interrupted(), given_up())),
        honest("cancel-twice", every(any(Kind::Cancel), repeat)).reaching(interrupted()),
        honest("answer-a-call-twice", every(any(Kind::CallAnswer), repeat)),
        honest("say-twice-that-it-started", every(any(Kind::Started), repeat)),
        honest("forward-done", every(any(Kind::Event), and_then(done))).reaching(saying("[DONE]")),
    ]
}

fn text_of(line: &Line) -> Option<String> {
    (line.kind != Kind::End).then(|| line.text.clone())
}

/// Before the conversation is there: nothing of it depends on the answer.
fn ask_for_models() -> Act {
    every(
        |line| line.method == methods::NEW_CONVERSATION && line.way == Way::ToServer,
        |line| {
            let base = line.text.split(r#"base_url":""#).nth(1)?.split('"').next()?;
            upstream::get_models(base);
            Some(vec![Sent::On(line.text.clone())])
        },
    )
}

/// A request that is sent again at once looks like one after a back-off on a machine that is busy just then.
fn slow_once() -> Act {
    let done = AtomicBool::new(false);
    Box::new(move |line, memory| {
        if line.kind != Kind::Call {
            return Fate::Untouched;
        }
        memory.count += 1;
        if memory.count == 1 || done.swap(true, Ordering::Relaxed) {
            return Fate::Untouched;
        }
        Fate::Changed(vec![Sent::Later(Duration::from_millis(400), line.text.clone())])
    })
}

fn version(line: &Line) -> Option<Vec<Sent>> {
    Some(vec![Sent::On(line.text.replacen('{', r#"{"jsonrpc":"2.0","#, 1))])
}

fn large_names(head: &str) -> Option<String> {
    let mut head: Value = serde_json::from_str(head).ok()?;
    let headers = head["headers"].as_object_mut()?;
    let large = std::mem::take(headers).into_iter().map(|(name, value)| (name.to_uppercase(), value));
    headers.extend(large);
    Some(head.to_string())
}

/// As JSON-RPC allows; the answer gets its number back.
fn names_for_numbers() -> Act {
    const NAME: &str = "call ";
    Box::new(|line, _| match (line.kind, &line.id) {
        (Kind::Call, Some(id)) => {
            let name = format!(r#""id":"{NAME}{id}""#);
            Fate::changed([line.text.replacen(&format!(r#""id":{id}"#), &name, 1)])
        }
        (_, Some(RequestId::String(name))) if line.way == Way::ToServer => {
            let number = format!(r#""id":{}"#, name.trim_start_matches(NAME));
            Fate::quiet([line.text.replacen(&format!(r#""id":"{name}""#), &number, 1)])
        }
        _ => Fate::Untouched,
    })
}

/// A client that heard of the interrupt, and had sent more before it did.
fn go_on() -> Act {
    Box::new(|line, memory| match line.kind {
        Kind::Event => {
            memory.held = vec![line.clone()];
            Fate::Untouched
        }
        Kind::Cancel => {
            let late = memory.held.iter().map(|event| Sent::Back(event.text.clone()));
            Fate::Changed(late.chain([Sent::On(line.text.clone())]).collect())
        }
        _ => Fate::Untouched,
    })
}

/// A server that says after the turn's end that it no longer wants the answer.
fn give_up_late() -> Act {
    Box::new(|line, memory| {
        if line.kind == Kind::Cancel {
            memory.held.push(line.clone());
            return Fate::Quiet(Vec::new());
        }
        let ends = line.tells("task_complete") || line.tells("turn_aborted");
        if !ends || memory.held.is_empty() {
            return Fate::Untouched;
        }
        let late = memory.held.drain(..).map(|cancel| cancel.text);
        Fate::changed([line.text.clone()].into_iter().chain(late))
    })
}

fn done(event: &Line) -> String {
    event.with_payload(r#""[DONE]""#)
}
