//! Shorter text: in JSON, and what the user says.

use super::of_bodies::{payloads, with_splices};
use super::of_settings::SAID;
use super::oracle::Oracle;
use super::reduce::Reduction;
use crate::recording::Recording;
use std::collections::BTreeMap;

/// Which part of a text goes.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Part {
    All,
    /// Half of it, a quarter, and so on: as many halvings.
    End(u32),
    Start(u32),
}

/// A text of more characters is not cut as finely.
const HALVINGS: u32 = 10;

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// In this turn.
    User(usize),
    /// In this payload, as this string of it.
    Json(usize, usize),
}

pub(super) async fn pass<O: Oracle<Recording>>(reduction: &mut Reduction<'_, O>) -> Result<(), O::Error> {
    shorter(reduction, Part::All).await?;
    for halvings in 1..=HALVINGS {
        for part in [Part::End(halvings), Part::Start(halvings)] {
            while shorter(reduction, part).await? {}
        }
    }
    Ok(())
}

/// Whether any text became shorter.
async fn shorter<O: Oracle<Recording>>(
    reduction: &mut Reduction<'_, O>,
    part: Part,
) -> Result<bool, O::Error> {
    let edits: Vec<(Place, String)> = texts(&reduction.recording)
        .into_iter()
        .filter_map(|(place, text)| Some((place, without(&text, part)?)))
        .collect();
    let made = reduction.make(&edits, |recording, edits| {
        let texts: BTreeMap<Place, &str> =
            edits.iter().map(|(place, text)| (*place, text.as_str())).collect();
        with_texts(recording, &texts)
    });
    Ok(!made.await?.is_empty())
}

/// Every text. A string that cannot be read, such as one with half of a surrogate pair, is left alone.
fn texts(recording: &Recording) -> Vec<(Place, String)> {
    let turns = recording.turns.iter().enumerate().filter(|(_, said)| said.user != SAID);
    let mut texts: Vec<_> = turns.map(|(turn, said)| (Place::User(turn), said.user.clone())).collect();
    for (payload, json) in payloads(recording).iter().enumerate() {
        for (number, string) in json.tree.strings().into_iter().enumerate() {
            let text = serde_json::from_str(string).ok();
            texts.extend(text.map(|text| (Place::Json(payload, number), text)));
        }
    }
    texts
}

fn with_texts(recording: &Recording, texts: &BTreeMap<Place, &str>) -> Recording {
    let splices: Vec<_> = payloads(recording)
        .iter()
        .enumerate()
        .filter(|(payload, _)| {
            texts.range(Place::Json(*payload, 0)..Place::Json(payload + 1, 0)).next().is_some()
        })
        .map(|(payload, json)| {
            let mut numbers = 0..;
            let tree = json.tree.with_strings(&mut |_| {
                let text = texts.get(&Place::Json(payload, numbers.next()?))?;
                serde_json::to_string(text).ok()
            });
            json.replaced(&tree)
        })
        .collect();
    let mut changed = with_splices(recording, &splices);
    for (turn, said) in changed.turns.iter_mut().enumerate() {
        if let Some(text) = texts.get(&Place::User(turn)) {
            said.user = (*text).to_owned();
        }
    }
    changed
}

/// What is left of a text. `None` where that is all of it.
fn without(text: &str, part: Part) -> Option<String> {
    let length = text.chars().count();
    let gone = match part {
        Part::All => length,
        Part::End(halvings) | Part::Start(halvings) => length >> halvings,
    };
    let left = match part {
        Part::Start(_) => text.chars().skip(gone).collect(),
        Part::End(_) | Part::All => text.chars().take(length - gone).collect(),
    };
    (gone > 0).then_some(left)
}
