//! Deadlines, and what is still to be had after them.

use crate::fake::{SOON, deadlines, initialize_error, lines_of, start, start_in_conversation, start_with};
use insta::assert_snapshot;
use responses_parity::session::Deadlines;
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

const SHORT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn a_server_that_never_answers() {
    let impatient = Deadlines { start: SHORT, ..deadlines() };
    let server = start_with("echo 'loading models' >&2; stay", impatient).await;
    assert_snapshot!(initialize_error(&server).await, @r"
    the server took longer than 100ms
      expected: the answer to `initialize`
      got: nothing at all
      stderr: loading models
      next: if the server is only slow, allow more time (`check --answer-timeout`); else start it with RUST_LOG=debug to see where it hangs
    ");
}

#[tokio::test]
async fn a_conversation_that_falls_silent() {
    let (_server, mut conversation) = start_in_conversation("event one task_started; stay").await;
    conversation.next("the answer to `newConversation`", SOON).await.unwrap();
    conversation.next("`task_started`", SOON).await.unwrap();
    let error = conversation.next("the end of turn 1", SHORT).await.unwrap_err();
    assert_snapshot!(error, @r"
    the server took longer than 100ms
      expected: the end of turn 1
      got: nothing after `codex/event/task_started`
      stderr: (nothing)
      next: if the server is only slow, allow more time (`check --answer-timeout`); else start it with RUST_LOG=debug to see where it hangs
    ");
}

#[tokio::test]
async fn half_a_line_and_then_nothing() {
    let script = r#"event one task_started; printf '{"method":"codex/\033[1mev'; sleep 1000"#;
    let (_server, mut conversation) = start_in_conversation(script).await;
    conversation.next("the answer to `newConversation`", SOON).await.unwrap();
    conversation.next("`task_started`", SOON).await.unwrap();
    let error = conversation.next("the end of turn 1", Duration::from_secs(1)).await.unwrap_err();
    assert_snapshot!(error, @r#"
    the server took longer than 1s
      expected: the end of turn 1
      got:
        nothing after `codex/event/task_started` but the beginning of a line:
        {"method":"codex/\u{1b}[1mev…
      stderr: (nothing)
      next: if the server is only slow, allow more time (`check --answer-timeout`); else start it with RUST_LOG=debug to see where it hangs
    "#);
}

#[tokio::test]
async fn an_answer_that_comes_too_late_is_in_the_transcript() {
    let script = r#"read -r _; read -r _; say '{"id":1,"result":{"late":true}}'; stay"#;
    let (_server, mut conversation) = start_in_conversation(script).await;
    conversation.next("the answer to `newConversation`", SOON).await.unwrap();
    timeout(SHORT, conversation.request::<Value>("slow", &())).await.unwrap_err();
    conversation.notify("goOn", &()).await.unwrap();
    let late = conversation.next("the late answer", SOON).await.unwrap();
    assert_eq!(late.line(), r#"{"id":1,"result":{"late":true}}"#);
}

#[tokio::test]
async fn what_came_before_the_end_is_given_first() {
    let (_server, mut conversation) =
        start_in_conversation("event one task_started; event one task_complete").await;
    for awaited in ["the answer", "the start", "the end"] {
        conversation.next(awaited, SOON).await.unwrap();
    }
    assert_snapshot!(conversation.next("one more", SOON).await.unwrap_err(), @r#"
    the server ended
      expected: one more
      got: the end of the stream
      process: exit status: 0
      stderr: (nothing)
      next: see stderr; run `sh -c 'eval "$SCRIPT"'` by hand, with RUST_LOG=debug if stderr is silent
    "#);
}

#[tokio::test]
async fn a_wait_given_up_loses_nothing() {
    let (_server, mut conversation) = start_in_conversation("read -r _; event one task_started; stay").await;
    conversation.next("the answer to `newConversation`", SOON).await.unwrap();
    conversation.next("nothing yet", Duration::ZERO).await.unwrap_err();
    conversation.notify("goOn", &()).await.unwrap();
    let entry = conversation.next("`task_started`", SOON).await.unwrap();
    assert_eq!(entry.label(), "`codex/event/task_started`");
}

#[tokio::test]
async fn a_server_that_does_not_read_stdin_blocks_nobody() {
    let (server, mut conversation) = start_in_conversation("event one task_started; sleep 1000").await;
    let megabyte = "x".repeat(1_000_000);
    for _ in 0..4 {
        conversation.notify("big", &megabyte).await.unwrap();
    }
    conversation.next("the answer to `newConversation`", SOON).await.unwrap();
    conversation.next("`task_started`", SOON).await.unwrap();
    drop(server);
    assert_eq!(conversation.transcript().entries.len(), 7);
}

#[tokio::test]
async fn large_messages_arrive_whole() {
    let megabytes = 8;
    let script = format!(
        r#"read -r _; printf '{{"id":0,"result":"'; head -c {megabytes}000000 /dev/zero | tr '\0' x; say '"}}'; stay"#
    );
    let server = start(&script).await;
    let result: String = server.request("big", &()).await.unwrap();
    assert_eq!(result.len(), megabytes * 1_000_000);
}

#[tokio::test]
async fn members_that_no_message_has_stay_visible() {
    let script = r#"say '{"jsonrpc":"1.7","method":"m","params":{"conversationId":"one"},"extra":{}}'; stay"#;
    let (_server, mut conversation) = start_in_conversation(script).await;
    let answer = conversation.next("the answer to `newConversation`", SOON).await.unwrap();
    assert!(answer.extra.is_empty());
    let entry = conversation.next("`m`", SOON).await.unwrap();
    assert_eq!(serde_json::to_string(&entry.extra).unwrap(), r#"{"extra":{},"jsonrpc":"1.7"}"#);
}

#[tokio::test]
async fn a_conversation_outlives_its_server() {
    let (server, mut conversation) = start_in_conversation("stay").await;
    conversation.next("the answer to `newConversation`", SOON).await.unwrap();
    let waiting = tokio::spawn(async move { (conversation.next("anything", SOON).await, conversation) });
    drop(server);
    let (outcome, conversation) = waiting.await.unwrap();
    assert_snapshot!(outcome.unwrap_err(), @r"
    the server has been shut down by the harness
      expected: anything
      got: the end of the session
      process: ended by the harness
      stderr: (nothing)
      next: finish conversations before `shutdown`
    ");
    assert_snapshot!(lines_of(&conversation.transcript()), @r#"
    -> {"id":0,"method":"newConversation","params":{}}
    <- {"id":0,"result":{"conversationId":"one","model":"m","rolloutPath":""}}
    "#);
}
