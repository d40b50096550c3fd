//! Interrupts, retries, and calls of several conversations at once.

use crate::acts::{Act, Fate, Sent, any, delta, every, first, leave_out};
use crate::line::{Kind, Line};
use crate::mutation::Shows::{AsProblem, In};
use crate::mutation::{Mutation, lie};
use crate::reach::{either, given_up, interrupted, only, side_by_side};
use crate::relay::MADE_UP;
use responses_parity::observe::Channel::{Requests, ResponseEvents};
use std::time::Duration;

pub(super) fn mutations() -> Vec<Mutation> {
    vec![
        lie(
            "lose-an-interrupt",
            In(Requests),
            either(interrupted(), given_up()),
            every(any(Kind::Cancel), leave_out),
        )
        .sparing("an answer that ends by itself is left open by nobody"),
        lie("leak-into-the-next-turn", In(ResponseEvents), interrupted(), leak()),
        lie(
            "cancel-what-nobody-gave-up",
            AsProblem("did not end"),
            only(&["text/plain"]),
            first(any(Kind::Call), cancel),
        )
        .impatiently(),
        lie(
            "wait-longer-before-a-retry",
            AsProblem("the back-off before request 2 is not the same"),
            only(&["failures/stream-retry-then-ok"]),
            wait(),
        )
        .against_the_direct_side(),
        lie(
            "try-again-unasked",
            In(Requests),
            only(&["http/retries-multiply", "endings/reset-then-ok"]),
            try_again(),
        ),
        lie(
            "ask-twice",
            In(Requests),
            only(&["text/plain", "tools/two-rounds"]),
            every(any(Kind::Call), twice),
        ),
        lie("mix-two-calls", In(ResponseEvents), side_by_side(), mix()),
    ]
}

/// The last event of a call that is given up arrives once more, as if it were one of the next call's.
fn leak() -> Act {
    Box::new(|line, memory| match line.kind {
        Kind::Event if line.is_shown_event() && memory.count == 0 => {
            memory.held = vec![line.clone()];
            Fate::Untouched
        }
        Kind::Cancel => {
            memory.count = 1;
            Fate::Untouched
        }
        Kind::Started if memory.count == 1 && !memory.held.is_empty() => {
            memory.count = 2;
            let old = memory.held.remove(0);
            let (old_call, call) = (old.call.unwrap_or_default(), line.call.clone().unwrap_or_default());
            Fate::changed([line.text.clone(), old.text.replacen(&old_call, &call, 1)])
        }
        _ => Fate::Untouched,
    })
}

fn cancel(call: &Line) -> Option<Vec<Sent>> {
    let id = call.call.as_ref()?;
    let cancel = format!(r#"{{"method":"responsesApi/cancel","params":{{"callId":"{id}"}}}}"#);
    Some(vec![Sent::On(call.text.clone()), Sent::On(cancel)])
}

/// Two seconds, before every call but the first.
fn wait() -> Act {
    Box::new(|line, memory| {
        if line.kind != Kind::Call {
            return Fate::Untouched;
        }
        memory.count += 1;
        match memory.count {
            1 => Fate::Untouched,
            _ => Fate::Changed(vec![Sent::Later(Duration::from_secs(2), line.text.clone())]),
        }
    })
}

/// A client that asks again by itself, and tells the server of the second answer alone.
fn try_again() -> Act {
    Box::new(|line, memory| match line.kind {
        Kind::Call => {
            memory.held = vec![line.clone()];
            Fate::Untouched
        }
        Kind::Started if !line.is_accepted_head() => Fate::Quiet(Vec::new()),
        Kind::CallAnswer if is_failure(line) => {
            let call = memory.held.pop().map(|call| Sent::Back(call.text));
            Fate::Changed(call.into_iter().collect())
        }
        _ => Fate::Untouched,
    })
}

fn is_failure(answer: &Line) -> bool {
    answer.value().is_some_and(|answer| !answer["error"].is_null())
}

/// The second answer is thrown away.
fn twice(call: &Line) -> Option<Vec<Sent>> {
    let id = call.call.as_ref()?;
    let again = call.text.replacen(id.as_str(), &format!("{MADE_UP}{id}"), 1);
    let number = format!(r#""id":{}"#, call.id.as_ref()?);
    let again = again.replacen(&number, &format!(r#""id":"{MADE_UP}{id}""#), 1);
    Some(vec![Sent::On(call.text.clone()), Sent::On(again)])
}

/// The first piece of text that comes while another conversation has a call open arrives there.
fn mix() -> Act {
    Box::new(|line, memory| {
        let Some(neighbour) = line.neighbour.as_ref().filter(|_| !memory.done) else {
            return Fate::Untouched;
        };
        match &line.call {
            Some(own) if delta(line) => {
                memory.done = true;
                Fate::Mixed(vec![Sent::On(line.text.replacen(own.as_str(), &neighbour.call, 1))])
            }
            _ => Fate::Untouched,
        }
    })
}
