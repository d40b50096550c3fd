//! A client that is driven by hand, over a connection in memory.

use responses_parity::app_server::{Environment, Options, serve};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, DuplexStream};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// No answer of the server takes longer.
const DEADLINE: Duration = Duration::from_secs(10);

/// What a server is started with.
pub(crate) struct Setup {
    pub(crate) config: String,
    pub(crate) options: Options,
    pub(crate) variables: BTreeMap<String, String>,
}

impl Setup {
    /// A provider at `base_url` with further settings, without retries.
    pub(crate) fn provider(base_url: &str, settings: &str) -> Setup {
        let config = format!(
            "model = \"mock-model\"\nmodel_provider = \"mock\"\n[model_providers.mock]\nbase_url = \"{base_url}\"\n\
             wire_api = \"responses\"\n{settings}\n"
        );
        let config = if settings.contains("max_retries") {
            config
        } else {
            format!("{config}request_max_retries = 0\nstream_max_retries = 0\n")
        };
        Setup { config, options: Options::default(), variables: BTreeMap::new() }
    }

    /// A provider that only a delegate can reach.
    pub(crate) fn delegated(settings: &str) -> Setup {
        let mut setup = Setup::provider("http://upstream.invalid/v1", settings);
        setup.options.enable.push("responses_http_over_jsonrpc".to_owned());
        setup
    }
}

/// The client's end of a connection.
pub(crate) struct Client {
    input: Option<DuplexStream>,
    lines: mpsc::UnboundedReceiver<String>,
    server: JoinHandle<io::Result<()>>,
    home: tempfile::TempDir,
    next_id: i64,
    /// Everything the server said so far.
    pub(crate) log: Vec<Value>,
}

/// A call that waits for its answer.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) request_id: Value,
    pub(crate) id: String,
    pub(crate) params: Value,
}

impl Client {
    /// Starts a server; nothing has been said yet.
    pub(crate) fn start(setup: Setup) -> Client {
        let home = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(home.path().join("config.toml"), setup.config).expect("a writable folder");
        let mut variables = setup.variables;
        variables.insert("CODEX_HOME".to_owned(), home.path().display().to_string());
        let environment = Environment { variables, current_dir: home.path().to_owned() };
        let (input, server_input) = tokio::io::duplex(64 * 1024);
        let (server_output, output) = tokio::io::duplex(64 * 1024);
        let server = tokio::spawn(serve(setup.options, environment, server_input, server_output));
        Client { input: Some(input), lines: read_lines(output), server, home, next_id: 0, log: Vec::new() }
    }

    /// Starts a server and shakes hands.
    pub(crate) async fn initialized(setup: Setup) -> Client {
        let mut client = Client::start(setup);
        client.initialize().await;
        client
    }

    /// Starts a server, opens a conversation and listens to everything.
    pub(crate) async fn conversing(setup: Setup) -> (Client, String) {
        let mut client = Client::initialized(setup).await;
        let conversation = client.converse(json!({})).await;
        (client, conversation)
    }

    pub(crate) fn home(&self) -> &std::path::Path {
        self.home.path()
    }

    pub(crate) async fn initialize(&mut self) -> Value {
        let info = json!({ "name": "test", "title": null, "version": "0" });
        let answer = self.request("initialize", json!({ "clientInfo": info })).await;
        self.notify("initialized", None).await;
        answer
    }

    /// Opens a conversation and listens to everything.
    pub(crate) async fn converse(&mut self, params: Value) -> String {
        let answer = self.request("newConversation", params).await;
        let conversation = answer["result"]["conversationId"].as_str();
        let conversation = conversation.unwrap_or_else(|| panic!("{answer}")).to_owned();
        self.listen(&conversation, true, true).await;
        // The environment context, which follows the answer.
        self.until_event("raw_response_item").await;
        conversation
    }

    pub(crate) async fn listen(&mut self, conversation: &str, raw: bool, response_events: bool) -> Value {
        let params = json!({
            "conversationId": conversation,
            "experimentalRawEvents": raw,
            "experimentalResponseEvents": response_events,
        });
        self.request("addConversationListener", params).await
    }

    /// Sends a line as it is.
    pub(crate) async fn line(&mut self, line: &str) {
        self.bytes(&[line.as_bytes(), b"\n"].concat()).await;
    }

    pub(crate) async fn bytes(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("the input is still open");
        let written = timeout(DEADLINE, input.write_all(bytes)).await;
        written.expect("the server reads").expect("the server is there");
    }

    /// Sends a request; gives its id.
    pub(crate) async fn send(&mut self, method: &str, params: Value) -> i64 {
        let id = self.next_id;
        self.next_id += 1;
        let request = json!({ "id": id, "method": method, "params": params });
        self.line(&request.to_string()).await;
        id
    }

    /// Sends a request and waits for its answer.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Value {
        let id = self.send(method, params).await;
        self.answer_to(id).await
    }

    pub(crate) async fn answer_to(&mut self, id: i64) -> Value {
        self.until(|message| message["id"] == id && message.get("method").is_none()).await
    }

    pub(crate) async fn notify(&mut self, method: &str, params: Option<Value>) {
        let notification = json!({ "method": method, "params": params });
        self.line(&notification.to_string()).await;
    }

    /// Says something without waiting for the turn.
    pub(crate) async fn say(&mut self, conversation: &str, text: &str) {
        let items = json!([{ "type": "text", "data": { "text": text } }]);
        let params = json!({ "conversationId": conversation, "items": items });
        self.request("sendUserMessage", params).await;
    }

    /// Says something and waits for the end of the turn; gives the turn's notifications.
    pub(crate) async fn turn(&mut self, conversation: &str, text: &str) -> Vec<Value> {
        let before = self.log.len();
        self.say(conversation, text).await;
        self.until_event("task_complete").await;
        self.log[before..].to_vec()
    }

    pub(crate) async fn until_event(&mut self, kind: &str) -> Value {
        self.until(|message| self::kind(message) == kind).await
    }

    /// Reads up to a message, which is given.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        loop {
            let message = self.next().await;
            if wanted(&message) {
                return message;
            }
        }
    }

    /// Reads one message.
    pub(crate) async fn next(&mut self) -> Value {
        let line = self.next_line().await;
        let message: Value = serde_json::from_str(&line).expect("the server speaks JSON");
        self.log.push(message.clone());
        message
    }

    /// Reads one line, which does not go into the log.
    pub(crate) async fn next_line(&mut self) -> String {
        match timeout(DEADLINE, self.lines.recv()).await {
            Ok(line) => line.expect("the server is there"),
            Err(_) => panic!("the server said no more after {:#?}", self.log.last()),
        }
    }

    /// Waits for the server to ask for a call.
    pub(crate) async fn call(&mut self) -> Call {
        let message = self.until(|message| message["method"] == "responsesApi/call").await;
        Call {
            request_id: message["id"].clone(),
            id: message["params"]["callId"].as_str().expect("a call id").to_owned(),
            params: message["params"].clone(),
        }
    }

    pub(crate) async fn started(&mut self, call: &Call, status: u16, headers: Value) {
        let params = json!({ "callId": call.id, "status": status, "headers": headers });
        self.notify("responsesApi/started", Some(params)).await;
    }

    pub(crate) async fn event(&mut self, call_id: &str, event: &Value) {
        let params = json!({ "callId": call_id, "event": event });
        self.notify("responsesApi/event", Some(params)).await;
    }

    pub(crate) async fn events(&mut self, call: &Call, events: &[Value]) {
        for event in events {
            self.event(&call.id, event).await;
        }
    }

    pub(crate) async fn answer(&mut self, call: &Call, result: Value) {
        let answer = json!({ "id": call.request_id, "result": result });
        self.line(&answer.to_string()).await;
    }

    /// Serves a call in full.
    pub(crate) async fn serve(&mut self, events: &[Value]) -> Call {
        let call = self.call().await;
        self.started(&call, 200, json!({})).await;
        self.events(&call, events).await;
        self.answer(&call, json!({ "status": 200 })).await;
        call
    }

    /// Ends the input and waits for the server to end; gives what it still said.
    pub(crate) async fn end(mut self) -> Vec<Value> {
        self.input = None;
        let served = timeout(DEADLINE, self.server).await.expect("the server ends");
        served.expect("the server does not panic").expect("the server ends well");
        let mut last = Vec::new();
        while let Some(line) = self.lines.recv().await {
            last.push(serde_json::from_str(&line).expect("the server speaks JSON"));
        }
        last
    }
}

/// The type of an event, or the method of another message; empty for an answer.
pub(crate) fn kind(message: &Value) -> &str {
    let method = message["method"].as_str().unwrap_or_default();
    method.strip_prefix("codex/event/").unwrap_or(method)
}

/// The kinds of all notifications, in order.
pub(crate) fn kinds(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(kind).filter(|kind| !kind.is_empty()).collect()
}

/// The `msg` of every event of a kind, in order.
pub(crate) fn events<'a>(messages: &'a [Value], wanted: &str) -> Vec<&'a Value> {
    messages
        .iter()
        .filter(|message| kind(message) == wanted)
        .map(|message| &message["params"]["msg"])
        .collect()
}

/// Reads all the time, so that the server is never held up.
fn read_lines(output: DuplexStream) -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
