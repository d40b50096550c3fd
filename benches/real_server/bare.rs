//! A client that does what must be done for a turn, and nothing else.

use responses_parity::check::config_toml;
use responses_parity::recording::Recording;
use responses_parity::replay::Path;
use responses_parity::session::ServerCommand;
use responses_parity::upstream::{Speed, Upstream};
use responses_parity::wire::Dialect;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub(crate) struct BareClient {
    server: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    id: u64,
    folders: TempDir,
}

impl BareClient {
    /// A server in folders of its own, and the handshake.
    pub(crate) fn start(command: &ServerCommand) -> BareClient {
        let folders = tempfile::tempdir().unwrap();
        let config = config_toml(Path::Direct, Dialect::V1, false);
        std::fs::write(folders.path().join("config.toml"), config).unwrap();
        #[expect(clippy::disallowed_methods, reason = "this is what the harness is measured against")]
        let mut server = Command::new(command.program())
            .args(command.arguments())
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .envs(["HOME", "CODEX_HOME"].map(|name| (name, folders.path())))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let stdin = server.stdin.take().unwrap();
        let stdout = BufReader::new(server.stdout.take().unwrap());
        let mut client = BareClient { server, stdin, stdout, id: 0, folders };
        client.request("initialize", r#"{"clientInfo":{"name":"bare","title":null,"version":"1"}}"#);
        writeln!(client.stdin, r#"{{"method":"initialized"}}"#).unwrap();
        client
    }

    /// One conversation of one turn.
    pub(crate) fn converse(&mut self, runtime: &Runtime, upstream: &Upstream, recording: &Recording) {
        let mount = runtime.block_on(upstream.mount(recording.exchanges.clone(), Speed::Max)).unwrap();
        let (provider, url) = ("model_providers.replay", mount.base_url());
        let config = format!(
            r#"{{"{provider}.name":"replay","{provider}.base_url":"{url}","{provider}.wire_api":"responses","{provider}.requires_openai_auth":false,"{provider}.request_max_retries":0,"{provider}.stream_max_retries":0}}"#
        );
        let cwd = self.folders.path().display();
        let params = format!(r#"{{"modelProvider":"replay","cwd":"{cwd}","config":{config}}}"#);
        let answer = self.request("newConversation", &params);
        let id = between(&answer, r#""conversationId":""#).to_owned();
        let params = format!(r#"{{"conversationId":"{id}","experimentalRawEvents":true}}"#);
        let answer = self.request("addConversationListener", &params);
        let subscription = between(&answer, r#""subscriptionId":""#).to_owned();
        let text = &recording.turns[0].user;
        let items = format!(r#"[{{"type":"text","data":{{"text":"{text}"}}}}]"#);
        self.request("sendUserMessage", &format!(r#"{{"conversationId":"{id}","items":{items}}}"#));
        self.read_until("codex/event/task_complete");
        self.request("removeConversationListener", &format!(r#"{{"subscriptionId":"{subscription}"}}"#));
        assert!(mount.unserved().is_empty(), "the server asked for everything");
    }

    /// The line that answers.
    fn request(&mut self, method: &str, params: &str) -> String {
        self.id += 1;
        let id = self.id;
        writeln!(self.stdin, r#"{{"id":{id},"method":"{method}","params":{params}}}"#).unwrap();
        self.read_until(&format!(r#"{{"id":{id},"#))
    }

    fn read_until(&mut self, mark: &str) -> String {
        loop {
            let mut line = String::new();
            assert!(self.stdout.read_line(&mut line).unwrap() > 0, "the server goes on until {mark}");
            if line.contains(mark) {
                return line;
            }
        }
    }
}

impl Drop for BareClient {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn between<'a>(line: &'a str, mark: &str) -> &'a str {
    line.split(mark).nth(1).and_then(|rest| rest.split('"').next()).unwrap()
}
