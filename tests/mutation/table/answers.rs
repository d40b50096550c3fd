//! How a call is answered: early, never, wrongly, and with what is wrong with it.

use crate::acts::{Act, Fate, Sent, any, edit, every, every_accepted, garble, leave_out, without};
use crate::holds::{buffer, hold_the_last};
use crate::line::{Kind, Line};
use crate::mutation::Shows::{AsProblem, In};
use crate::mutation::{Mutation, lie};
use crate::reach::{answering, anything, either, family, only, timeless, whole};
use responses_parity::observe::Channel::{Outcome, ResponseEvents};
use responses_parity::wire::is_success;
use serde_json::{Value, json};
use std::time::Duration;

/// Of every kind one, since each of them is waited for until the harness has enough.
const FEW: &[&str] = &["text/plain", "tools/function-call", "http/404"];

/// What the upstream says after a silence that is too long.
const STALLED: &[&str] = &[
    "conversation/interrupt-mid-stream",
    "conversation/interrupt-after-an-item",
    "conversation/interrupt-while-reasoning",
    "endings/stalled-in-mid-stream",
    "endings/comments-while-stalled",
    "failures/idle-timeout-then-ok",
];

pub(super) fn mutations() -> Vec<Mutation> {
    let refused = || answering(|status| !is_success(status));
    let never = || AsProblem("did not end");
    const UNTOLD: &str = "the body of a status that is tried again is never told, nor is one without text";
    vec![
        lie("never-answer", never(), only(FEW), every(any(Kind::CallAnswer), leave_out)).impatiently(),
        lie("answer-another-request", never(), only(FEW), every(any(Kind::CallAnswer), with_another_id))
            .impatiently(),
        lie("answer-with-a-name-for-a-number", never(), only(FEW), every(any(Kind::CallAnswer), with_a_name))
            .impatiently(),
        lie(
            "hold-everything-back-until-the-end",
            In(ResponseEvents),
            only(STALLED),
            buffer(Fate::Changed, Fate::Quiet),
        )
        .impatiently(),
        lie("keep-alive-with-events", In(Outcome), only(&["endings/comments-then-the-rest"]), keep_alive()),
        lie(
            "answer-before-the-last-event",
            In(Outcome),
            timeless(),
            hold_the_last(|answer, held| Fate::changed([answer.text.clone(), held.text])),
        )
        .sparing(
            "what fails without a reason fails as what ends early does, and what completed before stays so",
        ),
        lie("answer-after-the-first-event", In(Outcome), whole(), after_the_first())
            .sparing("what is tried again never tells why"),
        lie("answer-before-the-head", In(Outcome), whole(), every(Line::is_accepted_head, before_the_head)),
        lie("answer-with-an-error", In(Outcome), anything(), every_accepted(with_an_error)),
        lie("answer-with-nothing", In(Outcome), anything(), every_accepted(with_nothing)),
        lie(
            "swallow-how-a-stream-broke",
            In(Outcome),
            either(family("endings"), family("framing")),
            answer(fault_swallowed),
        )
        .sparing("what is tried again never tells how it broke"),
        lie(
            "tell-otherwise-how-a-stream-broke",
            In(Outcome),
            either(family("endings"), family("framing")),
            answer(fault_changed),
        )
        .sparing("what is tried again never tells how it broke"),
        lie(
            "tell-otherwise-what-broke",
            In(Outcome),
            only(&["framing/invalid-utf8"]),
            answer(without("/errorKind")),
        ),
        lie("break-a-stream-that-is-whole", In(Outcome), whole(), answer(broken)),
        lie(
            "cut-the-body-of-a-refusal",
            In(Outcome),
            refused(),
            answer(|answer| body(answer, |text| text.chars().take(text.chars().count() / 2).collect())),
        )
        .sparing(UNTOLD),
        lie(
            "replace-the-body-of-a-refusal",
            In(Outcome),
            refused(),
            answer(|answer| body(answer, |_| "upstream error".to_owned())),
        )
        .sparing(UNTOLD),
        lie("lose-the-body-of-a-refusal", In(Outcome), refused(), answer(refused_without_body))
            .sparing(UNTOLD),
    ]
}

fn answer(change: impl Fn(&mut Value) -> bool + Send + Sync + 'static) -> Act {
    every(any(Kind::CallAnswer), edit(change))
}

fn with_another_id(answer: &Line) -> Option<Vec<Sent>> {
    let line = format!(r#"{{"id":4711,"result":{}}}"#, answer.payload());
    Some(vec![Sent::On(line)])
}

fn with_a_name(answer: &Line) -> Option<Vec<Sent>> {
    let line = format!(r#"{{"id":"{}","result":{}}}"#, answer.id.as_ref()?, answer.payload());
    Some(vec![Sent::On(line)])
}

fn with_an_error(answer: &Line) -> Option<Vec<Sent>> {
    Some(vec![Sent::On(answer.answer(r#""error":{"code":-32000,"message":"the client lost interest"}"#))])
}

fn with_nothing(answer: &Line) -> Option<Vec<Sent>> {
    Some(vec![Sent::On(answer.answer(r#""result":{}"#))])
}

fn before_the_head(head: &Line) -> Option<Vec<Sent>> {
    let status = head.value()?["status"].clone();
    let answer = head.answer(&format!(r#""result":{{"status":{status}}}"#));
    Some(vec![Sent::On(answer), Sent::On(head.text.clone())])
}

/// The first event is shown, and nothing after it.
fn after_the_first() -> Act {
    Box::new(|line, memory| {
        if memory.done || !line.is_shown_event() {
            return Fate::Untouched;
        }
        memory.done = true;
        Fate::changed([line.text.clone(), line.answer(r#""result":{"status":200}"#)])
    })
}

/// What the upstream sends so that the connection stays alive is made to look like news of the stream.
fn keep_alive() -> Act {
    every(any(Kind::Started), |head| {
        let call = head.call.as_ref()?;
        let event =
            json!({ "method": "responsesApi/event", "params": { "callId": call, "event": ": alive" } });
        let pulse = |tenths: u64| Sent::Later(Duration::from_millis(tenths * 100), event.to_string());
        Some([Sent::On(head.text.clone())].into_iter().chain((1..12).map(pulse)).collect())
    })
}

fn fault_swallowed(answer: &mut Value) -> bool {
    is_accepted(answer) && without("/error")(answer)
}

fn fault_changed(answer: &mut Value) -> bool {
    is_accepted(answer) && garble("/error")(answer)
}

fn broken(answer: &mut Value) -> bool {
    let whole = is_accepted(answer) && answer["error"].is_null();
    if whole {
        answer["error"] = json!("connection reset by peer");
    }
    whole
}

fn body(answer: &mut Value, change: fn(&str) -> String) -> bool {
    if is_accepted(answer) {
        return false;
    }
    let Value::String(text) = &mut answer["error"] else { return false };
    let new = change(text);
    let differs = new != *text;
    *text = new;
    differs
}

fn refused_without_body(answer: &mut Value) -> bool {
    !is_accepted(answer) && answer["error"] != "" && without("/error")(answer)
}

fn is_accepted(answer: &Value) -> bool {
    answer["status"].as_u64().is_some_and(|status| (200..300).contains(&status))
}
