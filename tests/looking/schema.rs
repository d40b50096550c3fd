//! The table of public events, against every stream of this project.

use pretty_assertions::assert_eq;
use responses_parity::recording::discover;
use responses_parity::wire::event_schema::{
    EVENT_TYPES, ITEM_TYPES, Place, TEXTS, event_type, wrong_members,
};
use responses_parity::wire::{events_of_body, placed_events_of_body};
use serde_json::json;
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_name_stands_once() {
    let names: BTreeSet<_> = EVENT_TYPES.iter().map(|event| event.name).collect();
    assert_eq!(names.len(), EVENT_TYPES.len());
    let names: BTreeSet<_> = ITEM_TYPES.iter().map(|item| item.name).collect();
    assert_eq!(names.len(), ITEM_TYPES.len());
}

#[test]
fn a_text_is_of_known_events_that_say_where_it_belongs() {
    for text in TEXTS {
        let [delta, done] = [text.delta, text.done].map(|name| event_type(name).unwrap());
        assert_eq!(delta.place, done.place, "{}", text.delta);
        assert_eq!(text.in_item.contains('#'), delta.place.index().is_some(), "{}", text.in_item);
        assert!(delta.members().any(|member| member.name == "delta"), "{}", text.delta);
        assert!(done.members().any(|member| member.name == text.whole), "{}", text.done);
    }
}

#[test]
fn a_member_is_missing_null_or_of_another_type() {
    let members = |event: serde_json::Value| {
        let known = event_type("response.output_item.done").unwrap();
        assert_eq!(known.place, Place::Boundary);
        let wrong = wrong_members(known.members(), event.as_object().unwrap());
        wrong.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(members(json!({"item": {}, "output_index": 0})), Vec::<String>::new());
    assert_eq!(
        members(json!({"item": null, "output_index": 0.5, "sequence_number": "7", "new": 1})),
        [
            "`item` is null (expected an object)",
            "`output_index` is a number with a fraction (expected an integer)",
            "`sequence_number` is a string (expected an integer)",
        ]
    );
}

/// Reading block by block must give what reading the stream gives, in every spelling there is.
#[test]
fn placed_events_are_the_events() {
    for found in discover(Path::new("recordings")).unwrap() {
        for exchange in found.load().unwrap().exchanges {
            let placed = placed_events_of_body(&exchange.body);
            let data: Vec<_> = placed.iter().map(|event| event.data.clone()).collect();
            assert_eq!(data, events_of_body(&exchange.body), "{}", found.name);
            for pair in placed.windows(2) {
                assert!(pair[0].bytes.end <= pair[1].bytes.start, "{}", found.name);
            }
        }
    }
}
