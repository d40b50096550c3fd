//! Servers that send more than anyone can keep.

use crate::fake::{SOON, command, deadlines, open, settled};
use insta::assert_snapshot;
use responses_parity::session::{Limits, McpProcess, SessionError};
use serde_json::Value;

async fn start_limited(script: &str, limits: Limits) -> McpProcess {
    McpProcess::spawn_with_limits(&command(script), deadlines(), limits).await.unwrap()
}

#[tokio::test]
async fn a_flood_in_a_conversation_ends_the_session() {
    let limits = Limits { conversations: 64 * 1024, ..Limits::default() };
    let script = "conversation 0 one; while :; do event one flood; done";
    let server = start_limited(script, limits).await;
    let mut conversation = open(&server).await;
    let error = loop {
        if let Err(error) = conversation.next("the end of the turn", SOON).await {
            break error;
        }
    };
    let text = error.to_string().replace("signal: 13 (SIGPIPE)", "running");
    assert_snapshot!(text, @r"
    the server sent more than a session keeps
      expected: the end of the turn
      got: messages that take more than 64 KiB, in all conversations together
      process: running
      stderr: (nothing)
      next: see whether the server repeats itself without end; else replay fewer recordings at once
    ");
    let held: usize = conversation.transcript().entries.iter().map(|entry| entry.line().len()).sum();
    assert!(held < 64 * 1024, "{held} bytes");
    assert!(matches!(server.shutdown().await.unwrap_err(), SessionError::Ended { .. }));
}

#[tokio::test]
async fn dropped_conversations_make_room() {
    let limits = Limits { conversations: 64 * 1024, ..Limits::default() };
    let script = r#"
        big=$(head -c 20000 /dev/zero | tr '\0' x)
        for n in 0 1 2 3 4 5 6 7; do
            read -r _; say "{\"id\":$n,\"result\":{\"conversationId\":\"c$n\",\"model\":\"m\",\"rolloutPath\":\"$big\"}}"
        done; stay"#;
    let server = start_limited(script, limits).await;
    for _ in 0..8 {
        open(&server).await;
    }
    server.shutdown().await.unwrap();
}

#[tokio::test]
async fn an_answer_that_is_too_much_still_arrives() {
    let limits = Limits { conversations: 1000, ..Limits::default() };
    let script =
        r#"conversation 0 one; big=$(head -c 2000 /dev/zero | tr '\0' x); answer 1 "\"$big\""; stay"#;
    let server = start_limited(script, limits).await;
    let conversation = open(&server).await;
    assert_eq!(conversation.request::<String>("big", &()).await.unwrap().len(), 2000);
    let error = loop {
        if let Err(error) = conversation.notify("more", &()).await {
            break error.to_string();
        }
        tokio::task::yield_now().await;
    };
    assert!(error.starts_with("the server sent more than a session keeps"), "{error}");
}

#[tokio::test]
async fn a_flood_beside_conversations_is_only_counted() {
    let limits = Limits { process_messages: 3, ..Limits::default() };
    let script = r#"
        conversation 0 one
        n=0; while [ $n -lt 40 ]; do say "{\"method\":\"odd\",\"params\":$n}"; n=$((n + 1)); done
        say '{"method":"even"}'; say '{"id":7,"result":{}}'; event two last; say '{"method":"odd"}'; say '{"id":8,"result":{}}'
        answer 1 '{}'; stay"#;
    let server = start_limited(script, limits).await;
    let conversation = open(&server).await;
    settled(&server).await;
    let strays = server.strays();
    let last: Vec<_> = strays.last.iter().map(|entry| entry.label()).collect();
    assert_eq!(
        (strays.count, last.as_slice()),
        (45, &["`codex/event/last`", "`odd`", "the answer to request 8"].map(str::to_owned)[..])
    );
    let forgotten: Vec<_> =
        strays.forgotten.iter().map(|(method, count)| (method.as_deref(), *count)).collect();
    assert_eq!(forgotten, [(None, 1), (Some("even"), 1), (Some("odd"), 40)]);
    assert_eq!(server.entries().len(), 3);
    assert_eq!(conversation.transcript().entries.len(), 2);
}

#[tokio::test]
async fn names_without_end_are_not_kept() {
    let limits = Limits { process: 1, ..Limits::default() };
    let script = r#"
        read -r _; n=0; while [ $n -lt 300 ]; do say "{\"method\":\"m$n\"}"; n=$((n + 1)); done
        say '{"id":0,"result":{}}'; stay"#;
    let server = start_limited(script, limits).await;
    server.request::<Value>("done", &()).await.unwrap();
    let strays = server.strays();
    assert_eq!((strays.count, strays.last.len()), (300, 1));
    assert_eq!(strays.forgotten.len(), 101);
    assert_eq!(strays.forgotten[&None], 199);
}
