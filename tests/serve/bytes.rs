//! What is delivered: the bytes, in their pieces, at their times, with their ends.

use crate::process::Serve;
use crate::{WHILE, client, post, within, write};
use futures_util::StreamExt;
use responses_parity::recording::{End, Exchange, Framing, Recording, discover};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

fn recordings() -> Vec<Recording> {
    let found = discover("recordings".as_ref()).unwrap();
    found.iter().map(|found| found.load().unwrap()).collect()
}

/// Every exchange of every recording, with its status, its head, its bytes and its end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_recording_arrives_as_it_is() {
    let recordings = recordings();
    let mut serve = Serve::start(&["recordings"]);
    let urls = serve.listed(recordings.len());
    let checked = futures_util::stream::iter(&recordings)
        .map(|recording| check(recording, &urls[&recording.name]))
        .buffer_unordered(32);
    let exchanges: usize = checked.collect::<Vec<_>>().await.into_iter().sum();
    let (status, _, stderr) = serve.interrupt();
    assert!(status.success(), "{status}");
    assert!(stderr.ends_with(&format!("{exchanges} requests; every exchange was asked for")), "{stderr}");
}

/// How many exchanges it has.
async fn check(recording: &Recording, base_url: &str) -> usize {
    if recording.provider.unreachable {
        let refused = client().post(format!("{base_url}/responses")).send().await;
        assert!(refused.unwrap_err().is_connect(), "{}", recording.name);
    }
    for (index, exchange) in recording.of_one_conversation().iter().enumerate() {
        let name = format!("{} {index}", recording.name);
        let sent = client().post(format!("{base_url}/responses")).body("{}").send();
        let has_no_head = exchange.delivery.headless || exchange.delivery.head_cut.is_some();
        if has_no_head && exchange.delivery.end == End::Stalled {
            assert!(tokio::time::timeout(WHILE, sent).await.is_err(), "{name}");
            continue;
        }
        let sent =
            tokio::time::timeout(crate::process::PATIENCE, sent).await.unwrap_or_else(|_| panic!("{name}"));
        assert_eq!(sent.is_err(), has_no_head, "{name}");
        if let Ok(answer) = sent {
            check_answer(&name, exchange, answer).await;
        }
    }
    recording.of_one_conversation().len()
}

async fn check_answer(name: &str, exchange: &Exchange, mut answer: reqwest::Response) {
    assert_eq!(answer.status().as_u16(), exchange.status, "{name}");
    for (field, value) in &exchange.headers {
        let got = answer.headers().get_all(field).iter();
        assert!(got.into_iter().any(|got| got.as_bytes() == value.as_bytes()), "{name}: {field}: {value}");
    }
    let bodiless = matches!(exchange.status, 204 | 304);
    let expected: &[u8] = if bodiless { b"" } else { &exchange.body };
    let mut body = Vec::new();
    let ended_well = loop {
        if body.len() == expected.len() && exchange.delivery.end == End::Stalled && !bodiless {
            // That nothing more comes takes a client that leaves to be seen.
            break false;
        }
        match within(answer.chunk()).await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => break true,
            Err(_) => break false,
        }
    };
    assert!(body == expected, "{name}: {} bytes instead of {}", body.len(), expected.len());
    // Without any framing, an early end looks like any other.
    let unframed = exchange.delivery.framing == Framing::Close && exchange.delivery.end == End::Eof;
    assert_eq!(ended_well, exchange.delivery.end == End::Complete || unframed || bodiless, "{name}");
}

#[tokio::test]
async fn every_recorded_piece_is_a_chunk() {
    let recording =
        recordings().into_iter().find(|recording| recording.name == "framing/split-pieces").unwrap();
    let exchange = &recording.exchanges[0];
    let serve = Serve::start(&["recordings/framing/split-pieces"]);
    let mut stream = TcpStream::connect(serve.address()).await.unwrap();
    let request =
        "POST /v1/responses HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    within(stream.read_to_end(&mut answer)).await.unwrap();
    let head_ends = answer.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 4;
    let mut expected = Vec::new();
    let mut start = 0;
    for piece in &exchange.delivery.pieces {
        expected.extend_from_slice(format!("{:x}\r\n", piece.end - start).as_bytes());
        expected.extend_from_slice(&exchange.body[start..piece.end]);
        expected.extend_from_slice(b"\r\n");
        start = piece.end;
    }
    assert_eq!(start, exchange.body.len());
    assert!(exchange.delivery.pieces.len() > 10);
    expected.extend_from_slice(b"0\r\n\r\n");
    assert_eq!(String::from_utf8_lossy(&answer[head_ends..]), String::from_utf8_lossy(&expected));
}

#[tokio::test]
async fn recorded_times_are_kept_at_the_speed_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let manifest = "format = 1\n[[turn]]\nuser = \"x\"\n[[exchange]]\nframing = \"chunked\"\n";
    write(&folder.path().join("a/recording.toml"), manifest);
    write(&folder.path().join("a/01.response.sse"), "data: 1\n\ndata: 2\n\n");
    write(&folder.path().join("a/01.response.timing"), &format!("0 9\n{} 18\n", WHILE.as_millis()));
    let path = folder.path().display().to_string();
    for (speed, least) in [("1x", WHILE), ("0.5x", 2 * WHILE), ("max", Duration::ZERO)] {
        let serve = Serve::start(&[&path, "--speed", speed]);
        let begun = Instant::now();
        let mut answer = post(&serve.base_url).await;
        assert_eq!(within(answer.chunk()).await.unwrap().unwrap(), "data: 1\n\n", "{speed}");
        assert_eq!(within(answer.chunk()).await.unwrap().unwrap(), "data: 2\n\n", "{speed}");
        let took = begun.elapsed();
        assert!(took >= least, "{speed} took {took:?}");
    }
}

/// Every layout that can be loaded can be served.
#[tokio::test]
async fn other_layouts() {
    let folder = tempfile::tempdir().unwrap();
    let below = |name: &str| folder.path().join(name);
    write(&below("bare.sse"), "data: bare\n\n");
    write(&below("plain/events.jsonl"), "{\"type\":\"a\"}\n{\"type\":\"b\"}\n");
    write(&below("several/turn-1/stream.sse"), "data: one\n\n");
    write(&below("several/turn-2/body.json"), "{\"two\":2}");
    write(&below("several/turn-2/response.json"), "{\"status\":418,\"headers\":{\"x-tea\":\"green\"}}");
    write(&below("scripted.sse"), "data: scripted\n\n");
    write(
        &below("scripted.json"),
        r#"{"prompts":["Hi"],"replies":[{"status":503,"body":{"error":{}}},{"sse":"scripted.sse"}]}"#,
    );
    let mut serve = Serve::start(&[folder.path()]);
    let urls = serve.listed(4);
    let expected = [
        ("bare", 200, "data: bare\n\n"),
        ("plain", 200, "event: a\ndata: {\"type\":\"a\"}\n\nevent: b\ndata: {\"type\":\"b\"}\n\n"),
        ("scripted", 503, "{\"error\":{}}"),
        ("scripted", 200, "data: scripted\n\n"),
        // Later requests of a script get a message that no file holds; a conversation here begins anew.
        ("scripted", 503, "{\"error\":{}}"),
        ("several", 200, "data: one\n\n"),
        ("several", 418, "{\"two\":2}"),
    ];
    for (name, status, body) in expected {
        let answer = post(&urls[name]).await;
        assert_eq!(answer.status().as_u16(), status, "{name}");
        assert_eq!(answer.headers().contains_key("x-tea"), status == 418, "{name}");
        assert_eq!(answer.text().await.unwrap(), body, "{name}");
    }
}
