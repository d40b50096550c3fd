//! Observations of conversations that nobody led.

use responses_parity::observe::{Observation, observe};
use responses_parity::replay::{Ended, Replayed, TurnEnd};
use responses_parity::session::{Entry, Surroundings, Transcript};
use responses_parity::upstream::ReceivedRequest;
use responses_parity::wire::{ConversationId, Dialect, Message};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// What a conversation shows of which these are the lines, one each millisecond.
///
/// Lines of `>` are what was sent, of `POST` the bodies of requests; lines that are no messages were never received. The
/// first character says whether the dialect is the second.
pub fn observation(conversation: &[u8]) -> Observation {
    let text = String::from_utf8_lossy(conversation);
    let (dialect, text) = match text.strip_prefix('2') {
        Some(text) => (Dialect::V2, text),
        None => (Dialect::V1, &*text),
    };
    let lines = || (0..).map(Duration::from_millis).zip(text.lines());
    let requests: Vec<_> = lines().filter_map(|(at, line)| request(at, line)).collect();
    observe(&Replayed {
        transcript: Transcript {
            conversation: ConversationId("conversation-1".to_owned()),
            dialect,
            entries: lines().filter_map(|(at, line)| entry(at, line)).map(Arc::new).collect(),
            surroundings: surroundings(),
        },
        turns: vec![TurnEnd {
            ended: Ended::Complete,
            requests: requests.len(),
            interrupted_as_recorded: true,
        }],
        requests,
        asides: Vec::new(),
        unserved: Vec::new(),
        left_open: Vec::new(),
        refused_urls: Vec::new(),
        base_url: "http://127.0.0.1:1/v1".to_owned(),
        recorded_uuids: BTreeSet::new(),
    })
}

fn entry(at: Duration, line: &str) -> Option<Entry> {
    match line.strip_prefix('>') {
        None => Entry::received(at, line).ok(),
        Some(line) => Message::parse(line).ok().map(|message| Entry::sent(at, message)),
    }
}

fn request(at: Duration, line: &str) -> Option<ReceivedRequest> {
    let body = line.strip_prefix("POST ")?;
    Some(ReceivedRequest {
        method: "POST".to_owned(),
        path: "/v1/responses".to_owned(),
        query: None,
        headers: vec![("content-length".to_owned(), body.len().to_string())],
        body: body.to_owned().into(),
        at: at * 100,
        answered_by: Some(0),
        delegated: false,
        delivered: None,
    })
}

fn surroundings() -> Surroundings {
    Surroundings {
        work_dir: "/surroundings/work".into(),
        codex_home: "/surroundings/codex".into(),
        home: "/surroundings/home".into(),
        temp_dir: "/surroundings/temp".into(),
        pid: 1,
    }
}
