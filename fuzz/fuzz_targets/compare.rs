//! Any two observations can be compared, either way round, and each is equal to itself.

#![no_main]

use libfuzzer_sys::fuzz_target;
use responses_parity::compare::{
    Allowance, Allowances, Comparison, Divergence, JsonPath, Place, compare, places, suggestions,
};
use responses_parity::observe::{Channel, Observation, Observed};
use responses_parity::recording::Recording;
use responses_parity_fuzz::{observation, parts};
use serde_json::Value;

/// How many places [`places`] looks for at most.
const MOST_PLACES: usize = 200;

// Two conversations, with a file separator between them.
fuzz_target!(|conversations: &[u8]| {
    let mut conversations = parts(conversations).map(observation);
    let (left, right) = (conversations.next().unwrap_or_default(), conversations.next().unwrap_or_default());
    assert_equal_to_itself(&left);
    assert_equal_to_itself(&right);
    let comparison = compare(&left, &right);
    assert_right(&comparison, &left, &right);
    assert_symmetric(&comparison, &compare(&right, &left));
    let places = places(&left, &right);
    assert_eq!(places.is_empty(), comparison.is_identical(), "what differs, differs somewhere");
    if places.len() < MOST_PLACES {
        assert_places_tell_all(&places, &left, &right);
        assert_suggestions_suffice(&places, &left, &right);
    }
});

fn assert_equal_to_itself(observation: &Observation) {
    let comparison = compare(observation, observation);
    assert!(comparison.is_identical());
    for channel in Channel::ALL {
        assert_eq!(comparison.compared(channel), observation.channel(channel).len());
    }
    assert!(places(observation, observation).is_empty());
}

/// It says of each channel what a look at all its entries says.
fn assert_right(comparison: &Comparison, left: &Observation, right: &Observation) {
    assert_eq!(comparison.channels.len(), Channel::ALL.len());
    for compared in &comparison.channels {
        let [left, right] = [left, right].map(|side| values(side.channel(compared.channel)));
        assert_eq!((compared.left, compared.right), (left.len(), right.len()));
        assert_eq!(compared.divergence.is_none(), left == right);
        assert_eq!(left[..compared.same], right[..compared.same]);
        let Some(divergence) = &compared.divergence else { continue };
        assert_eq!(divergence.index, compared.same);
        assert_ne!(left.get(compared.same), right.get(compared.same));
        assert_shown_around(divergence);
    }
}

fn values(entries: &[Observed]) -> Vec<Value> {
    entries.iter().map(|observed| observed.value.value()).collect()
}

/// The entries around a divergence are those around it, and its path can be read.
fn assert_shown_around(divergence: &Divergence) {
    for context in [&divergence.left, &divergence.right] {
        assert!(context.first <= divergence.index);
        assert!(context.entries.len() <= 7, "three on either side");
    }
    let path = JsonPath::try_from(divergence.difference.path.clone()).expect("a path can be read");
    assert_eq!(path.to_string(), divergence.difference.path);
}

/// The other way round it is the same with the sides exchanged. Of the places in an entry, the left side's order says
/// which one is the first.
fn assert_symmetric(comparison: &Comparison, mirrored: &Comparison) {
    for (one, other) in comparison.channels.iter().zip(&mirrored.channels) {
        assert_eq!((one.left, one.right, one.same), (other.right, other.left, other.same));
        let (Some(one), Some(other)) = (&one.divergence, &other.divergence) else {
            assert_eq!(one.divergence.is_none(), other.divergence.is_none());
            continue;
        };
        assert_eq!(one.index, other.index);
        assert_eq!(one.is_of_time() && other.is_of_time(), other.is_of_time() && one.is_of_time());
        assert_eq!(values(&one.left.entries), values(&other.right.entries));
        assert_eq!(values(&one.right.entries), values(&other.left.entries));
        if one.difference.path == other.difference.path {
            assert_eq!(one.difference.left, other.difference.right);
            assert_eq!(one.difference.right, other.difference.left);
        }
    }
}

/// To allow every place leaves nothing that differs, either way round; and nothing for which anything is needed.
fn assert_places_tell_all(places: &[Place], left: &Observation, right: &Observation) {
    let allowances = Allowances { entries: places.iter().map(|place| place.allowance.clone()).collect() };
    let recording = recording();
    let (mut left, mut right) = (left.clone(), right.clone());
    let (mut mirrored_right, mut mirrored_left) = (right.clone(), left.clone());
    let needed = allowances.apply(&recording, &mut left, &mut right);
    let mirrored = allowances.apply(&recording, &mut mirrored_right, &mut mirrored_left);
    assert_eq!(needed, mirrored, "an allowance knows no sides");
    assert_eq!(needed.len(), places.len(), "each was needed");
    assert!(compare(&left, &right).is_identical(), "all places were told");
    assert!(compare(&mirrored_right, &mirrored_left).is_identical());
    assert!(allowances.apply(&recording, &mut left, &mut right).is_empty(), "once is enough");
    assert!(compare(&left, &right).is_identical(), "what is equal stays equal");
}

/// What is suggested can be copied, and is enough.
fn assert_suggestions_suffice(places: &[Place], left: &Observation, right: &Observation) {
    let suggested = suggestions([("conversation", places)]);
    let text: String = suggested.iter().map(ToString::to_string).collect();
    assert!(text.is_empty() || Allowances::parse(&text).is_err(), "a reason is wanted");
    let text = text.replace("\nreason = \"\"\n", "\nreason = \"It is meant.\"\n");
    let allowances = Allowances::parse(&text).expect("a suggestion with a reason is an entry");
    let paths = |entries: &[Allowance]| entries.iter().map(|one| one.path.clone()).collect::<Vec<_>>();
    let suggested: Vec<_> = suggested.into_iter().map(|suggestion| suggestion.allowance).collect();
    assert_eq!(paths(&allowances.entries), paths(&suggested));
    let (mut left, mut right) = (left.clone(), right.clone());
    allowances.apply(&recording(), &mut left, &mut right);
    assert!(compare(&left, &right).is_identical(), "suggestions suffice:\n{text}");
}

fn recording() -> Recording {
    Recording { name: "conversation".to_owned(), ..Recording::probe() }
}
