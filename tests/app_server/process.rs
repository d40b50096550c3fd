//! The server as a process.

use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};

#[tokio::test]
async fn it_speaks_on_stdout_logs_on_stderr_and_ends_with_its_input() {
    let home = tempfile::tempdir().unwrap();
    #[expect(clippy::disallowed_methods, reason = "it is this crate's own binary, in a clean environment")]
    let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_responses-parity"));
    let mut server = command
        .arg("app-server")
        .env_clear()
        .env("CODEX_HOME", home.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut input = server.stdin.take().unwrap();
    let mut output = BufReader::new(server.stdout.take().unwrap()).lines();
    let info = r#"{"id":1,"method":"initialize","params":{"clientInfo":{"name":"test","version":"0"}}}"#;
    input.write_all(format!("garbage\n{info}\n").as_bytes()).await.unwrap();
    let answer = output.next_line().await.unwrap().unwrap();
    assert!(answer.starts_with(r#"{"id":1,"result":{"userAgent":"responses-parity/"#), "{answer}");
    let stray = r#"{"method":"responsesApi/event","params":{"callId":"no-such-call","event":{}}}"#;
    input.write_all(format!("{stray}\n").as_bytes()).await.unwrap();
    drop(input);
    let ended = server.wait_with_output().await.unwrap();
    assert!(ended.status.success());
    let log = String::from_utf8(ended.stderr).unwrap();
    assert!(log.contains("a line that is no JSON-RPC message"), "{log}");
    assert!(log.contains("no-such-call"), "the warning names the call: {log}");
}
