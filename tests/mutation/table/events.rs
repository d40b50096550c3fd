//! Events that are lost, repeated, moved, merged or split.

use crate::acts::{Act, Fate, Sent, delta, edit, event, every, first, garble, leave_out, repeat};
use crate::holds::{hold_the_last, swap_with};
use crate::line::Line;
use crate::mutation::Shows::In;
use crate::mutation::{Mutation, lie};
use crate::reach::{anything, both, family, only, saying, timeless, whole};
use responses_parity::observe::Channel::{Notifications, Outcome, RawResponseItems, ResponseEvents};
use serde_json::{Value, json};

pub(super) fn mutations() -> Vec<Mutation> {
    let text = || saying("output_text.delta");
    let shown = Line::is_shown_event;
    vec![
        lie("drop-the-first-event", In(ResponseEvents), anything(), first(shown, leave_out)),
        lie(
            "drop-the-last-event",
            In(Outcome),
            timeless(),
            hold_the_last(|answer, _| Fate::changed([answer.text.clone()])),
        )
        .sparing(
            "what fails without a reason fails as what ends early does, and what completed before stays so",
        ),
        lie("drop-a-delta", In(ResponseEvents), text(), first(delta, leave_out)),
        lie("drop-the-deltas-past-the-hundredth", In(ResponseEvents), only(&["text/many-deltas"]), cap(100)),
        lie(
            "drop-what-is-large",
            In(ResponseEvents),
            only(&["events/large-event", "text/long-delta"]),
            every(is_large, leave_out),
        ),
        lie("send-a-delta-twice", In(ResponseEvents), text(), first(delta, repeat)),
        lie("swap-two-events", In(ResponseEvents), whole(), swap_with(shown, shown)),
        lie("merge-two-deltas", In(ResponseEvents), both(text(), whole()), merge()),
        lie("split-a-delta", In(ResponseEvents), text(), first(delta, split)),
        lie(
            "change-a-character-of-an-event",
            In(ResponseEvents),
            text(),
            first(delta, edit(garble("/delta"))),
        ),
        lie("invent-a-delta", In(ResponseEvents), family("text"), first(delta, say_more)),
        lie(
            "lose-the-calls-of-tools",
            In(RawResponseItems),
            saying("_call"),
            every(is_call_of_tool, leave_out),
        ),
        lie(
            "lose-what-begins",
            In(ResponseEvents),
            saying("output_item.added"),
            every(shown_event("output_item.added"), leave_out),
        ),
        lie(
            "lose-what-is-done",
            In(RawResponseItems),
            saying("output_item.done"),
            every(shown_event("output_item.done"), leave_out),
        ),
        lie(
            "lose-the-reasoning",
            In(Notifications),
            saying("response.reasoning"),
            every(is_reasoning, leave_out),
        ),
        lie(
            "say-what-is-thought",
            In(Notifications),
            saying("response.reasoning"),
            every(is_reasoning, as_text),
        ),
        lie(
            "lose-the-failure",
            In(Outcome),
            saying("response.failed"),
            every(event("response.failed"), leave_out),
        )
        .sparing("a completion wins over it, and without a reason it is as an early end"),
    ]
}

fn shown_event(kind: &'static str) -> impl Fn(&Line) -> bool + Send + Sync + 'static {
    move |line| line.is_event(&format!("response.{kind}")) && line.is_shown_event()
}

fn is_large(line: &Line) -> bool {
    const LARGE: usize = 64 * 1024;
    line.is_shown_event() && line.text.len() > LARGE
}

fn cap(most: usize) -> Act {
    Box::new(move |line, memory| {
        memory.count += usize::from(delta(line));
        if delta(line) && memory.count > most { Fate::changed([]) } else { Fate::Untouched }
    })
}

fn merge() -> Act {
    Box::new(|line, memory| match memory.held.pop() {
        None if delta(line) && !memory.done => {
            memory.held.push(line.clone());
            Fate::Quiet(Vec::new())
        }
        Some(held) if delta(line) => {
            memory.done = true;
            let piece =
                |line: &Line| line.value().and_then(|event| Some(event["delta"].as_str()?.to_owned()));
            let text: String = [&held, line].into_iter().filter_map(piece).collect();
            let mut event = held.value().unwrap_or_default();
            event["delta"] = Value::from(text);
            Fate::changed([held.with_payload(&event.to_string())])
        }
        Some(held) if held.way != line.way => {
            memory.held.push(held);
            Fate::Untouched
        }
        Some(held) => Fate::quiet([held.text, line.text.clone()]),
        None => Fate::Untouched,
    })
}

fn split(line: &Line) -> Option<Vec<Sent>> {
    let event = line.value()?;
    let text = event["delta"].as_str()?;
    let (middle, _) = text.char_indices().nth(1)?;
    let half = |text: &str| {
        let mut event = event.clone();
        event["delta"] = Value::from(text);
        Sent::On(line.with_payload(&event.to_string()))
    };
    Some(vec![half(&text[..middle]), half(&text[middle..])])
}

fn say_more(line: &Line) -> Option<Vec<Sent>> {
    let more = json!({ "type": "response.output_text.delta", "delta": " Amen." });
    Some(vec![Sent::On(line.text.clone()), Sent::On(line.with_payload(&more.to_string()))])
}

/// Such as gateways lost that knew messages alone.
fn is_call_of_tool(line: &Line) -> bool {
    const CALLS: [&str; 3] = ["function_call", "custom_tool_call", "local_shell_call"];
    line.is_shown_event()
        && line.value().is_some_and(|event| CALLS.iter().any(|call| event["item"]["type"] == *call))
}

fn is_reasoning(line: &Line) -> bool {
    let kind = |event: Value| event["type"].as_str().map(str::to_owned);
    line.is_shown_event()
        && line.value().and_then(kind).is_some_and(|kind| kind.starts_with("response.reasoning"))
}

fn as_text(line: &Line) -> Option<Vec<Sent>> {
    let mut event = line.value()?;
    event["delta"].as_str()?;
    event["type"] = json!("response.output_text.delta");
    Some(vec![Sent::On(line.with_payload(&event.to_string()))])
}
