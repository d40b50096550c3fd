//! How responses end: each framing with each end.

use crate::support::*;
use bytes::Bytes;
use responses_parity::recording::{Delivery, End, Exchange, Framing};
use responses_parity::upstream::{Delivered, Mount, Speed, Upstream};
use std::io::ErrorKind;
use tokio::net::TcpSocket;

const FRAMINGS: [Framing; 3] = [Framing::Length, Framing::Chunked, Framing::Close];

fn on_the_wire(framing: Framing, end: End) -> Vec<u8> {
    let (before, after) = match (framing, end) {
        (Framing::Chunked, End::Complete) => ("13\r\n", "\r\n0\r\n\r\n"),
        (Framing::Chunked, _) => ("13\r\n", "\r\n"),
        _ => ("", ""),
    };
    [before.as_bytes(), BODY, after.as_bytes()].concat()
}

const fn whole(closed_by_client: bool) -> Option<Delivered> {
    Some(Delivered { body_bytes: BODY.len(), closed_by_client })
}

/// Asks, reads the head, and every byte that is to come.
async fn ask(mount: &Mount, framing: Framing, end: End) -> Raw {
    let mut raw = Raw::post(mount).await;
    let head = raw.head().await;
    let length = head.iter().find_map(|line| line.strip_prefix("content-length: "));
    let declared = (framing == Framing::Length).then(|| BODY.len() + usize::from(end != End::Complete));
    assert_eq!(length.map(|length| length.parse().unwrap()), declared);
    let expected = on_the_wire(framing, end);
    assert_eq!(raw.take(expected.len()).await, expected, "{framing:?} {end:?}");
    raw
}

#[tokio::test]
async fn complete() {
    for framing in FRAMINGS {
        let upstream = Upstream::start().await.unwrap();
        let exchanges = vec![exchange(BODY, shape(framing, End::Complete))];
        let mount = upstream.mount_shaped(exchanges, Speed::Max).await.unwrap();
        let mut raw = ask(&mount, framing, End::Complete).await;
        assert_eq!(within(mount.delivered(0)).await, whole(false));
        if framing == Framing::Close {
            let (more, end) = raw.rest().await;
            assert_eq!((more.len(), end.is_ok()), (0, true));
        } else {
            raw.send("content-length: 0\r\n", b"").await;
            assert_eq!(raw.head().await[0], "HTTP/1.1 500 Internal Server Error");
        }
    }
}

#[tokio::test]
async fn eof() {
    for framing in FRAMINGS {
        let (_upstream, mount) = mounted(exchange(BODY, shape(framing, End::Eof))).await;
        let (more, end) = ask(&mount, framing, End::Eof).await.rest().await;
        assert_eq!((more.len(), end.is_ok()), (0, true));
        assert_eq!(within(mount.delivered(0)).await, whole(false));
    }
}

#[tokio::test]
async fn reset() {
    for framing in FRAMINGS {
        let (_upstream, mount) = mounted(exchange(BODY, shape(framing, End::Reset))).await;
        let (more, end) = ask(&mount, framing, End::Reset).await.rest().await;
        assert_eq!(more.len(), 0);
        assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
        assert_eq!(within(mount.delivered(0)).await, whole(false));
    }
}

#[tokio::test]
async fn stalled_until_the_client_leaves() {
    for framing in FRAMINGS {
        let (_upstream, mount) = mounted(exchange(BODY, shape(framing, End::Stalled))).await;
        let raw = ask(&mount, framing, End::Stalled).await;
        assert_eq!(mount.received()[0].delivered, None);
        drop(raw);
        assert_eq!(within(mount.delivered(0)).await, whole(true));
        assert_eq!(mount.received()[0].delivered, whole(true));
    }
}

#[tokio::test]
async fn headless() {
    for end in [End::Complete, End::Eof, End::Reset] {
        let (_upstream, mount) = mounted(exchange("", silent(end))).await;
        let (nothing, seen) = Raw::post(&mount).await.rest().await;
        assert!(nothing.is_empty());
        let kind = seen.err().map(|error| error.kind());
        assert_eq!(kind, (end == End::Reset).then_some(ErrorKind::ConnectionReset));
        assert_eq!(mount.received()[0].answered_by, Some(0));
    }
}

#[tokio::test]
async fn headless_until_the_client_leaves() {
    let (_upstream, mount) = mounted(exchange("", silent(End::Stalled))).await;
    let gate = mount.hold_head(0).unwrap();
    let raw = Raw::post(&mount).await;
    within(gate.reached()).await;
    gate.open();
    drop(raw);
    let nothing = Delivered { body_bytes: 0, closed_by_client: true };
    assert_eq!(within(mount.delivered(0)).await, Some(nothing));
}

/// To a client it is over with its head, and the connection good for the next request; the connection's end is another.
#[tokio::test]
async fn what_has_no_body_and_a_bad_end_takes_no_further_request() {
    for status in [204, 304] {
        for end in [End::Eof, End::Reset, End::Stalled] {
            let bodiless = Exchange { status, ..exchange("", shape(Framing::Length, end)) };
            let next = exchange(BODY, shape(Framing::Chunked, End::Complete));
            let upstream = Upstream::start().await.unwrap();
            let mount = upstream.mount(vec![bodiless, next], Speed::Max).await.unwrap();
            let client = client();
            assert_eq!(post(&client, &mount).await.unwrap().status(), status);
            let answer = post(&client, &mount).await.unwrap();
            let (body, error) = drain(answer).await;
            assert_eq!((body.as_slice(), error.is_none()), (BODY, true), "{status} {end:?}");
        }
    }
}

fn silent(end: End) -> Delivery {
    Delivery { headless: true, ..shape(Framing::Length, end) }
}

#[tokio::test]
async fn a_real_client_gets_the_bytes_and_then_the_error() {
    for framing in FRAMINGS {
        for end in [End::Complete, End::Eof, End::Reset] {
            let (_upstream, mount) = mounted(exchange(BODY, shape(framing, end))).await;
            let answer = post(&client(), &mount).await.unwrap();
            let (body, error) = drain(answer).await;
            assert_eq!(body, BODY, "{framing:?} {end:?}");
            // Without any framing, an early end looks like any other.
            let good = end == End::Complete || (framing, end) == (Framing::Close, End::Eof);
            assert_eq!(error.is_none(), good, "{framing:?} {end:?}: {error:?}");
        }
    }
}

async fn drain(mut answer: reqwest::Response) -> (Vec<u8>, Option<reqwest::Error>) {
    let mut body = Vec::new();
    loop {
        match within(answer.chunk()).await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return (body, None),
            Err(error) => return (body, Some(error)),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_takes_nothing_back() {
    let upstream = Upstream::start().await.unwrap();
    let client = client();
    for round in 0..50 {
        let framing = FRAMINGS[round % 3];
        let delivery = Delivery { pieces: piece_ends(&[5, 9]), ..shape(framing, End::Reset) };
        let mount = upstream.mount(vec![exchange(BODY, delivery)], Speed::Max).await.unwrap();
        let (body, error) = drain(post(&client, &mount).await.unwrap()).await;
        assert_eq!(body, BODY, "round {round}");
        assert!(error.is_some(), "round {round}");
    }
}

/// Its buffers hold a fraction of the body, so that most of it waits in the kernel when the reset is due.
#[tokio::test]
async fn a_reset_waits_for_a_slow_reader() {
    let body = Bytes::from(vec![b'x'; 3 << 20]);
    let (_upstream, mount) = mounted(exchange(body.clone(), shape(Framing::Close, End::Reset))).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let (address, _) = address_and_path(&mount);
    let stream = socket.connect(address.parse().unwrap()).await.unwrap();
    let mut raw = Raw::over(stream, &mount);
    raw.send("content-length: 0\r\n", b"").await;
    raw.head().await;
    let (read, end) = raw.rest().await;
    assert_eq!(read.len(), body.len());
    assert_eq!(end.unwrap_err().kind(), ErrorKind::ConnectionReset);
}
