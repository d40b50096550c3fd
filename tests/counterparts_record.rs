//! Recording what servers of others say. Not part of a plain `cargo test`: it needs Node.js and what
//! `scripts/install-counterparts record` installs.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "shared with the other counterparts")]
#[path = "counterparts/installed.rs"]
mod installed;
#[allow(dead_code, reason = "shared with the tests of the recorder")]
#[path = "record/process.rs"]
mod process;
#[allow(dead_code, reason = "shared with the tests of the recorder")]
#[path = "record/support.rs"]
mod support;

use installed::{installed, version};
use process::{Recorder, command, record, run};
use responses_parity::recording::{End, Recording, load};
use responses_parity::wire::events_of_body;
use serde_json::Value;
use std::path::{Path, PathBuf};
use support::{client, read, responses_url, within};

fn aimock_program() -> PathBuf {
    let folder = format!("aimock-{}", version("AIMOCK"));
    installed(Path::new(&folder).join("node_modules/@copilotkit/aimock/dist/cli.js"))
}

/// `@copilotkit/aimock` with the fixtures of `tests/counterparts`.
async fn aimock() -> (Recorder, String) {
    let mut node = command("node");
    node.arg(aimock_program()).args([
        "--port",
        "0",
        "--chunk-size",
        "7",
        "--fixtures",
        "tests/counterparts/aimock.json",
    ]);
    let mut server = Recorder::start(node);
    loop {
        let line = server.line().await;
        assert!(!line.is_empty(), "aimock does not start; is Node.js 20.15 or newer installed?");
        if let Some((_, address)) = line.split_once("listening on ") {
            let address = address.trim().to_owned();
            return (server, format!("{address}/v1"));
        }
    }
}

fn texts(recording: &Recording) -> Vec<String> {
    let bodies = recording.exchanges.iter().map(|exchange| events_of_body(&exchange.body));
    let deltas = bodies.map(|events| {
        let events = events.into_iter().map(|event| serde_json::from_str::<Value>(&event.unwrap()).unwrap());
        events
            .filter(|event| event["type"] == "response.output_text.delta")
            .map(|event| event["delta"].as_str().unwrap().to_owned())
            .collect()
    });
    deltas.collect()
}

async fn recorded(output: &Path, upstream: &str, arguments: &[&str]) -> Recording {
    let left = run(record(output, upstream, arguments)).await;
    assert_eq!(left.status, Some(0), "{left:?}");
    assert!(left.stdout.contains("replayed: identical on both paths"), "{left:?}");
    load(output, "aimock").unwrap()
}

#[tokio::test]
async fn aimock_through_an_app_server() {
    let (_server, upstream) = aimock().await;
    let folder = tempfile::tempdir().unwrap();
    for path in ["direct", "delegated"] {
        let prompts = ["--prompt", "What is a reef?", "--prompt", "How deep is it?", "--path", path];
        let recording = recorded(&folder.path().join(path), &upstream, &prompts).await;
        let said = "A reef is a ridge of rock or coral just under the water. Ships meet it with their keels.";
        assert_eq!(texts(&recording), [said, "", "Nobody here can sound it. Keep well to port."], "{path}");
        for exchange in &recording.exchanges {
            assert_eq!((exchange.status, exchange.delivery.end), (200, End::Complete));
            assert!(exchange.delivery.pieces.len() > 5, "aimock writes event by event");
        }
    }
}

#[tokio::test]
async fn aimock_as_any_other_client_sees_it() {
    let (_server, upstream) = aimock().await;
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("aimock");
    let mut recorder =
        Recorder::start(record(&output, &upstream, &["--listen", "127.0.0.1:0", "--exchanges", "2"]));
    let base_url = recorder.base_url().await;
    for (question, status) in [("What is a reef?", 200), ("Are you there?", 429)] {
        let body = serde_json::json!({ "model": "m", "stream": true, "input": question }).to_string();
        let request =
            client().post(responses_url(&base_url)).header("content-type", "application/json").body(body);
        let got = read(within(request.send()).await.unwrap()).await;
        assert_eq!((got.status, &got.end), (status, &Ok(())), "{got:?}");
        let told = recorder.line().await;
        assert!(told.contains(&format!(": {status}, ")), "{told}");
    }
    let left = recorder.wait().await;
    assert_eq!(left.status, Some(0), "{left:?}");
    let recording = load(&output, "aimock").unwrap();
    assert_eq!(recording.exchanges[1].status, 429);
    let said: Vec<_> = recording.turns.iter().map(|turn| turn.user.as_str()).collect();
    assert_eq!(said, ["What is a reef?", "Are you there?"]);
}
