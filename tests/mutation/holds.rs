//! Mutations that hold lines back, and what they do with them then.

use crate::acts::{Act, Fate, Sent};
use crate::line::{Kind, Line};

/// Has the first line that is meant arrive after the line that follows it.
pub(crate) fn swap(meant: impl Fn(&Line) -> bool + Send + Sync + 'static) -> Act {
    swap_with(meant, |_| true)
}

/// Has the first line that is meant arrive after the next `other` one, if that says something else.
pub(crate) fn swap_with(
    meant: impl Fn(&Line) -> bool + Send + Sync + 'static,
    other: impl Fn(&Line) -> bool + Send + Sync + 'static,
) -> Act {
    Box::new(move |line, memory| match memory.held.pop() {
        Some(held) if held.kind == Kind::Event && line.kind == Kind::CallAnswer => {
            Fate::quiet([held.text, line.text.clone()])
        }
        Some(held) if held.way != line.way || !other(line) => {
            memory.held.push(held);
            Fate::Untouched
        }
        Some(held) if held.kind == line.kind && held.payload() == line.payload() => {
            Fate::quiet([held.text, line.text.clone()])
        }
        Some(held) => {
            memory.done = true;
            Fate::changed([line.text.clone(), held.text])
        }
        None if !memory.done && meant(line) => {
            memory.held.push(line.clone());
            Fate::Quiet(Vec::new())
        }
        None => Fate::Untouched,
    })
}

/// Holds each event that counts until the next line of its call. What comes of the last one is decided with the answer.
pub(crate) fn hold_the_last(decide: impl Fn(&Line, Line) -> Fate + Send + Sync + 'static) -> Act {
    Box::new(move |line, memory| match (line.kind, memory.held.pop()) {
        (Kind::CallAnswer, Some(held)) => decide(line, held),
        (_, held) if line.counts() => {
            memory.held.push(line.clone());
            Fate::quiet(held.map(|held| held.text))
        }
        (_, held) => {
            memory.held.extend(held);
            Fate::Untouched
        }
    })
}

/// Holds all events until the answer. `holding` and `releasing` say which of the two corrupts.
pub(crate) fn buffer(holding: fn(Vec<Sent>) -> Fate, releasing: fn(Vec<Sent>) -> Fate) -> Act {
    Box::new(move |line, memory| match line.kind {
        Kind::Event => {
            memory.held.push(line.clone());
            holding(Vec::new())
        }
        Kind::CallAnswer if !memory.held.is_empty() => {
            let held = std::mem::take(&mut memory.held).into_iter().map(|held| Sent::On(held.text));
            releasing(held.chain([Sent::On(line.text.clone())]).collect())
        }
        _ => Fate::Untouched,
    })
}
