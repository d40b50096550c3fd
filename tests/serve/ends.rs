//! How it ends, and why it does not begin.

use crate::process::{Serve, command};
use crate::{client, post, refusal, within, write};
use rustix::process::Signal;
use std::net::TcpListener;

/// Runs it where it does not begin.
fn refused(arguments: &[&str]) -> (i32, String) {
    let output = command().arg("serve").args(arguments).output().unwrap();
    assert!(output.stdout.is_empty());
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[tokio::test]
async fn once_ends_it_after_the_last_exchange() {
    let mut serve = Serve::start(&["recordings/conversation/two-turns", "--once"]);
    for _ in 0..2 {
        let answer = post(&serve.base_url).await;
        assert!(answer.text().await.unwrap().contains("response.completed"));
    }
    let (status, _, stderr) = serve.finish();
    assert!(status.success(), "{status}");
    assert!(stderr.ends_with("2 requests; every exchange was asked for"), "{stderr}");
}

#[tokio::test]
async fn once_waits_for_every_recording_and_starts_none_over() {
    let mut serve = Serve::start(&["recordings/text/plain", "recordings/text/unicode", "--once"]);
    let urls = serve.listed(2);
    let plain = &urls["recordings/text/plain"];
    assert_eq!(post(plain).await.status().as_u16(), 200);
    let reason = refusal(post(plain).await).await;
    let left = "everything recordings/text/plain has was asked for, and it does not start over";
    assert_eq!(reason, format!("responses-parity: {left}"));
    // Another conversation still begins, but the recording counts once.
    let ann = serve.at("@ann/recordings/text/plain");
    assert_eq!(post(&ann).await.status().as_u16(), 200);
    assert!(refusal(post(&ann).await).await.contains("in conversation @ann has was asked for"));
    post(&urls["recordings/text/unicode"]).await.text().await.unwrap();
    let (status, _, stderr) = serve.finish();
    assert!(status.success(), "{status}");
    assert!(stderr.ends_with("5 requests; every exchange was asked for"), "{stderr}");
}

/// The whole body is there, although nothing says that it is the end.
#[tokio::test(flavor = "multi_thread")]
async fn once_waits_for_the_client_of_an_answer_that_stalls() {
    let mut serve = Serve::start(&["recordings/endings/stalled-in-mid-stream", "--once"]);
    let mut answer = post(&serve.base_url).await;
    let recording =
        responses_parity::recording::load("recordings/endings/stalled-in-mid-stream".as_ref(), "x");
    let mut left = recording.unwrap().exchanges[0].body.len();
    while left > 0 {
        left -= within(answer.chunk()).await.unwrap().unwrap().len();
    }
    drop(answer);
    let (status, _, _) = serve.finish();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn signals_end_it_and_it_says_what_was_never_asked_for() {
    for signal in [Signal::INT, Signal::TERM] {
        let serve = Serve::start(&["recordings/conversation/two-turns"]);
        post(&serve.base_url).await;
        let (status, _, stderr) = serve.signal(signal);
        assert_eq!(status.code(), Some(0));
        let last = "1 request\nnever asked for: recordings/conversation/two-turns 2/2";
        assert!(stderr.ends_with(last), "{stderr}");
    }
}

/// The closing answer that loading adds need not be asked for.
#[tokio::test]
async fn what_need_not_be_asked_for_is_not_missed() {
    let folder = tempfile::tempdir().unwrap();
    let call = r#"{"type":"response.output_item.done","item":{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}}"#;
    let completed = r#"{"type":"response.completed","response":{"id":"r"}}"#;
    let path = folder.path().join("call.sse");
    write(&path, &format!("data: {call}\n\ndata: {completed}\n\n"));
    let serve = Serve::start(&[&path]);
    for expected in ["function_call", "Closing answer", "function_call"] {
        let body = post(&serve.base_url).await.text().await.unwrap();
        assert!(body.contains(expected), "{body}");
    }
    let serve = Serve::start(&[&path]);
    post(&serve.base_url).await;
    let (_, _, stderr) = serve.interrupt();
    assert!(stderr.ends_with("1 request; every exchange was asked for"), "{stderr}");
}

/// A body that no socket buffer holds, to a client that reads its head and leaves.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_leaves_is_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.sse");
    let body = format!("data: {}\n\n", "x".repeat(16 << 20));
    write(&path, &body);
    let mut serve = Serve::start(&[&path]);
    drop(post(&serve.base_url).await);
    serve.says("long 1/1: the client left after ");
    serve.says(&format!(" of {} bytes", body.len()));
}

/// What was asked for was delivered, as far as anybody wanted it: a place does not go back for whoever comes next.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_client_that_leaves_the_next_exchange_is_next() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "format = 1\ndescription = \"Two.\"\n[provenance]\nkind = \"hand-made\"\n[[turn]]\nuser = \"a\"\n[[turn]]\nuser = \"b\"\n[[exchange]]\n[[exchange]]\n";
    let path = folder.path().join("two");
    std::fs::create_dir(&path).unwrap();
    write(&path.join("recording.toml"), manifest);
    write(&path.join("01.response.sse"), &format!("data: {}\n\n", "x".repeat(16 << 20)));
    write(&path.join("02.response.sse"), "data: second\n\n");
    let mut serve = Serve::start(&[&path]);
    drop(post(&serve.base_url).await);
    serve.says("two 1/2: the client left after ");
    let (own, shared) = (serve.at("@bob"), serve.base_url.clone());
    assert_eq!(post(&shared).await.text().await.unwrap(), "data: second\n\n");
    assert!(post(&own).await.text().await.unwrap().starts_with("data: xxx"));
    assert!(post(&shared).await.text().await.unwrap().starts_with("data: xxx"));
}

#[tokio::test]
async fn a_port_can_be_chosen_and_may_be_taken() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (status, stderr) = refused(&["recordings/text/plain", "--port", &port]);
    assert_eq!(status, 3);
    assert!(
        stderr.starts_with(&format!("error: cannot listen on 127.0.0.1:{port}: Address already in use")),
        "{stderr}"
    );
    assert!(stderr.ends_with("; name another --port, or none to take any free one\n"), "{stderr}");
    drop(taken);
    let serve = Serve::start(&["recordings/text/plain", "--port", &port]);
    assert_eq!(serve.base_url, format!("http://127.0.0.1:{port}/v1"));
    assert_eq!(post(&serve.base_url).await.status().as_u16(), 200);
}

#[test]
fn what_cannot_be_served_is_said() {
    let (status, stderr) = refused(&["no/such/recording"]);
    assert_eq!(status, 2);
    assert!(stderr.starts_with("error: no/such/recording: does not exist"), "{stderr}");
    let (status, stderr) = refused(&["recordings/endings/unreachable"]);
    assert_eq!(
        (status, &stderr[..]),
        (2, "error: there is nothing to serve: in these recordings nobody listens\n")
    );
    let folder = tempfile::tempdir().unwrap();
    let of_one_name = ["here", "there"].map(|name| {
        let below = folder.path().join(name);
        std::fs::create_dir(&below).unwrap();
        std::fs::write(below.join("plain.sse"), "data: {}\n\n").unwrap();
        below.display().to_string()
    });
    let (status, stderr) = refused(&of_one_name.each_ref().map(String::as_str));
    assert_eq!(status, 2);
    assert!(stderr.contains("two recordings are called"), "{stderr}");
    assert_eq!(refused(&[]).0, 2);
}

#[tokio::test]
async fn nobody_outside_can_reach_it() {
    let serve = Serve::start(&["recordings/text/plain"]);
    let port = serve.address().rsplit_once(':').unwrap().1;
    // All of 127.0.0.0/8 is this machine; it listens on one address of it.
    let elsewhere = client().get(format!("http://127.0.0.2:{port}/v1/models")).send();
    assert!(within(elsewhere).await.unwrap_err().is_connect());
}
