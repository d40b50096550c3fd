//! Texts in pieces, and the wholes that they are said to be.

use super::findings::{At, Findings};
use super::rule::LintRule;
use crate::wire::event_schema::{TEXTS, TextKind, event_type};
use serde_json::Value;
use std::collections::BTreeMap;

/// The texts so far: by item, by kind (its place in [`TEXTS`]), by part.
#[derive(Default)]
pub(super) struct Texts {
    texts: BTreeMap<(usize, usize, u64), Text>,
}

/// A text, as far as it has come.
#[derive(Default)]
struct Text {
    so_far: String,
    is_whole: bool,
}

impl Texts {
    /// An event within an item.
    pub(super) fn event(&mut self, at: At<'_>, item: usize, value: &Value, found: &mut Findings<'_>) {
        let kind = at.event.kind.name();
        let part =
            event_type(kind).and_then(|known| known.place.index()).and_then(|index| value[index].as_u64());
        let part = part.unwrap_or_default();
        for (number, text) in TEXTS.iter().enumerate() {
            let key = (item, number, part);
            if kind == text.delta {
                self.piece(at, key, value["delta"].as_str().unwrap_or_default(), found);
            } else if kind == text.done {
                self.whole(at, key, value[text.whole].as_str(), found);
            } else if kind.ends_with("_part.done") && is_of_part(text, value) {
                self.whole(at, key, value["part"][text.member_of_part()].as_str(), found);
            }
        }
    }

    /// The item, as it is in the end.
    pub(super) fn item_done(&mut self, at: At<'_>, item: usize, value: &Value, found: &mut Findings<'_>) {
        let keys: Vec<_> = self.texts.keys().filter(|(of, ..)| *of == item).copied().collect();
        for key in keys {
            let (_, number, part) = key;
            let whole = value.pointer(&TEXTS[number].pointer(part));
            self.whole(at, key, Some(whole.and_then(Value::as_str).unwrap_or_default()), found);
        }
    }

    fn piece(&mut self, at: At<'_>, key: (usize, usize, u64), piece: &str, found: &mut Findings<'_>) {
        let text = self.texts.entry(key).or_default();
        if text.is_whole {
            found.at(at, LintRule::TextDiffers, "the text that it is a piece of was whole already");
        }
        text.so_far.push_str(piece);
    }

    /// Where no piece ever came, the first whole is the text.
    fn whole(&mut self, at: At<'_>, key: (usize, usize, u64), whole: Option<&str>, found: &mut Findings<'_>) {
        let Some(whole) = whole else { return };
        let text =
            self.texts.entry(key).or_insert_with(|| Text { so_far: whole.to_owned(), is_whole: false });
        text.is_whole = true;
        if text.so_far != whole {
            found.at(at, LintRule::TextDiffers, difference(&text.so_far, whole));
            // Whoever repeats this says nothing new.
            text.so_far = whole.to_owned();
        }
    }
}

fn is_of_part(text: &TextKind, value: &Value) -> bool {
    text.part.is_some() && value["part"]["type"].as_str() == text.part
}

/// Where two texts part, with a little of what each says there.
fn difference(pieces: &str, whole: &str) -> String {
    let same = pieces.chars().zip(whole.chars()).take_while(|(left, right)| left == right).count();
    let there = |text: &str| text.chars().skip(same).take(20).collect::<String>();
    format!(
        "the text is not what came before: after {same} characters {:?}, but here {:?}",
        there(pieces),
        there(whole)
    )
}
