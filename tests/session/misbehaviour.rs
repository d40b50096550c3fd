//! Servers that break the protocol or break down: what the error says, whole.

use crate::fake::{SOON, initialize_error, start, start_in_conversation};
use insta::assert_snapshot;
use responses_parity::session::{Deadlines, McpProcess, ServerCommand, SessionError};

#[tokio::test]
async fn garbage_on_stdout() {
    let server = start(r#"printf 'Server \033[1mstarted\033[0m\n'; stay"#).await;
    assert_snapshot!(initialize_error(&server).await, @r"
    the server wrote a line that is not a JSON-RPC message
      expected: the answer to `initialize`
      got:
        Server \u{1b}[1mstarted\u{1b}[0m
        (not JSON: expected value at line 1 column 1)
      process: running
      stderr: (nothing)
      next: stdout is for JSON-RPC only, one message per line; have logs and banners sent to stderr
    ");
}

#[tokio::test]
async fn json_that_is_not_json_rpc() {
    let server = start(r#"say '{"level":"info","message":"started"}'; stay"#).await;
    assert_snapshot!(initialize_error(&server).await, @r#"
    the server wrote a line that is not a JSON-RPC message
      expected: the answer to `initialize`
      got:
        {"level":"info","message":"started"}
        (neither a method nor a result nor an error)
      process: running
      stderr: (nothing)
      next: stdout is for JSON-RPC only, one message per line; have logs and banners sent to stderr
    "#);
}

#[tokio::test]
async fn a_member_that_is_there_twice() {
    let server = start(r#"say '{"method":"a","method":"b"}'; stay"#).await;
    assert_snapshot!(initialize_error(&server).await, @r#"
    the server wrote a line that is not a JSON-RPC message
      expected: the answer to `initialize`
      got:
        {"method":"a","method":"b"}
        (JSON, but not a JSON-RPC message: the member "method" is there twice at line 1 column 27)
      process: running
      stderr: (nothing)
      next: stdout is for JSON-RPC only, one message per line; have logs and banners sent to stderr
    "#);
}

#[tokio::test]
async fn bytes_that_are_not_utf_8() {
    let server = start(r#"printf '{"method":"\377"}\n'; stay"#).await;
    assert_snapshot!(initialize_error(&server).await, @r#"
    the server wrote a line that is not a JSON-RPC message
      expected: the answer to `initialize`
      got:
        {"method":"�"}
        (not UTF-8: invalid utf-8 sequence of 1 bytes from index 11)
      process: running
      stderr: (nothing)
      next: stdout is for JSON-RPC only, one message per line; have logs and banners sent to stderr
    "#);
}

#[tokio::test]
async fn exit_at_once() {
    let server = start("read -r _; echo 'Error: no such model' >&2; echo 'giving up' >&2; exit 3").await;
    assert_snapshot!(initialize_error(&server).await, @r#"
    the server ended
      expected: the answer to `initialize`
      got: the end of the stream
      process: exit status: 3
      stderr:
        Error: no such model
        giving up
      next: see stderr; run `sh -c 'eval "$SCRIPT"'` by hand, with RUST_LOG=debug if stderr is silent
    "#);
}

#[tokio::test]
async fn killed_in_the_middle_of_a_turn() {
    let (_server, mut conversation) =
        start_in_conversation("answer 1 '{}'; event one task_started; kill -KILL $$").await;
    conversation.send_user_message("Hello").await.unwrap();
    let error = loop {
        match conversation.next("the end of the turn", SOON).await {
            Ok(_) => {}
            Err(error) => break error,
        }
    };
    assert_snapshot!(error, @r#"
    the server ended
      expected: the end of the turn
      got: the end of the stream
      process: signal: 9 (SIGKILL)
      stderr: (nothing)
      next: see stderr; run `sh -c 'eval "$SCRIPT"'` by hand, with RUST_LOG=debug if stderr is silent
    "#);
    let later = conversation.send_user_message("Still there?").await.unwrap_err();
    assert_snapshot!(later, @r#"
    the server ended
      expected: the answer to `sendUserMessage`
      got: the end of the stream
      process: signal: 9 (SIGKILL)
      stderr: (nothing)
      next: see stderr; run `sh -c 'eval "$SCRIPT"'` by hand, with RUST_LOG=debug if stderr is silent
    "#);
}

#[tokio::test]
async fn a_line_without_end() {
    let server = start("read -r _; head -c 100000000 /dev/zero | tr '\\0' x; stay").await;
    assert_snapshot!(initialize_error(&server).await, @r"
    the server wrote a line longer than 32 MiB
      expected: the answer to `initialize`
      got: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
      process: running
      stderr: (nothing)
      next: see whether the server forgets its line ends, or repeats a stream in one message
    ");
}

#[tokio::test]
async fn stdout_closed_by_a_server_that_lives_on() {
    let server = start("exec >&-; stay").await;
    assert_snapshot!(initialize_error(&server).await, @r#"
    the server closed its stdout but still runs
      expected: the answer to `initialize`
      got: the end of the stream
      process: running
      stderr: (nothing)
      next: see stderr; run `sh -c 'eval "$SCRIPT"'` by hand, with RUST_LOG=debug if stderr is silent
    "#);
}

#[tokio::test]
async fn stdin_closed_by_a_server_that_lives_on() {
    let (_server, mut conversation) =
        start_in_conversation("exec <&-; event one task_started; sleep 1000").await;
    conversation.next("the answer to `newConversation`", SOON).await.unwrap();
    conversation.next("the word that stdin is closed", SOON).await.unwrap();
    // Another process that this one starts at this moment holds a copy of the pipe until it runs its own program.
    while conversation.notify("anything", &()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let error = conversation.send_user_message("Hello").await.unwrap_err();
    assert_snapshot!(error, @r"
    the server no longer reads its stdin
      expected: the answer to `sendUserMessage`
      got: Broken pipe (os error 32)
      process: running
      stderr: (nothing)
      next: see why the server closed its stdin
    ");
}

#[tokio::test]
async fn a_last_line_that_was_cut_off() {
    let server = start(r#"read -r _; printf '{"id":0,"resu'"#).await;
    assert_snapshot!(initialize_error(&server).await, @r#"
    the server ended in the middle of a line
      expected: the answer to `initialize`
      got: {"id":0,"resu
      process: exit status: 0
      stderr: (nothing)
      next: see stderr; run `sh -c 'eval "$SCRIPT"'` by hand, with RUST_LOG=debug if stderr is silent
    "#);
}

#[tokio::test]
async fn a_child_that_keeps_stdout_open_after_the_exit() {
    let server = start("read -r _; sleep 1000 & exit 4").await;
    assert_snapshot!(initialize_error(&server).await, @r#"
    the server ended
      expected: the answer to `initialize`
      got: the end of the stream
      process: exit status: 4
      stderr: (nothing)
      next: see stderr; run `sh -c 'eval "$SCRIPT"'` by hand, with RUST_LOG=debug if stderr is silent
    "#);
}

#[tokio::test]
async fn a_request_refused() {
    let server =
        start(r#"read -r _; say '{"error":{"code":-32600,"message":"Invalid request"},"id":0}'; stay"#).await;
    let error = server.request::<serde_json::Value>("getUserAgent", &()).await.unwrap_err();
    assert!(matches!(&error, SessionError::Rejected { error, .. } if error.code == -32600));
    assert_snapshot!(error, @r"
    the server refused `getUserAgent`
      got: error -32600: Invalid request
      next: compare the params with what this server version knows; its stderr may say more
    ");
}

#[tokio::test]
async fn an_answer_of_another_shape() {
    let server = start(r#"answer 0 '{"serverInfo":{}}'; stay"#).await;
    assert_snapshot!(initialize_error(&server).await, @r#"
    the answer to `initialize` is not what it should be
      expected: InitializeResult
      got: {"serverInfo":{}}
      problem: missing field `userAgent` at line 1 column 17
      next: see whether this server speaks the v1 dialect (0.53.0)
    "#);
}

#[tokio::test]
async fn a_new_conversation_without_a_name() {
    let server = start(r#"answer 0 '{"name":"t"}'; stay"#).await;
    let error = server.new_conversation(Default::default()).await.unwrap_err();
    assert_snapshot!(error, @r#"
    the answer to `newConversation` is not what it should be
      expected: NewConversationResult
      got: {"name":"t"}
      problem: missing field `conversationId` at line 1 column 12
      next: see whether this server speaks the v1 dialect (0.53.0)
    "#);
    assert_eq!(server.entries().len(), 2, "request and answer are nobody's");
}

#[tokio::test]
async fn a_conversation_with_the_name_of_another() {
    let (server, conversation) = start_in_conversation("conversation 1 one; stay").await;
    let error = server.new_conversation(Default::default()).await.unwrap_err();
    assert_snapshot!(error, @r"
    the answer to `newConversation` is not what it should be
      expected: a conversation with a name of its own
      got: one
      problem: another conversation of this process has that name
      next: see whether this server speaks the v1 dialect (0.53.0)
    ");
    assert_eq!(conversation.transcript().entries.len(), 2);
}

#[tokio::test]
async fn a_program_that_is_not_there() {
    let command = ServerCommand::new("no-such-codex").arg("app-server");
    let error = McpProcess::spawn(&command, Deadlines::default()).await.unwrap_err();
    assert_snapshot!(error, @r"
    the server could not be started
      command: no-such-codex app-server
      got: No such file or directory (os error 2)
      next: check the program's name, that it is installed, and that PATH has its folder
    ");
}

#[tokio::test]
async fn a_program_that_may_not_be_executed() {
    let command = ServerCommand::new("/etc/passwd");
    let error = McpProcess::spawn(&command, Deadlines::default()).await.unwrap_err();
    assert_snapshot!(error, @r"
    the server could not be started
      command: /etc/passwd
      got: Permission denied (os error 13)
      next: check that the program is a file that may be executed
    ");
}

#[tokio::test]
async fn only_the_end_of_stderr_is_kept() {
    let server = start("read -r _; head -c 1000000 /dev/zero | tr '\\0' x >&2; echo last >&2").await;
    initialize_error(&server).await;
    let tail = server.stderr_tail();
    assert_eq!(tail.len(), 8192);
    assert!(tail.ends_with("xlast\n"), "{}", &tail[8100..]);
}
