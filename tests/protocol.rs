//! The protocol that is told to other languages is the one that is spoken: every line that crosses the pipe while all
//! recordings are replayed down both paths is valid against the JSON Schema, and every part of the schema is used.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use boon::{Compiler, SchemaIndex, Schemas};
use futures_util::{StreamExt, stream};
use pretty_assertions::assert_eq;
use responses_parity::check::prepared;
use responses_parity::protocol::{json_schema, typescript};
use responses_parity::recording::{Recording, discover};
use responses_parity::replay::{Path, ReplayOptions, local_http_client, replay};
use responses_parity::session::{Deadlines, Direction, Entry, McpProcess, ServerCommand};
use responses_parity::upstream::{Speed, Upstream};
use responses_parity::wire::methods::{GET_USER_AGENT, RESPONSES_API_EVENT};
use responses_parity::wire::{Dialect, EventMsg, Message, RequestId, UserAgentResult};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;

/// More would only be more of the same.
const LARGE: usize = 32 * 1024;

fn recordings() -> Vec<Recording> {
    let found = discover("recordings".as_ref()).unwrap();
    let loaded = found.iter().map(|found| found.load().unwrap());
    let size = |recording: &Recording| -> usize {
        recording.exchanges.iter().map(|exchange| exchange.body.len()).sum()
    };
    loaded.filter(|recording| size(recording) < LARGE).collect()
}

/// Every line that crosses the pipe on this path, in order.
async fn spoken(path: Path, recordings: &[Recording]) -> Vec<Arc<Entry>> {
    let bundled = ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server");
    let command = prepared(&bundled, path, Dialect::V1, false);
    let (watcher, mut watched) = mpsc::unbounded_channel();
    let server = McpProcess::spawn_watched(&command, Deadlines::default(), watcher).await.unwrap();
    server.initialize().await.unwrap();
    let _: UserAgentResult = server.request(GET_USER_AGENT, &Value::Null).await.unwrap();
    let upstream = Upstream::start().await.unwrap();
    let options = ReplayOptions {
        http: local_http_client().unwrap(),
        dialect: Dialect::V1,
        allow_tools: false,
        speed: Speed::Max,
        turn_deadline: Duration::from_secs(30),
    };
    let replays = stream::iter(recordings).map(|recording| replay(recording, &server, &upstream, &options));
    replays.buffer_unordered(16).for_each(|replayed| async { drop(replayed.unwrap()) }).await;
    server.shutdown().await.unwrap();
    let mut entries = Vec::new();
    while let Some(entry) = watched.recv().await {
        entries.push(entry);
    }
    entries
}

struct Validator {
    schemas: Schemas,
    whole: SchemaIndex,
    results: BTreeMap<String, SchemaIndex>,
}

impl Validator {
    fn new(schema: &Value) -> Validator {
        const AT: &str = "https://responses-parity.example/protocol.json";
        let mut compiler = Compiler::new();
        compiler.add_resource(AT, schema.clone()).unwrap();
        let mut schemas = Schemas::new();
        let whole = compiler.compile(AT, &mut schemas).unwrap();
        let methods = schema["$defs"]["Results"]["properties"].as_object().unwrap().keys();
        let results = methods.map(|method| {
            let pointer = method.replace('/', "~1");
            let place = format!("{AT}#/$defs/Results/properties/{pointer}");
            (method.clone(), compiler.compile(&place, &mut schemas).unwrap())
        });
        let results = results.collect();
        Validator { schemas, whole, results }
    }

    fn check(&self, value: &Value, against: SchemaIndex) {
        let valid = self.schemas.validate(value, against);
        assert!(valid.is_ok(), "{value:#}\n{}", valid.unwrap_err());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_line_is_valid() {
    let schema = json_schema();
    let validator = Validator::new(&schema);
    let recordings = recordings();
    let (direct, delegated) =
        tokio::join!(spoken(Path::Direct, &recordings), spoken(Path::Delegated, &recordings));
    let mut methods = BTreeSet::new();
    for entries in [direct, delegated] {
        let mut asked = BTreeMap::<(bool, RequestId), String>::new();
        for entry in entries {
            let Ok(value) = serde_json::from_str::<Value>(&entry.line()) else {
                // Some events, which are forwarded as they came, are no value: 300 deep, or half a character.
                assert!(entry.line().contains(RESPONSES_API_EVENT), "{}", entry.line());
                continue;
            };
            validator.check(&value, validator.whole);
            let sent = entry.direction == Direction::Sent;
            match &entry.message {
                Message::Request { id, method, .. } => {
                    asked.insert((sent, id.clone()), method.clone());
                    methods.insert(method.clone());
                }
                Message::Notification { method, .. } => drop(methods.insert(method.clone())),
                Message::Response { id, .. } => {
                    let method = &asked[&(!sent, id.clone())];
                    validator.check(&value["result"], validator.results[method]);
                }
                Message::Error { .. } => {}
            }
        }
    }
    let unspoken: Vec<_> = methods_of(&schema).difference(&methods).cloned().collect();
    assert_eq!(unspoken, Vec::<String>::new());
}

/// All that the schema knows.
fn methods_of(schema: &Value) -> BTreeSet<String> {
    let kinds = ["ClientRequest", "ClientNotification", "ServerRequest", "ServerNotification"];
    let members = kinds.iter().flat_map(|kind| schema["$defs"][kind]["anyOf"].as_array().unwrap());
    members.map(|member| member["properties"]["method"]["const"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_is_wrong_is_not_valid() {
    let validator = Validator::new(&json_schema());
    let wrong = [
        r#"{"method":"codex/event/error","params":{"id":"0","conversationId":"c"}}"#,
        r#"{"method":"codex/event/unheard_of","params":{"id":"0","conversationId":"c","msg":{"type":"error","message":""}}}"#,
        r#"{"method":"codex/event/error","params":{"id":"0","conversationId":"c","msg":{"type":"unheard_of"}}}"#,
        r#"{"id":1,"method":"responsesApi/call","params":{"callId":"1"}}"#,
        r#"{"method":"responsesApi/event","params":{"event":{}}}"#,
        r#"{"id":1}"#,
        r#"{"id":1,"error":{"message":"no code"}}"#,
        r#"[]"#,
    ];
    for line in wrong {
        let value: Value = serde_json::from_str(line).unwrap();
        assert!(validator.schemas.validate(&value, validator.whole).is_err(), "{line}");
    }
}

#[test]
fn the_generated_files_read_well() {
    let schema = json_schema();
    for text in [typescript(), schema.to_string()] {
        // What is for readers of the Rust sources has no place there.
        for foreign in ["```", "::", "[`"] {
            assert!(!text.contains(foreign), "{foreign}");
        }
    }
    for kind in EventMsg::KINDS {
        assert!(typescript().contains(&format!("\"codex/event/{kind}\"")), "{kind}");
    }
}
