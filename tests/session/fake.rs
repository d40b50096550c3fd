//! Servers made of a few lines of shell.

use responses_parity::session::{
    Conversation, Deadlines, Direction, Entry, McpProcess, ServerCommand, SessionError, Strays, Transcript,
};
use responses_parity::wire::NewConversationParams;
use serde_json::Value;
use std::time::Duration;

/// What scripts use: `answer ID RESULT` reads a line and answers it, `say` writes a line, `stay` lives until stdin ends.
const PRELUDE: &str = r#"
say() { printf '%s\n' "$1"; }
answer() { read -r _; say "{\"id\":$1,\"result\":$2}"; }
conversation() { answer "$1" "{\"conversationId\":\"$2\",\"model\":\"m\",\"rolloutPath\":\"\"}"; }
event() { say "{\"method\":\"codex/event/$2\",\"params\":{\"conversationId\":\"$1\",\"msg\":{\"type\":\"$2\"}}}"; }
stay() { cat >/dev/null; }
"#;

/// A limit for what must happen, but has no business to be slow. Long: a busy machine is no failure.
pub(crate) const SOON: Duration = Duration::from_secs(20);

pub(crate) fn command(script: &str) -> ServerCommand {
    // In a variable, to keep the command line in errors short.
    ServerCommand::new("sh").args(["-c", "eval \"$SCRIPT\""]).env("SCRIPT", format!("{PRELUDE}{script}"))
}

/// Patient with the machine, so that only a test that means to meet a deadline meets one.
pub(crate) fn deadlines() -> Deadlines {
    Deadlines { start: SOON, answer: SOON, turn: SOON, stop: SOON }
}

pub(crate) async fn start(script: &str) -> McpProcess {
    start_with(script, deadlines()).await
}

pub(crate) async fn start_with(script: &str, deadlines: Deadlines) -> McpProcess {
    McpProcess::spawn(&command(script), deadlines).await.unwrap()
}

/// Starts a server that begins with the answer to `newConversation`, and opens that conversation.
pub(crate) async fn start_in_conversation(script: &str) -> (McpProcess, Conversation) {
    let server = start(&format!("conversation 0 one\n{script}")).await;
    let conversation = open(&server).await;
    (server, conversation)
}

pub(crate) async fn open(server: &McpProcess) -> Conversation {
    server.new_conversation(NewConversationParams::default()).await.unwrap()
}

pub(crate) async fn initialize_error(server: &McpProcess) -> SessionError {
    server.initialize().await.unwrap_err()
}

/// One message a line: `->` sent, `<-` received.
pub(crate) fn lines_of(transcript: &Transcript) -> String {
    let lines: Vec<String> = transcript.entries.iter().map(|entry| shown(entry)).collect();
    lines.join("\n")
}

pub(crate) fn shown(entry: &Entry) -> String {
    let arrow = match entry.direction {
        Direction::Sent => "->",
        Direction::Received => "<-",
    };
    format!("{arrow} {}", entry.line())
}

/// Waits until all that the script says has been read; gives what the process log has of it. (What was sent meanwhile
/// stands before or after it, as it happens.)
pub(crate) async fn settled(server: &McpProcess) -> String {
    server.request::<Value>("done", &()).await.unwrap();
    let entries = server.entries();
    let received = entries.iter().filter(|entry| entry.direction == Direction::Received);
    let lines: Vec<String> = received.map(|entry| shown(entry)).collect();
    lines.join("\n")
}

/// One message a line, behind their number.
pub(crate) fn strays_shown(strays: &Strays) -> String {
    let last: Vec<String> = strays.last.iter().map(|entry| shown(entry)).collect();
    format!("{}\n{}", strays.count, last.join("\n"))
}
