//! Two conversations stream at once over one stdio, interleaved event by event, down both paths: each shows its own
//! text and nothing of the other's. Gates at the upstream decide whose turn it is.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use pretty_assertions::assert_eq;
use responses_parity::check::config_toml;
use responses_parity::recording::{Delivery, Exchange, Framing};
use responses_parity::replay::{DelegateClient, Path, local_http_client};
use responses_parity::session::{Conversation, Deadlines, McpProcess, Opening, ServerCommand};
use responses_parity::upstream::{Gate, Mount, Speed, Upstream};
use responses_parity::wire::{Dialect, Message, event_boundaries, methods};
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(10);
const PIECES: usize = 12;

/// One conversation, its upstream, and a gate before each of its pieces.
struct Half {
    name: &'static str,
    conversation: Conversation,
    delegate: DelegateClient,
    gates: VecDeque<Gate>,
    shown: String,
    _mount: Mount,
}

fn stream(name: &str) -> Vec<u8> {
    let mut body = format!(
        "data: {{\"type\":\"response.output_item.added\",\"item\":{{\"type\":\"message\",\"id\":\"msg_{name}\",\"role\":\"assistant\",\"content\":[]}}}}\n\n"
    );
    for piece in 0..PIECES {
        body.push_str(&format!(
            "data: {{\"type\":\"response.output_text.delta\",\"delta\":\"{name}{piece} \"}}\n\n"
        ));
    }
    body.push_str("data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp\"}}\n\n");
    body.into_bytes()
}

async fn half(name: &'static str, server: &McpProcess, upstream: &Upstream) -> Half {
    let body = stream(name);
    let boundaries = event_boundaries(&body);
    let delivery = Delivery { framing: Framing::Chunked, ..Delivery::default() };
    let exchange = Exchange { delivery, ..Exchange::stream(body) };
    let mount = upstream.mount_shaped(vec![exchange], Speed::Max).await.unwrap();
    // After the item, and after each piece.
    let gates = boundaries[..=PIECES].iter().map(|offset| mount.hold_at(0, *offset).unwrap()).collect();
    let setting = |key: &str, value: Value| (format!("model_providers.replay.{key}"), value);
    let config = BTreeMap::from([
        setting("name", json!("replay")),
        setting("base_url", json!(mount.base_url())),
        setting("wire_api", json!("responses")),
    ]);
    let opening = Opening { model_provider: "replay".to_owned(), config };
    let mut conversation = server.open(Dialect::V1, opening).await.unwrap();
    conversation.say(name).await.unwrap();
    let http = local_http_client().unwrap();
    let delegate = DelegateClient::of_replay(http, mount.base_url(), mount.delegate_mark());
    Half { name, conversation, delegate, gates, shown: String::new(), _mount: mount }
}

impl Half {
    /// Takes messages, and serves calls, until `method` arrives; gives its `msg`.
    async fn until(&mut self, method: &str) -> Value {
        loop {
            let entry = self.conversation.next(method, PATIENCE).await.unwrap();
            match &entry.message {
                Message::Request { id, params: Some(params), .. }
                    if entry.line().contains(methods::RESPONSES_API_CALL) =>
                {
                    let params = serde_json::from_str(params.get()).unwrap();
                    self.delegate.call(id.clone(), params, self.conversation.sender());
                }
                Message::Notification { method: found, params: Some(params) } if found == method => {
                    let params: Value = serde_json::from_str(params.get()).unwrap();
                    assert_eq!(params["conversationId"], self.conversation.id().to_string());
                    return params["msg"].clone();
                }
                _ => {}
            }
        }
    }

    /// Lets one more piece through, and waits until it is shown.
    async fn next_piece(&mut self) {
        let gate = self.gates.pop_front().unwrap();
        gate.reached().await;
        gate.open();
        let delta = self.until(methods::AGENT_MESSAGE_DELTA).await;
        self.shown.push_str(delta["delta"].as_str().unwrap());
    }

    async fn finish(mut self) {
        self.gates.clear();
        self.until(methods::TASK_COMPLETE).await;
        let expected: String = (0..PIECES).map(|piece| format!("{}{piece} ", self.name)).collect();
        assert_eq!(self.shown, expected);
    }
}

async fn interleaved(path: Path) {
    let command = ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server");
    let command = command.config_toml(config_toml(path, Dialect::V1, false));
    let server = McpProcess::spawn(&command, Deadlines::default()).await.unwrap();
    server.initialize().await.unwrap();
    let upstream = Upstream::start().await.unwrap();
    let mut halves = [half("ebb", &server, &upstream).await, half("flow", &server, &upstream).await];
    for half in &mut halves {
        // The call, where there is one, has to be made before anything can be held.
        half.until(methods::TOKEN_COUNT).await;
    }
    for _ in 0..PIECES {
        for half in &mut halves {
            half.next_piece().await;
        }
    }
    for half in halves {
        half.finish().await;
    }
    server.shutdown().await.unwrap();
}

#[tokio::test]
async fn on_the_direct_path() {
    interleaved(Path::Direct).await;
}

#[tokio::test]
async fn on_the_delegated_path() {
    interleaved(Path::Delegated).await;
}
