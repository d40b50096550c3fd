//! A real call: who sees the key, and who does not.

use crate::process::{Exec, KEY, PATIENCE, run, server_that_never_asks_again};
use responses_parity::exec::stream_of;
use responses_parity::recording::Exchange;
use responses_parity::upstream::{Mount, Speed, Upstream};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

const NO_FIELD: [String; 0] = [];

async fn mounted(exchanges: Vec<Exchange>) -> (Upstream, Mount) {
    let upstream = Upstream::start().await.unwrap();
    let mount = upstream.mount_shaped(exchanges, Speed::Max).await.unwrap();
    (upstream, mount)
}

/// What the upstream was sent as `authorization`, request by request.
fn authorizations(mount: &Mount) -> Vec<Vec<String>> {
    let of = |headers: &[(String, String)]| {
        let fields = headers.iter().filter(|(name, _)| name == "authorization");
        fields.map(|(_, value)| value.clone()).collect()
    };
    mount.received().iter().map(|request| of(&request.headers)).collect()
}

/// Every file below a folder whose name or content has the key.
fn files_with_key(folder: &Path) -> Vec<PathBuf> {
    let files: Vec<PathBuf> =
        WalkDir::new(folder).into_iter().map(|entry| entry.unwrap().into_path()).collect();
    assert!(files.iter().any(|file| file.ends_with("codex-home/config.toml")), "{files:?}");
    let has_key = |file: &PathBuf| {
        let bytes = if file.is_file() { std::fs::read(file).unwrap() } else { Vec::new() };
        String::from_utf8_lossy(&bytes).contains(KEY) || file.display().to_string().contains(KEY)
    };
    files.into_iter().filter(has_key).collect()
}

/// An app-server that keeps what it was given, environment and all, in its own folder.
fn curious_server(folder: &Path) -> String {
    let script = folder.join("curious.sh");
    let program = env!("CARGO_BIN_EXE_responses-parity");
    let text =
        format!("env > \"$CODEX_HOME/environment\"\ntee \"$CODEX_HOME/stdin\" | {program} app-server\n");
    std::fs::write(&script, text).unwrap();
    format!("sh {}", script.display())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_reaches_the_api_and_nothing_else() {
    let scripts = tempfile::tempdir().unwrap();
    let (_upstream, mount) = mounted(vec![stream_of("Ahoy")]).await;
    let gate = mount.hold_at(0, 0).unwrap();
    let arguments = [
        "x",
        "--upstream",
        mount.base_url(),
        "--app-server",
        &curious_server(scripts.path()),
        "--trace-jsonrpc",
    ];
    let exec = Exec::start_with(&arguments, &[("OPENAI_API_KEY", KEY)]);
    tokio::time::timeout(PATIENCE, gate.reached()).await.unwrap();
    // The call is under way, so that everything it took has been written.
    let files = files_with_key(exec.folder());
    let kept = WalkDir::new(exec.folder()).into_iter().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name().to_string_lossy().into_owned();
        ["environment", "stdin"].contains(&&name[..])
    });
    assert_eq!(kept.count(), 2);
    assert!(files.is_empty(), "{files:?}");
    gate.open();
    let done = exec.finish();
    assert_eq!((done.status, &done.stdout[..]), (0, "Ahoy\n"), "{}", done.stderr);
    assert!(!done.stderr.contains(KEY), "{}", done.stderr);
    assert!(done.stderr.contains("responsesApi/call"));
    assert_eq!(authorizations(&mount), [[format!("Bearer {KEY}")]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_api_that_repeats_the_key_does_not_give_it_away() {
    let told = format!("{{\"error\":{{\"message\":\"Incorrect API key provided: {KEY}.\"}}}}");
    let headers = vec![("x-echo".to_owned(), format!("Bearer {KEY}"))];
    let refused = Exchange { status: 400, headers: headers.clone(), ..Exchange::stream(told) };
    let in_the_text = Exchange { headers, ..stream_of(&format!("your key is {KEY} indeed")) };
    for (exchange, status, stdout) in [(refused, 1, ""), (in_the_text, 0, "your key is [redacted] indeed\n")]
    {
        let (_upstream, mount) = mounted(vec![exchange]).await;
        let server = server_that_never_asks_again();
        let arguments = ["x", "--upstream", mount.base_url(), "--trace-jsonrpc", "--app-server", &server];
        let done = Exec::start_with(&arguments, &[("OPENAI_API_KEY", KEY)]).finish();
        assert_eq!((done.status, &done.stdout[..]), (status, stdout), "{}", done.stderr);
        assert!(!done.stderr.contains(KEY), "{}", done.stderr);
        assert!(done.stderr.contains("[redacted]"), "{}", done.stderr);
        assert_eq!(authorizations(&mount), [[format!("Bearer {KEY}")]]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_none_is_sent() {
    for variables in [&[][..], &[("OPENAI_API_KEY", "")]] {
        let (_upstream, mount) = mounted(vec![stream_of("Ahoy")]).await;
        let done = Exec::start_with(&["x", "--upstream", mount.base_url()], variables).finish();
        assert_eq!((done.status, &done.stdout[..]), (0, "Ahoy\n"), "{}", done.stderr);
        assert_eq!(authorizations(&mount), [NO_FIELD]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_does_not_follow_a_redirect_to_another_place() {
    let (_elsewhere, there) = mounted(vec![stream_of("Not here")]).await;
    let location = ("location".to_owned(), format!("{}/responses", there.base_url()));
    let moved = Exchange { status: 307, headers: vec![location], ..Exchange::stream("") };
    let (_upstream, mount) = mounted(vec![moved]).await;
    let arguments = ["x", "--upstream", mount.base_url()];
    let done = Exec::start_with(&arguments, &[("OPENAI_API_KEY", KEY)]).finish();
    assert_eq!((done.status, &done.stdout[..]), (0, "Not here\n"), "{}", done.stderr);
    assert_eq!(authorizations(&mount), [[format!("Bearer {KEY}")]]);
    assert_eq!(authorizations(&there), [NO_FIELD]);
}

/// The app-server calls by itself then, and it has no key.
#[tokio::test(flavor = "multi_thread")]
async fn on_the_direct_path_nobody_adds_the_key() {
    let (_upstream, mount) = mounted(vec![stream_of("Ahoy")]).await;
    let arguments = ["x", "--upstream", mount.base_url(), "--path", "direct", "--model", "tide-1"];
    let done = Exec::start_with(&arguments, &[("OPENAI_API_KEY", KEY)]).finish();
    assert_eq!((done.status, &done.stdout[..]), (0, "Ahoy\n"), "{}", done.stderr);
    assert_eq!(authorizations(&mount), [NO_FIELD]);
    let body: serde_json::Value = serde_json::from_slice(&mount.received()[0].body).unwrap();
    assert_eq!(body["model"], "tide-1");
}

#[test]
fn what_is_no_key_is_not_shown() {
    let arguments = ["x", "--upstream", "http://127.0.0.1:9/v1"];
    let done = Exec::start_with(&arguments, &[("OPENAI_API_KEY", "two words")]).finish();
    let expected =
        "error: OPENAI_API_KEY holds no key: a key is visible ASCII without spaces, and not empty\n";
    assert_eq!((done.status, &done.stderr[..]), (2, expected));
}

#[test]
fn usage() {
    let cases: [(&[&str], &str); 7] = [
        (&["--upstream", "http://user:hunter2@127.0.0.1/v1"], "put a key into OPENAI_API_KEY"),
        (&["--upstream", "ftp://127.0.0.1/v1"], "begins with http:// or https://"),
        (&["--upstream", "http://127.0.0.1/v1?api-key=hunter2"], "expected a base URL"),
        (&["--upstream", "http://127.0.0.1/v1", "--hello-text", "x"], "cannot be used with"),
        (&["--recording", "recordings/text"], "recordings, and one can answer; name it"),
        (&["--recording", "no/such/recording"], "does not exist"),
        (&["--path", "winding"], "expected `direct` or `delegated`"),
    ];
    for (arguments, expected) in cases {
        let done = run(&[&["x"], arguments].concat());
        assert_eq!((done.status, &done.stdout[..]), (2, ""), "{arguments:?}");
        assert!(done.stderr.contains(expected), "{arguments:?}: {}", done.stderr);
        assert!(!done.stderr.contains("hunter2"), "{}", done.stderr);
    }
}
