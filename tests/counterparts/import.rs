//! Files as the tools themselves write them: VCR, vcrpy and a browser record what an upstream of ours answers, and each
//! becomes a recording with the same bytes, which both paths replay alike.
//!
//! Not part of plain `cargo test`, for it needs those tools:
//!
//! ```sh
//! scripts/install-counterparts import
//! cargo test --test counterparts_import
//! ```

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod installed;

use flate2::Compression;
use flate2::read::{GzEncoder, ZlibEncoder};
use installed::{installed, there};
use responses_parity::recording::import::{Imported, import};
use responses_parity::recording::{Delivery, End, Exchange, Existing, Recording, discover, write};
use responses_parity::upstream::{Mount, Speed, Upstream};
use serde_json::json;
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// What a tool cannot keep.
#[derive(Clone, Copy, PartialEq)]
enum Loses {
    Nothing,
    /// A byte order mark at the beginning.
    Mark,
    /// Every body that is not UTF-8: it records no such answer.
    NotText,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

/// A conversation that is had with the upstream.
struct Conversation {
    /// What is served.
    recording: Recording,
    /// The bodies that the client gets, without content codings.
    bodies: Vec<bytes::Bytes>,
    requests: Vec<String>,
    _mount: Mount,
    url: String,
}

#[tokio::test]
async fn vcrpy_with_requests() {
    let python = installed("import/python/bin/python");
    record(
        "yaml",
        Loses::Nothing,
        &python,
        &["tests/counterparts/import/vcrpy_record.py", "requests", "yaml"],
    )
    .await;
}

#[tokio::test]
async fn vcrpy_with_httpx() {
    let python = installed("import/python/bin/python");
    record("yaml", Loses::Nothing, &python, &["tests/counterparts/import/vcrpy_record.py", "httpx", "yaml"])
        .await;
}

#[tokio::test]
async fn vcrpy_as_json() {
    let python = installed("import/python/bin/python");
    record(
        "json",
        Loses::NotText,
        &python,
        &["tests/counterparts/import/vcrpy_record.py", "requests", "json"],
    )
    .await;
}

#[tokio::test]
async fn vcr() {
    let ruby = on_path("ruby");
    record("yml", Loses::Nothing, &ruby, &["tests/counterparts/import/vcr_record.rb", "yaml"]).await;
}

#[tokio::test]
async fn vcr_with_exact_bytes() {
    let ruby = on_path("ruby");
    record("yml", Loses::Nothing, &ruby, &["tests/counterparts/import/vcr_record.rb", "yaml", "exact"]).await;
}

#[tokio::test]
async fn vcr_as_json() {
    let ruby = on_path("ruby");
    record("json", Loses::NotText, &ruby, &["tests/counterparts/import/vcr_record.rb", "json"]).await;
}

#[tokio::test]
async fn chromium() {
    let packages = installed("import/node/node_modules");
    let [packages, chromium] = [packages, on_path("chromium")].map(|path| path.display().to_string());
    let arguments = ["tests/counterparts/import/har_record.mjs", &packages, &chromium];
    record("har", Loses::Mark, &on_path("node"), &arguments).await;
}

/// Has a tool record every conversation, imports what it wrote, and compares it with what was served.
async fn record(ending: &str, loses: Loses, program: &Path, arguments: &[&str]) {
    let upstream = Upstream::start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut conversations = conversations(&upstream).await;
    conversations.retain(|conversation| loses != Loses::NotText || conversation.is_utf8());
    assert!(conversations.len() > 50, "only {} conversations", conversations.len());
    let file = |conversation: &Conversation| {
        folder.path().join(format!("{}.{ending}", conversation.recording.name.replace('/', "-")))
    };
    let plan: Vec<_> = conversations
        .iter()
        .map(|conversation| json!({"file": file(conversation), "url": conversation.url, "requests": conversation.requests}))
        .collect();
    let (program, arguments) =
        (program.to_owned(), arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>());
    tokio::task::spawn_blocking(move || run(&program, &arguments, &json!(plan).to_string())).await.unwrap();

    let out = tempfile::tempdir().unwrap();
    for conversation in &conversations {
        let name = conversation.recording.name.replace('/', "-");
        let imported = import(&file(conversation), &name, None).unwrap_or_else(|error| panic!("{error}"));
        assert_same(conversation, &imported, loses);
        write(&imported.recording, &out.path().join(&name), Existing::Refuse).unwrap();
    }
    let out = tokio::task::spawn_blocking(move || check(&out)).await.unwrap();
    assert!(
        out.contains(&format!("parity: {} recordings, identical on both paths", conversations.len())),
        "{out}"
    );
}

fn assert_same(conversation: &Conversation, imported: &Imported, loses: Loses) {
    let name = &conversation.recording.name;
    let exchanges = &imported.recording.exchanges;
    assert_eq!(
        exchanges.len(),
        conversation.bodies.len(),
        "{name}: {:?} {:?}",
        imported.skipped,
        imported.notes
    );
    for (index, (exchange, body)) in exchanges.iter().zip(&conversation.bodies).enumerate() {
        let served = &conversation.recording.exchanges[index];
        assert_eq!(exchange.status, served.status, "{name}");
        assert_eq!(exchange.request.as_deref(), Some(conversation.requests[index].as_bytes()), "{name}");
        let kept = match body.strip_prefix(MARK) {
            Some(kept) if loses == Loses::Mark => {
                let named = imported.notes.iter().any(|note| note.contains("byte order mark"));
                assert!(named, "{name}: {:?}", imported.notes);
                kept
            }
            _ => body,
        };
        assert!(
            exchange.body == *kept,
            "{name}: exchange {} differs:\n{:?}\n{kept:?}\n{:?}",
            index + 1,
            exchange.body,
            imported.notes
        );
    }
    let said: Vec<_> = conversation.recording.turns.iter().map(|turn| &turn.user).collect();
    let words: Vec<_> = imported.recording.turns.iter().map(|turn| &turn.user).collect();
    assert_eq!(words, said, "{name}: {:?}", imported.notes);
}

/// Our own recordings, and some of them with a content coding, each mounted on the upstream.
async fn conversations(upstream: &Upstream) -> Vec<Conversation> {
    let mut conversations = Vec::new();
    for found in discover("recordings".as_ref()).unwrap() {
        let mut recording = found.load().unwrap();
        recording.exchanges.retain(|exchange| !exchange.may_stay_unasked);
        let Some(requests) = requests(&recording) else { continue };
        for coding in codings(&recording) {
            let recording = coded(&recording, coding);
            let bodies = found.load().unwrap().exchanges.into_iter().map(|exchange| exchange.body);
            let mount = upstream.mount(recording.exchanges.clone(), Speed::Max).await.unwrap();
            conversations.push(Conversation {
                bodies: bodies.take(recording.exchanges.len()).collect(),
                requests: requests.clone(),
                url: format!("{}/responses", mount.base_url()),
                _mount: mount,
                recording,
            });
        }
    }
    conversations
}

/// What a client sends to get these answers, where all of them are answers that a client gets as a whole.
fn requests(recording: &Recording) -> Option<Vec<String>> {
    let whole = |exchange: &Exchange| {
        let Delivery { headless, head_cut, end, .. } = exchange.delivery;
        let redirects = (300..400).contains(&exchange.status);
        !headless && head_cut.is_none() && end == End::Complete && !redirects
    };
    let (turns, exchanges) = (recording.turns.len(), recording.exchanges.len());
    let retries = recording.provider != Default::default();
    if exchanges == 0
        || retries
        || !recording.exchanges.iter().all(whole)
        || (turns > 1 && turns != exchanges)
    {
        return None;
    }
    let request = |index: usize| {
        let turn = recording.turns.get(index);
        let user = json!({"role": "user", "content": [{"type": "input_text", "text": turn.unwrap_or(&recording.turns[0]).user}]});
        let output =
            json!({"type": "function_call_output", "call_id": format!("call_{index}"), "output": "done"});
        // Tools record one request but once, so that two of them must differ.
        let input = if turn.is_some() { json!([user]) } else { json!([user, output]) };
        json!({"model": format!("counterpart-{index}"), "stream": true, "input": input}).to_string()
    };
    Some((0..exchanges).map(request).collect())
}

/// None for all; for those of one family others too.
fn codings(recording: &Recording) -> &'static [&'static str] {
    if recording.name.starts_with("tools/") { &["", "gzip", "deflate"] } else { &[""] }
}

fn coded(recording: &Recording, coding: &str) -> Recording {
    let mut coded = recording.clone();
    if coding.is_empty() {
        return coded;
    }
    coded.name = format!("{}-{coding}", recording.name);
    for exchange in &mut coded.exchanges {
        let mut body = Vec::new();
        match coding {
            "gzip" => GzEncoder::new(&*exchange.body, Compression::default()).read_to_end(&mut body),
            _ => ZlibEncoder::new(&*exchange.body, Compression::default()).read_to_end(&mut body),
        }
        .unwrap();
        exchange.headers.push(("content-encoding".to_owned(), coding.to_owned()));
        exchange.body = body.into();
    }
    coded
}

impl Conversation {
    fn is_utf8(&self) -> bool {
        let coded = |exchange: &Exchange| exchange.headers.iter().any(|(name, _)| name == "content-encoding");
        self.bodies.iter().all(|body| std::str::from_utf8(body).is_ok())
            && !self.recording.exchanges.iter().any(coded)
    }
}

fn on_path(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(program)).find(|path| path.exists());
    there(found.unwrap_or_else(|| program.into()))
}

#[expect(clippy::disallowed_methods, reason = "the tools that record are no app-servers")]
fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    // A proxy would be asked for what is on this machine.
    for proxy in ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
        command.env_remove(proxy);
    }
    command
}

fn run(program: &Path, arguments: &[String], plan: &str) {
    let mut command = command(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(plan.as_bytes()).unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let told = [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(
        status.success(),
        "{} {arguments:?} {status} (is scripts/install-counterparts import needed?):\n{told}",
        program.display()
    );
}

fn check(folder: &TempDir) -> String {
    let output =
        command(env!("CARGO_BIN_EXE_responses-parity")).arg("check").arg(folder.path()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}
