//! The server as a process.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use crate::sse;
use crate::upstream::{base_url, stream};
use serde_json::{Value, json};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer};

struct Server {
    _home: TempDir,
    child: Child,
    input: ChildStdin,
    output: Output,
}

fn start(arguments: &[&str]) -> Server {
    let home = tempfile::tempdir().unwrap();
    #[expect(clippy::disallowed_methods, reason = "it is this crate's own binary, in a clean environment")]
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_responses-parity"));
    let mut child = command
        .arg("app-server")
        .args(arguments)
        .env_clear()
        .env("CODEX_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let input = child.stdin.take().unwrap();
    let output = BufReader::new(child.stdout.take().unwrap()).lines();
    Server { _home: home, child, input, output }
}

impl Server {
    async fn send(&mut self, message: Value) {
        self.input.write_all(format!("{message}\n").as_bytes()).await.unwrap();
    }

    async fn next(&mut self) -> Value {
        next(&mut self.output).await
    }

    async fn answer(&mut self, id: i64) -> Value {
        loop {
            let message = self.next().await;
            if message["id"] == id && message.get("method").is_none() {
                return message["result"].clone();
            }
        }
    }

    async fn initialize(&mut self) -> Value {
        let info = json!({ "clientInfo": { "name": "test", "version": "0" } });
        self.send(json!({ "id": 1, "method": "initialize", "params": info })).await;
        self.answer(1).await
    }

    /// Opens a conversation with a provider that gives up on an upstream which is silent for 300 ms, and says hello.
    async fn converse(&mut self, base_url: &str) {
        self.initialize().await;
        let config = json!({
            "model": "m", "model_provider": "p", "model_providers.p.name": "p", "model_providers.p.base_url": base_url,
            "model_providers.p.wire_api": "responses", "model_providers.p.stream_idle_timeout_ms": 300,
        });
        self.send(json!({ "id": 2, "method": "newConversation", "params": { "config": config } })).await;
        let conversation = self.answer(2).await["conversationId"].clone();
        let listener = json!({ "conversationId": conversation, "experimentalRawEvents": false });
        self.send(json!({ "id": 3, "method": "addConversationListener", "params": listener })).await;
        self.answer(3).await;
        let items = json!([{ "type": "text", "data": { "text": "Hello" } }]);
        let hello = json!({ "conversationId": conversation, "items": items });
        self.send(json!({ "id": 4, "method": "sendUserMessage", "params": hello })).await;
    }
}

type Output = Lines<BufReader<ChildStdout>>;

async fn next(output: &mut Output) -> Value {
    serde_json::from_str(&output.next_line().await.unwrap().unwrap()).unwrap()
}

/// The pieces of the message, until the turn is over.
async fn pieces(output: &mut Output) -> Vec<String> {
    let mut pieces = Vec::new();
    loop {
        let message = next(output).await;
        match message["method"].as_str() {
            Some("codex/event/agent_message_delta") => {
                pieces.push(message["params"]["msg"]["delta"].as_str().unwrap().to_owned());
            }
            Some("codex/event/error") => panic!("{message}"),
            Some("codex/event/task_complete") => return pieces,
            _ => {}
        }
    }
}

#[tokio::test]
async fn it_speaks_on_stdout_logs_on_stderr_and_ends_with_its_input() {
    let mut server = start(&[]);
    server.input.write_all(b"garbage\n").await.unwrap();
    let introduction = server.initialize().await;
    assert!(introduction["userAgent"].as_str().unwrap().starts_with("responses-parity/"), "{introduction}");
    let params = json!({ "callId": "no-such-call", "event": {} });
    server.send(json!({ "method": "responsesApi/event", "params": params })).await;
    drop(server.input);
    let ended = server.child.wait_with_output().await.unwrap();
    assert!(ended.status.success());
    let log = String::from_utf8(ended.stderr).unwrap();
    assert!(log.contains("a line that is no JSON-RPC message"), "{log}");
    assert!(log.contains("no-such-call"), "the warning names the call: {log}");
}

/// More than fits into the pipes and into what the server holds.
const PIECES: usize = 5_000;
/// Longer than the upstream may be silent: to wait for a slow client is no silence of the upstream's.
const PAUSE: Duration = Duration::from_millis(700);

fn long_message() -> Vec<Value> {
    let pieces = (0..PIECES).map(|number| sse::delta(&format!("{number:060}")));
    [sse::message_added()].into_iter().chain(pieces).chain([sse::completed()]).collect()
}

fn expected() -> Vec<String> {
    (0..PIECES).map(|number| format!("{number:060}")).collect()
}

#[tokio::test]
async fn a_client_that_reads_slowly_misses_nothing_on_the_direct_path() {
    let upstream = MockServer::start().await;
    Mock::given(method("POST")).respond_with(stream(&long_message())).mount(&upstream).await;
    let mut server = start(&[]);
    server.converse(&base_url(&upstream)).await;
    tokio::time::sleep(PAUSE).await;
    assert_eq!(pieces(&mut server.output).await, expected());
}

#[tokio::test]
async fn a_client_that_reads_slowly_misses_nothing_on_the_delegated_path() {
    let mut server = start(&["--enable", "responses_http_over_jsonrpc"]);
    server.converse("http://127.0.0.1:9/v1").await;
    let call = loop {
        let message = server.next().await;
        if message["method"] == "responsesApi/call" {
            break message;
        }
    };
    let mut lines = String::new();
    for event in long_message() {
        let params = json!({ "callId": call["params"]["callId"], "event": event });
        lines.push_str(&format!("{}\n", json!({ "method": "responsesApi/event", "params": params })));
    }
    lines.push_str(&format!("{}\n", json!({ "id": call["id"], "result": { "status": 200 } })));
    let Server { mut input, mut output, _home, child: _child } = server;
    // Writing waits for the server, and that for whoever reads.
    let writer = tokio::spawn(async move {
        input.write_all(lines.as_bytes()).await.unwrap();
        input
    });
    tokio::time::sleep(PAUSE).await;
    assert_eq!(pieces(&mut output).await, expected());
    writer.await.unwrap();
}
