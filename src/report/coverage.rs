//! What recordings reach, as a person reads it.

use super::layout::field;
use super::printable;
use crate::recording::{Coverage, Reached};
use std::fmt::Write;

/// What at most so many recordings reach is rare: a change of these could lose it unseen.
const RARE: usize = 2;

/// One kind of thing: how many of them are reached, which are not, which are rare and by whom, and what was met beside
/// those that there are.
pub fn coverage(covered: &Coverage, width: usize) -> String {
    let known: Vec<&Reached> = covered.things.iter().filter(|thing| thing.known).collect();
    let reached = known.iter().filter(|thing| !thing.recordings.is_empty()).count();
    let mut text = format!("{}: {reached} of {} reached\n", covered.kind, known.len());
    let missing: Vec<_> = covered.missing().map(|thing| thing.name.as_str()).collect();
    if !missing.is_empty() {
        text.push_str(&field("missing", &missing.join("\n"), width));
    }
    let rare = known.into_iter().filter(|thing| (1..=RARE).contains(&thing.recordings.len()));
    text.push_str(&lines("rare", rare, width));
    text.push_str(&lines("also met", covered.things.iter().filter(|thing| !thing.known), width));
    text
}

fn lines<'a>(name: &str, things: impl Iterator<Item = &'a Reached>, width: usize) -> String {
    let mut text = String::new();
    for thing in things {
        let shown = thing.recordings.iter().take(RARE).cloned().collect::<Vec<_>>().join(", ");
        let name = if thing.name.is_empty() { "\"\"" } else { &thing.name };
        let _ = write!(text, "{}: {shown}", printable(name));
        if thing.recordings.len() > RARE {
            let _ = write!(text, " and {} more", thing.recordings.len() - RARE);
        }
        text.push('\n');
    }
    if text.is_empty() { text } else { field(name, &text, width) }
}
