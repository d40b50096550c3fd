//! A client that says and hears what must be for a turn, and nothing else.

use crate::Bench;
use crate::recordings::Set;
use futures_util::StreamExt;
use responses_parity::check::config_toml;
use responses_parity::recording::Recording;
use responses_parity::replay::{Path, local_http_client};
use responses_parity::upstream::{Speed, Upstream};
use responses_parity::wire::{CallParams, Dialect, Message, SseDecoder, one_line};
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// How long a conversation may take before something must be wrong.
const LONGEST: Duration = Duration::from_secs(10);

/// How long it takes over both paths, with as many processes as `check` starts.
pub(crate) fn bare_loop(bench: &Bench, set: &Set) -> Duration {
    let processes = std::thread::available_parallelism().map_or(1, usize::from);
    let begun = Instant::now();
    let recordings = set.load();
    bench.runtime.block_on(async {
        let upstream = Upstream::start().await.unwrap();
        let next = [AtomicUsize::new(0), AtomicUsize::new(0)];
        let mut loops = Vec::new();
        for (path, next) in [Path::Direct, Path::Delegated].into_iter().zip(&next) {
            for _ in 0..processes {
                loops.push(one_loop(bench, &recordings, path, next, &upstream));
            }
        }
        futures_util::future::join_all(loops).await;
    });
    begun.elapsed()
}

async fn one_loop(
    bench: &Bench,
    recordings: &[Recording],
    path: Path,
    next: &AtomicUsize,
    upstream: &Upstream,
) {
    let mut client = BareClient::start(bench, path).await;
    while let Some(recording) = recordings.get(next.fetch_add(1, Ordering::Relaxed)) {
        let conversation = client.converse(upstream, recording);
        let ended = tokio::time::timeout(LONGEST, conversation).await;
        assert!(ended.is_ok(), "{} on the {path:?} path: still not over after {LONGEST:?}", recording.name);
    }
}

struct BareClient {
    _server: Child,
    /// Lines are written beside what is read: a server that cannot write stops reading.
    lines: UnboundedSender<String>,
    stdout: BufReader<ChildStdout>,
    line: String,
    id: u64,
    http: reqwest::Client,
    folder: TempDir,
}

impl BareClient {
    async fn start(bench: &Bench, path: Path) -> BareClient {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.toml"), config_toml(path, Dialect::V1, false)).unwrap();
        let mut command = crate::process::command(&bench.program);
        command
            .arg("app-server")
            .env_clear()
            .envs(["HOME", "CODEX_HOME"].map(|name| (name, folder.path())))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = tokio::process::Command::from(command).kill_on_drop(true).spawn().unwrap();
        let (stdin, stdout) = (server.stdin.take().unwrap(), BufReader::new(server.stdout.take().unwrap()));
        let (lines, queued) = unbounded_channel();
        tokio::spawn(write(queued, stdin));
        let http = local_http_client().unwrap();
        let mut client =
            BareClient { _server: server, lines, stdout, line: String::new(), id: 0, http, folder };
        client.request("initialize", r#"{"clientInfo":{"name":"bare","title":null,"version":"1"}}"#).await;
        client.say(r#"{"method":"initialized"}"#);
        client
    }

    async fn converse(&mut self, upstream: &Upstream, recording: &Recording) {
        let mount = upstream.mount(recording.exchanges.clone(), Speed::Max).await.unwrap();
        let (provider, url) = ("model_providers.replay", mount.base_url());
        let config = format!(
            r#"{{"{provider}.name":"replay","{provider}.base_url":"{url}","{provider}.wire_api":"responses","{provider}.request_max_retries":0,"{provider}.stream_max_retries":0}}"#
        );
        let cwd = self.folder.path().display();
        let params = format!(r#"{{"modelProvider":"replay","cwd":"{cwd}","config":{config}}}"#);
        self.request("newConversation", &params).await;
        let id = between(&self.line, r#""conversationId":""#);
        let params = format!(
            r#"{{"conversationId":"{id}","experimentalRawEvents":true,"experimentalResponseEvents":true}}"#
        );
        self.request("addConversationListener", &params).await;
        let subscription = between(&self.line, r#""subscriptionId":""#);
        for turn in &recording.turns {
            let text = serde_json::to_string(&turn.user).unwrap();
            let items = format!(r#"[{{"type":"text","data":{{"text":{text}}}}}]"#);
            self.request("sendUserMessage", &format!(r#"{{"conversationId":"{id}","items":{items}}}"#)).await;
            self.hear(r#"{"method":"codex/event/task_complete""#).await;
        }
        let params = format!(r#"{{"subscriptionId":"{subscription}"}}"#);
        self.request("removeConversationListener", &params).await;
        assert!(mount.unserved().is_empty(), "{}: everything was asked for", recording.name);
    }

    async fn request(&mut self, method: &str, params: &str) {
        self.id += 1;
        let id = self.id;
        self.say(&format!(r#"{{"id":{id},"method":"{method}","params":{params}}}"#));
        self.hear(&format!(r#"{{"id":{id},"result""#)).await;
    }

    fn say(&self, line: &str) {
        self.lines.send(format!("{line}\n")).unwrap();
    }

    /// Reads to the line that begins so, and makes the calls that are asked for before.
    async fn hear(&mut self, beginning: &str) {
        loop {
            self.line.clear();
            assert!(self.stdout.read_line(&mut self.line).await.unwrap() > 0, "no {beginning}");
            if self.line.starts_with(beginning) {
                return;
            }
            if self.line.contains(r#""method":"responsesApi/call""#) {
                self.call().await;
            }
        }
    }

    async fn call(&mut self) {
        let Message::Request { id, params, .. } = Message::parse(&self.line).unwrap() else { return };
        let params: CallParams = serde_json::from_str(params.unwrap().get()).unwrap();
        let request = params
            .headers
            .fields
            .iter()
            .fold(self.http.post(&params.url), |request, (name, value)| request.header(name, value));
        let response = request.body(params.body.get().to_owned()).send().await.unwrap();
        let (status, call) = (response.status(), params.call_id);
        let fields = response.headers().iter();
        let fields: Vec<_> = fields
            .map(|(name, value)| {
                format!("{:?}:{:?}", name.as_str(), String::from_utf8_lossy(value.as_bytes()))
            })
            .collect();
        let head =
            format!(r#""callId":"{call}","status":{},"headers":{{{}}}"#, status.as_u16(), fields.join(","));
        self.say(&format!(r#"{{"method":"responsesApi/started","params":{{{head}}}}}"#));
        let mut error = String::new();
        if status.is_success() {
            // It is of no importance here what broke.
            if self.pass_on(&call, response).await.is_none() {
                error = r#","error":"broken","errorKind":"encoding""#.to_owned();
            }
        } else {
            error =
                format!(r#","error":{}"#, serde_json::to_string(&response.text().await.unwrap()).unwrap());
        }
        let (id, status) = (serde_json::to_string(&id).unwrap(), status.as_u16());
        self.say(&format!(r#"{{"id":{id},"result":{{"status":{status}{error}}}}}"#));
    }

    /// The events of a stream; nothing where it breaks.
    async fn pass_on(&self, call: &str, response: reqwest::Response) -> Option<()> {
        let (mut pieces, mut decoder) = (response.bytes_stream(), SseDecoder::new());
        while let Some(piece) = pieces.next().await {
            for event in decoder.events(&piece.ok()?) {
                let data = event.ok()?.data;
                let is_json = serde_json::from_str::<&serde_json::value::RawValue>(&data).is_ok();
                let event =
                    if is_json { one_line(&data) } else { serde_json::to_string(&data).unwrap().into() };
                self.say(&format!(
                    r#"{{"method":"responsesApi/event","params":{{"callId":"{call}","event":{event}}}}}"#
                ));
            }
        }
        Some(())
    }
}

async fn write(mut lines: UnboundedReceiver<String>, mut stdin: ChildStdin) {
    while let Some(line) = lines.recv().await {
        stdin.write_all(line.as_bytes()).await.unwrap();
    }
}

fn between(line: &str, mark: &str) -> String {
    line.split(mark).nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
}
