//! What is normalised in an observation, by replays made by hand.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use pretty_assertions::assert_eq;
use responses_parity::observe::{Channel, observe};
use responses_parity::replay::Replayed;
use responses_parity::session::{Entry, Surroundings, Transcript};
use responses_parity::wire::{ConversationId, Dialect};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

fn notifications(lines: &[Value]) -> Vec<Value> {
    let entries = lines.iter().map(|line| Entry::received(Duration::ZERO, &line.to_string()).unwrap());
    let replayed = Replayed {
        transcript: Transcript {
            conversation: ConversationId("thread-01".to_owned()),
            dialect: Dialect::V2,
            entries: entries.map(Arc::new).collect(),
            surroundings: Surroundings {
                work_dir: "/surroundings/work".into(),
                codex_home: "/surroundings/codex".into(),
                home: "/surroundings/home".into(),
                temp_dir: "/surroundings/temp".into(),
                pid: 1,
            },
        },
        asides: Vec::new(),
        requests: Vec::new(),
        unserved: Vec::new(),
        turns: Vec::new(),
        left_open: Vec::new(),
        refused_urls: Vec::new(),
        base_url: "http://127.0.0.1:1/v1".to_owned(),
        recorded_uuids: BTreeSet::new(),
    };
    let observation = observe(&replayed);
    let shown = observation.channel(Channel::Notifications);
    shown.iter().map(|observed| observed.value.value()).collect()
}

/// A server numbers its requests over all its conversations.
#[test]
fn a_request_is_named_by_its_place_in_the_conversation() {
    let asks = |id: i64| json!({"id": id, "method": "item/fileChange/requestApproval", "params": {}});
    let resolved = |id: i64| json!({"method": "serverRequest/resolved", "params": {"requestId": id}});
    let alone = notifications(&[asks(0), asks(1), resolved(1), resolved(0), resolved(7)]);
    let among_others = notifications(&[asks(5), asks(9), resolved(9), resolved(5), resolved(7)]);
    assert_eq!(alone, among_others);
    let named: Vec<_> = alone[2..].iter().map(|shown| shown["params"]["requestId"].clone()).collect();
    assert_eq!(named, [json!("<request 2>"), json!("<request 1>"), json!(7)]);
}
