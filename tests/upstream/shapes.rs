//! How a shaped answer looks on the wire.

use crate::support::*;
use responses_parity::recording::{Delivery, End, Framing, Piece};
use responses_parity::upstream::{Speed, Upstream};
use std::time::{Duration, Instant};

#[tokio::test]
async fn the_head_is_wiremocks_but_for_the_framing() {
    let cases = [
        (Framing::Length, End::Eof, vec!["content-length: 20"]),
        (Framing::Chunked, End::Complete, vec!["transfer-encoding: chunked"]),
        (Framing::Close, End::Complete, vec!["connection: close"]),
    ];
    for (framing, end, framing_fields) in cases {
        let mut recorded = exchange(BODY, shape(framing, end));
        recorded.headers =
            vec![header("set-cookie", "a=1"), header("x", "größer"), header("set-cookie", "b=2")];
        let (_upstream, mount) = mounted(recorded).await;
        assert!(mount.is_shaped());
        let mut expected = vec!["HTTP/1.1 200 OK", "set-cookie: a=1", "set-cookie: b=2", "x: größer"];
        expected.extend(framing_fields);
        assert_eq!(Raw::post(&mount).await.head().await, expected, "{framing:?} {end:?}");
    }
}

#[tokio::test]
async fn every_piece_is_a_chunk() {
    let delivery = Delivery { pieces: piece_ends(&[1, 1, 4]), ..shape(Framing::Chunked, End::Eof) };
    let (_upstream, mount) = mounted(exchange("abcdefghijklmnop", delivery)).await;
    let mut raw = Raw::post(&mount).await;
    raw.head().await;
    let (chunks, end) = raw.rest().await;
    assert_eq!(chunks, b"1\r\na\r\n3\r\nbcd\r\nc\r\nefghijklmnop\r\n");
    end.unwrap();
}

#[tokio::test]
async fn recorded_waits_are_kept_and_divided() {
    let at = |ms, end| Piece { at: Duration::from_millis(ms), end };
    let delivery = Delivery {
        head_delay: Duration::from_millis(400),
        pieces: vec![at(0, 2), at(800, 4)],
        end_delay: Duration::from_millis(400),
        ..shape(Framing::Chunked, End::Complete)
    };
    let upstream = Upstream::start().await.unwrap();
    for (speed, least) in [(Speed::Recorded(10.0), 160), (Speed::Max, 0)] {
        let exchanges = vec![exchange("abcd", delivery.clone())];
        let mount = upstream.mount(exchanges, speed).await.unwrap();
        let start = Instant::now();
        let answer = post(&client(), &mount).await.unwrap();
        assert_eq!(answer.text().await.unwrap(), "abcd");
        let took = start.elapsed().as_millis();
        assert!(took >= least, "{speed:?} took {took} ms");
        assert!(took < 1600, "{speed:?} took {took} ms");
    }
}

#[tokio::test]
async fn a_connection_carries_request_after_request() {
    let upstream = Upstream::start().await.unwrap();
    let shapes =
        [shape(Framing::Chunked, End::Complete), Delivery::default(), shape(Framing::Close, End::Complete)];
    let exchanges = shapes.map(|shape| exchange("abc", shape)).to_vec();
    let mount = upstream.mount(exchanges, Speed::Max).await.unwrap();
    let mut raw = Raw::connect(&mount).await;
    raw.send("content-length: 2\r\n", b"{}").await;
    assert_eq!(raw.head().await[2], "transfer-encoding: chunked");
    assert_eq!(raw.take(13).await, b"3\r\nabc\r\n0\r\n\r\n");
    // Sent ahead of its turn, in the transfer coding that some clients use.
    let chunked = "transfer-encoding: chunked\r\n";
    raw.send(chunked, b"1\r\n{\r\n1;x=y\r\n}\r\n0\r\nmore: x\r\n\r\n").await;
    raw.send("content-length: 0\r\n", b"").await;
    assert_eq!(raw.head().await[2], "content-length: 3");
    assert_eq!(raw.take(3).await, b"abc");
    assert_eq!(raw.head().await[2], "connection: close");
    let (body, end) = raw.rest().await;
    assert_eq!(body, b"abc");
    end.unwrap();
    let bodies: Vec<_> = mount.received().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies, ["{}", "{}", ""]);
    assert_eq!(mount.unserved(), [0; 0]);
}

#[tokio::test]
async fn the_connection_closes_when_the_client_says_so() {
    let (_upstream, mount) = mounted(exchange("abc", shape(Framing::Chunked, End::Complete))).await;
    let mut raw = Raw::connect(&mount).await;
    raw.send("Connection: Close\r\ncontent-length: 2\r\n", b"{}").await;
    assert!(raw.head().await.contains(&"connection: close".to_owned()));
    let (body, end) = raw.rest().await;
    assert_eq!(body, b"3\r\nabc\r\n0\r\n\r\n");
    end.unwrap();
}

#[tokio::test]
async fn the_shaper_leaves_no_trace_in_what_was_asked() {
    let upstream = Upstream::start().await.unwrap();
    let exchanges = vec![exchange("abc", Delivery::default())];
    let plain = upstream.mount(exchanges.clone(), Speed::Max).await.unwrap();
    let shaped = upstream.mount_shaped(exchanges, Speed::Max).await.unwrap();
    assert!(shaped.is_shaped());
    let mut seen = Vec::new();
    for mount in [&plain, &shaped] {
        let mut raw = Raw::connect(mount).await;
        raw.send("x-a: 1\r\ncontent-length: 2\r\nx-b: 2\r\n", b"{}").await;
        let answer = (raw.head().await, raw.take(3).await);
        let request = mount.received().remove(0);
        seen.push((answer, request.path, request.headers, request.body));
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test]
async fn a_client_that_asks_first_is_told_to_continue() {
    let (_upstream, mount) = mounted(exchange("abc", shape(Framing::Chunked, End::Eof))).await;
    let mut raw = Raw::connect(&mount).await;
    raw.send("expect: 100-continue\r\ncontent-length: 2\r\n", b"").await;
    assert_eq!(raw.head().await, ["HTTP/1.1 100 Continue"]);
    raw.write(b"{}").await;
    assert_eq!(raw.head().await[0], "HTTP/1.1 200 OK");
    assert_eq!(mount.received()[0].body, "{}");
}

#[tokio::test]
async fn what_is_not_http_is_told_so() {
    let (_upstream, mount) = mounted(exchange("abc", shape(Framing::Chunked, End::Eof))).await;
    for nonsense in [&b"\x16\x03\x01 hello\r\n\r\n"[..], b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n"] {
        let mut raw = Raw::connect(&mount).await;
        raw.write(nonsense).await;
        assert_eq!(
            raw.head().await[..2],
            ["HTTP/1.1 400 Bad Request", "x-responses-parity: unreadable request"]
        );
    }
    assert!(mount.received().is_empty());
}

#[tokio::test]
async fn unrecorded_requests_are_marked_through_the_shaper_too() {
    let (_upstream, mount) = mounted(exchange("abc", shape(Framing::Chunked, End::Complete))).await;
    let client = client();
    let head = within(client.head(responses_url(&mount)).send()).await.unwrap();
    assert_eq!(head.headers()["x-responses-parity"], "unrecorded request");
    post(&client, &mount).await.unwrap();
    let beyond = post(&client, &mount).await.unwrap();
    assert_eq!(beyond.headers()["x-responses-parity"], "unrecorded request");
    assert!(beyond.text().await.unwrap().contains("unrecorded_request"));
}
