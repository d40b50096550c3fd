//! What the recordings of this project reach, which is everything that a server can produce.

use pretty_assertions::assert_eq;
use responses_parity::check::{CheckOptions, both_paths, protocol_coverage};
use responses_parity::recording::{Coverage, ErrorClass, Recording, coverage, discover};
use responses_parity::report;
use responses_parity::session::ServerCommand;
use responses_parity::wire::{Completion, EventMsg, RateLimitSnapshot, ResponseEvent, ResponseItem};
use std::path::Path;

fn own() -> Vec<Recording> {
    discover(Path::new("recordings")).unwrap().iter().map(|found| found.load().unwrap()).collect()
}

fn missing(covered: &Coverage) -> Vec<&str> {
    covered.missing().map(|thing| thing.name.as_str()).collect()
}

#[test]
fn no_event_item_error_or_ending_is_missing() {
    let covered = coverage(&own());
    let kinds: Vec<_> = covered.iter().map(|covered| covered.kind.as_str()).collect();
    assert_eq!(
        kinds,
        [
            "event types",
            "item types",
            "ResponseEvents",
            "error classes",
            "status classes",
            "framings",
            "endings"
        ]
    );
    for covered in &covered {
        assert_eq!(missing(covered), Vec::<&str>::new(), "{}", covered.kind);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_message_of_the_bundled_app_server_is_missing() {
    let subject = ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server");
    let options = CheckOptions { jobs: 16, ..CheckOptions::new(both_paths(subject)) };
    let covered = protocol_coverage(&own(), &options, true).await.unwrap();
    assert_eq!(missing(&covered), Vec::<&str>::new());
    let of = |name: &str| {
        let thing = covered.things.iter().find(|thing| thing.name == name);
        thing.unwrap_or_else(|| panic!("{name} is no message: {:?}", covered.things)).recordings.clone()
    };
    assert_eq!(of("← codex/event/plan_update"), ["tools/update-plan"]);
    assert!(of("→ answer to responsesApi/call").len() > 150);
    assert!(of("→ interruptConversation").iter().all(|name| name.starts_with("conversation/interrupt-")));
}

#[test]
fn what_is_missing_rare_or_unknown_is_told() {
    let mut covered = Coverage::new("things", ["one", "two", "three"]);
    for recording in ["a", "b", "c"] {
        covered.reach("one", recording);
        covered.reach("one", recording);
        covered.reach("red \u{1b}[31m", recording);
    }
    covered.reach("two", "b");
    assert_eq!(
        report::coverage(&covered, 80),
        "things: 2 of 3 reached\n  missing     three\n  rare        two: b\n  also met    red \\u{1b}[31m: a, b and 1 more\n"
    );
}

/// A variant that is added without its name would be missed by nobody.
#[test]
fn the_names_of_response_events_are_complete() {
    let item = || ResponseItem::Other;
    let delta = || "x".to_owned();
    let events = [
        ResponseEvent::Created,
        ResponseEvent::OutputItemAdded { item: item() },
        ResponseEvent::OutputItemDone { item: item() },
        ResponseEvent::from(Completion { response_id: delta(), token_usage: None }),
        ResponseEvent::OutputTextDelta { delta: delta() },
        ResponseEvent::ReasoningSummaryDelta { delta: delta() },
        ResponseEvent::ReasoningContentDelta { delta: delta() },
        ResponseEvent::ReasoningSummaryPartAdded,
        ResponseEvent::RateLimits { snapshot: RateLimitSnapshot::default() },
    ];
    assert_eq!(events.each_ref().map(ResponseEvent::kind), ResponseEvent::KINDS);
    for event in &events {
        assert_eq!(serde_json::json!(event)["type"], event.kind());
    }
}

/// The functions that name them are exhaustive, and these are the sources that they are written in.
#[test]
fn every_kind_that_is_named_is_in_its_list() {
    let source = std::fs::read_to_string("src/wire/event_msg.rs").unwrap();
    let named = source.split("pub fn kind(").nth(1).unwrap().matches("=> \"").count();
    assert_eq!(named, EventMsg::KINDS.len());
    for kind in EventMsg::KINDS {
        assert_eq!(source.matches(&format!("\"{kind}\"")).count(), 2, "{kind}");
    }
    let source = std::fs::read_to_string("src/wire/response_event.rs").unwrap();
    assert_eq!(
        source.split("pub fn kind(").nth(1).unwrap().matches("=> \"").count(),
        ResponseEvent::KINDS.len()
    );
    let names: std::collections::BTreeSet<_> = ErrorClass::ALL.map(ErrorClass::name).into();
    let source = std::fs::read_to_string("src/recording/contents/outcome.rs").unwrap();
    assert_eq!(source.split("pub fn name(").nth(1).unwrap().matches("=> \"").count(), names.len());
}
