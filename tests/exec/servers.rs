//! Other app-servers: without the delegated path, of the other dialect, broken, hostile.

use crate::process::{Exec, KEY, PATIENCE, run};
use responses_parity::exec::stream_of;
use responses_parity::upstream::{Speed, Upstream};
use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_responses-parity");

/// An app-server that is a shell script: `cases` answers one line each, with `$id` at hand.
struct Script {
    _folder: TempDir,
    command: String,
}

impl Script {
    fn new(cases: &str) -> Script {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.sh");
        let text = format!(
            r#"say() {{ printf '%s\n' "$1"; }}
while read -r line; do
    id=$(printf '%s' "$line" | sed 's/.*"id":\([0-9]*\).*/\1/')
    case $line in
    *'"initialize"'*) say '{{"id":'$id',"result":{{"userAgent":"script"}}}}' ;;
    {cases}
    esac
done
"#
        );
        std::fs::write(&path, text).unwrap();
        Script { command: format!("sh {}", path.display()), _folder: folder }
    }

    /// One of the v1 dialect, which does this once it has a message.
    fn v1(turn: &str) -> Script {
        Script::new(&format!(
            r#"*'"thread/loaded/list"'*) say '{{"id":'$id',"error":{{"code":-32600,"message":"unknown"}}}}' ;;
    *'"newConversation"'*) say '{{"id":'$id',"result":{{"conversationId":"c1","model":"m","reasoningEffort":null,"rolloutPath":""}}}}' ;;
    *'"addConversationListener"'*) say '{{"id":'$id',"result":{{"subscriptionId":"s1"}}}}' ;;
    *'"sendUserMessage"'*) say '{{"id":'$id',"result":{{}}}}'; {turn} ;;"#
        ))
    }
}

#[test]
fn a_server_without_the_delegated_path_is_refused() {
    let server = format!("{PROGRAM} app-server --disable responses_http_over_jsonrpc");
    let sentence = format!(
        "error: `{server}` has no delegated path: with the feature responses_http_over_jsonrpc switched on, it made no responsesApi/call; use --path direct\n"
    );
    for answer in [&["--hello-text", "Hello"][..], &["--recording", "recordings/http/400-json"]] {
        let done = run(&[&["x", "--app-server", &server], answer].concat());
        assert_eq!((done.status, &done.stdout[..], &done.stderr[..]), (3, "", &sentence[..]));
    }
    let done = run(&["x", "--app-server", &server, "--path", "direct", "--hello-text", "Hello"]);
    assert_eq!((done.status, &done.stdout[..], &done.stderr[..]), (0, "Hello\n", ""));
}

#[test]
fn the_bundled_server_may_be_named() {
    let done = run(&["x", "--app-server", &format!("{PROGRAM} app-server"), "--hello-text", "Hello"]);
    assert_eq!((done.status, &done.stdout[..], &done.stderr[..]), (0, "Hello\n", ""));
}

#[test]
fn a_turn_that_fails_before_anybody_is_asked_is_a_turn_that_failed() {
    let script = Script::v1(
        r#"say '{"method":"codex/event/error","params":{"id":"0","msg":{"type":"error","message":"no quota"},"conversationId":"c1"}}'; say '{"method":"codex/event/task_complete","params":{"id":"0","msg":{"type":"task_complete"},"conversationId":"c1"}}'"#,
    );
    let done = run(&["x", "--app-server", &script.command]);
    assert_eq!((done.status, &done.stdout[..], &done.stderr[..]), (1, "", "error: no quota\n"));
}

#[test]
fn the_other_dialect_streams_too() {
    let script = Script::new(
        r#"*'"thread/loaded/list"'*) say '{"id":'$id',"result":{"data":[]}}' ;;
    *'"thread/start"'*) say '{"id":'$id',"result":{"thread":{"id":"t1"},"model":"m"}}' ;;
    *'"turn/start"'*) say '{"id":'$id',"result":{"turn":{"id":"u1"}}}'
        say '{"method":"item/agentMessage/delta","params":{"threadId":"t1","turnId":"u1","itemId":"m","delta":"Low "}}'
        say '{"method":"item/completed","params":{"threadId":"t1","turnId":"u1","item":{"type":"reasoning","id":"r","text":"hm"}}}'
        say '{"method":"item/completed","params":{"threadId":"t1","turnId":"u1","item":{"type":"agentMessage","id":"m","text":"Low tide"}}}'
        say '{"method":"turn/completed","params":{"threadId":"t1","turn":{"id":"u1","status":"completed","items":[]}}}' ;;"#,
    );
    let done = run(&["x", "--app-server", &script.command, "--path", "direct"]);
    assert_eq!((done.status, &done.stdout[..], &done.stderr[..]), (0, "Low tide\n", ""));
}

#[test]
fn what_is_no_app_server_could_not_run() {
    let done = run(&["x", "--app-server", "no-such-server"]);
    assert_eq!((done.status, &done.stdout[..]), (3, ""));
    assert!(done.stderr.contains("the server could not be started"), "{}", done.stderr);
    let done = run(&["x", "--app-server", &Script::v1("exit 7").command]);
    assert_eq!((done.status, &done.stdout[..]), (3, ""));
    assert!(done.stderr.contains("status 7") || done.stderr.contains("exit status: 7"), "{}", done.stderr);
}

#[test]
fn a_turn_that_falls_silent_could_not_run() {
    let done = run(&["x", "--app-server", &Script::v1(":").command, "--turn-timeout", "1"]);
    assert_eq!((done.status, &done.stdout[..]), (3, ""));
    assert!(done.stderr.contains("the end of the turn"), "{}", done.stderr);
}

/// It asks for a call to a place of its own, and then to the API with a credential of its own.
#[tokio::test(flavor = "multi_thread")]
async fn a_hostile_server_learns_nothing() {
    let upstream = Upstream::start().await.unwrap();
    let api = upstream.mount(vec![stream_of("Hello")], Speed::Max).await.unwrap();
    let elsewhere = upstream.mount(vec![stream_of("Hello")], Speed::Max).await.unwrap();
    let call = |id: &str, base_url: &str| {
        format!(
            r#"say '{{"id":"{id}","method":"responsesApi/call","params":{{"conversationId":"c1","callId":"{id}","url":"{base_url}/responses","headers":{{"Authorization":"Bearer mine"}},"body":{{}},"stream":true}}}}'"#
        )
    };
    let done = r#"say '{"method":"codex/event/task_complete","params":{"id":"0","msg":{"type":"task_complete"},"conversationId":"c1"}}'"#;
    let script = Script::v1(&format!(
        "{}; read -r refused; case $refused in *error*) {};; esac; while read -r line; do case $line in *'\"status\":200}}'*) break;; esac; done; {done}",
        call("away", elsewhere.base_url()),
        call("here", api.base_url()),
    ));
    let arguments = ["x", "--app-server", &script.command, "--upstream", api.base_url()];
    let exec = Exec::start_with(&arguments, &[("OPENAI_API_KEY", KEY)]);
    let done =
        tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(|| exec.finish())).await.unwrap().unwrap();
    assert_eq!((done.status, &done.stdout[..]), (0, ""), "{}", done.stderr);
    assert!(elsewhere.received().is_empty());
    let [request] = &api.received()[..] else { panic!("one request") };
    let sent = request.headers.iter().filter(|(name, _)| name == "authorization");
    assert_eq!(sent.map(|(_, value)| value.clone()).collect::<Vec<_>>(), [format!("Bearer {KEY}")]);
}
