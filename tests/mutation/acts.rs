//! What can be done to a line, and the words in which mutations are written.

use crate::line::{Kind, Line, Way};
use serde_json::Value;
use std::time::Duration;

/// What becomes of each line of a conversation, given what was kept of the ones before.
pub(crate) type Act = Box<dyn Fn(&Line, &mut Memory) -> Fate + Send + Sync>;

/// What a mutation keeps of one conversation. Each means by it what it likes.
#[derive(Default)]
pub(crate) struct Memory {
    /// Whether it has done its one deed.
    pub(crate) done: bool,
    pub(crate) count: usize,
    pub(crate) held: Vec<Line>,
}

/// What becomes of a line.
pub(crate) enum Fate {
    /// It is passed on as it is.
    Untouched,
    /// This is passed on instead, and nothing is lost or changed by that.
    Quiet(Vec<Sent>),
    /// This is passed on instead, and the conversation is corrupted.
    Changed(Vec<Sent>),
    /// The same, and the conversation of the line's neighbour is corrupted too.
    Mixed(Vec<Sent>),
}

/// What a relay sends.
#[derive(Clone, Debug)]
pub(crate) enum Sent {
    /// A line, the way that the one went which it stands for.
    On(String),
    /// A line, the other way.
    Back(String),
    /// A line, after so long.
    Later(Duration, String),
    /// Nothing ever again: the process ends.
    Death,
}

impl Fate {
    pub(crate) fn changed(lines: impl IntoIterator<Item = String>) -> Fate {
        Fate::Changed(lines.into_iter().map(Sent::On).collect())
    }

    pub(crate) fn quiet(lines: impl IntoIterator<Item = String>) -> Fate {
        Fate::Quiet(lines.into_iter().map(Sent::On).collect())
    }
}

/// Does something to the first line of each conversation that is meant and to which it can be done.
pub(crate) fn first(
    meant: impl Fn(&Line) -> bool + Send + Sync + 'static,
    deed: impl Fn(&Line) -> Option<Vec<Sent>> + Send + Sync + 'static,
) -> Act {
    Box::new(move |line, memory| {
        if memory.done || !meant(line) {
            return Fate::Untouched;
        }
        let done = deed(line);
        memory.done = done.is_some();
        done.map_or(Fate::Untouched, Fate::Changed)
    })
}

/// Does something to every answer to a call whose response was accepted.
pub(crate) fn every_accepted(deed: impl Fn(&Line) -> Option<Vec<Sent>> + Send + Sync + 'static) -> Act {
    Box::new(move |line, memory| {
        match line.kind {
            Kind::Started => memory.done = line.is_accepted_head(),
            Kind::CallAnswer if memory.done => return deed(line).map_or(Fate::Untouched, Fate::Changed),
            _ => {}
        }
        Fate::Untouched
    })
}

/// Does something to every line that is meant and to which it can be done.
pub(crate) fn every(
    meant: impl Fn(&Line) -> bool + Send + Sync + 'static,
    deed: impl Fn(&Line) -> Option<Vec<Sent>> + Send + Sync + 'static,
) -> Act {
    Box::new(
        move |line, _| {
            if meant(line) { deed(line).map_or(Fate::Untouched, Fate::Changed) } else { Fate::Untouched }
        },
    )
}

/// Leaves a line out.
pub(crate) fn leave_out(_: &Line) -> Option<Vec<Sent>> {
    Some(Vec::new())
}

/// Sends a line twice.
pub(crate) fn repeat(line: &Line) -> Option<Vec<Sent>> {
    Some(vec![Sent::On(line.text.clone()); 2])
}

/// Changes what a line says. `change` tells whether there was something to change.
pub(crate) fn edit(
    change: impl Fn(&mut Value) -> bool + Send + Sync + 'static,
) -> impl Fn(&Line) -> Option<Vec<Sent>> + Send + Sync + 'static {
    move |line| {
        let mut value = line.value()?;
        change(&mut value).then(|| vec![Sent::On(line.with_payload(&value.to_string()))])
    }
}

/// Writes what a line says in another way.
pub(crate) fn rewrite(
    write: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
) -> impl Fn(&Line) -> Option<Vec<Sent>> + Send + Sync + 'static {
    move |line| {
        let payload = write(line.payload()).filter(|payload| payload != line.payload())?;
        Some(vec![Sent::On(line.with_payload(&payload))])
    }
}

/// Sends a line, and another one after it.
pub(crate) fn and_then(
    another: impl Fn(&Line) -> String + Send + Sync + 'static,
) -> impl Fn(&Line) -> Option<Vec<Sent>> + Send + Sync + 'static {
    move |line| Some(vec![Sent::On(line.text.clone()), Sent::On(another(line))])
}

/// Lines of one kind.
pub(crate) fn any(kind: Kind) -> impl Fn(&Line) -> bool + Send + Sync + 'static {
    move |line| line.kind == kind
}

/// Events of one type.
pub(crate) fn event(kind: &'static str) -> impl Fn(&Line) -> bool + Send + Sync + 'static {
    move |line| line.is_event(kind)
}

/// Events that are pieces of a message.
pub(crate) fn delta(line: &Line) -> bool {
    line.is_event("response.output_text.delta") && line.is_shown_event()
}

/// The server's answers to what the harness asks by this method.
pub(crate) fn answer_to(method: &'static str) -> impl Fn(&Line) -> bool + Send + Sync + 'static {
    move |line| line.kind == Kind::Answer && line.method == method
}

/// Notifications of a conversation: `task_complete`, say.
pub(crate) fn told(event: &'static str) -> impl Fn(&Line) -> bool + Send + Sync + 'static {
    move |line| line.tells(event)
}

/// Everything that goes this way.
pub(crate) fn all(way: Way) -> impl Fn(&Line) -> bool + Send + Sync + 'static {
    move |line| line.way == way
}

/// The member at a JSON pointer, if it is there and not `null`.
pub(crate) fn at<'a>(value: &'a mut Value, pointer: &str) -> Option<&'a mut Value> {
    value.pointer_mut(pointer).filter(|found| !found.is_null())
}

/// Sets the member at a JSON pointer, where there is one that says something else.
pub(crate) fn set(
    pointer: &'static str,
    new: impl Into<Value>,
) -> impl Fn(&mut Value) -> bool + Send + Sync + 'static {
    let new = new.into();
    move |value| match at(value, pointer) {
        Some(old) if *old != new => {
            *old = new.clone();
            true
        }
        _ => false,
    }
}

/// Takes the member at a JSON pointer out, where there is one.
pub(crate) fn without(pointer: &'static str) -> impl Fn(&mut Value) -> bool + Send + Sync + 'static {
    move |value| {
        let Some((parent, key)) = pointer.rsplit_once('/') else { return false };
        let parent = value.pointer_mut(parent).and_then(Value::as_object_mut);
        parent.is_some_and(|parent| parent.shift_remove(key).is_some())
    }
}

/// Changes the text at a JSON pointer so that it is as long, and another.
pub(crate) fn garble(pointer: &'static str) -> impl Fn(&mut Value) -> bool + Send + Sync + 'static {
    move |value| {
        let Some(Value::String(text)) = at(value, pointer) else { return false };
        let Some(letter) = text.find(|c: char| c.is_ascii_alphanumeric()) else { return false };
        let other = if text[letter..].starts_with('Q') { "Z" } else { "Q" };
        text.replace_range(letter..=letter, other);
        true
    }
}

/// Applies a change to every text that the model says in an event: members `delta` and `text`.
pub(crate) fn in_text(
    change: impl Fn(&str) -> String + Send + Sync + 'static,
) -> impl Fn(&mut Value) -> bool + Send + Sync + 'static {
    move |event| change_texts(event, &change)
}

fn change_texts(value: &mut Value, change: &impl Fn(&str) -> String) -> bool {
    match value {
        Value::Object(members) => {
            let mut changed = false;
            for (key, member) in members {
                changed |= match member {
                    Value::String(text) if ["delta", "text"].contains(&key.as_str()) => {
                        let new = change(text);
                        let differs = new != *text;
                        *text = new;
                        differs
                    }
                    other => change_texts(other, change),
                };
            }
            changed
        }
        Value::Array(values) => {
            values.iter_mut().map(|value| change_texts(value, change)).fold(false, |one, other| one | other)
        }
        _ => false,
    }
}
