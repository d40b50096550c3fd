//! Gates, and clients that leave.

use crate::support::*;
use responses_parity::recording::{Delivery, End, Framing};
use responses_parity::upstream::{Delivered, HoldError, Mount, Speed, Upstream};

async fn shaped(body: &'static str, delivery: Delivery) -> (Upstream, Mount) {
    let upstream = Upstream::start().await.unwrap();
    let mount = upstream.mount_shaped(vec![exchange(body, delivery)], Speed::Max).await.unwrap();
    (upstream, mount)
}

#[tokio::test]
async fn pieces_arrive_one_by_one() {
    for framing in [Framing::Length, Framing::Chunked, Framing::Close] {
        let delivery = Delivery { pieces: piece_ends(&[2, 5, 9]), ..shape(framing, End::Complete) };
        let (_upstream, mount) = shaped("aabbbcccc", delivery).await;
        let gates = [0, 2, 5, 9].map(|offset| mount.hold_at(0, offset).unwrap());
        let mut answer = post(&client(), &mount).await.unwrap();
        let mut pieces = Vec::new();
        for gate in gates {
            within(gate.reached()).await;
            gate.open();
            if pieces.len() < 3 {
                pieces.push(within(answer.chunk()).await.unwrap().unwrap());
            }
        }
        assert_eq!(pieces, ["aa", "bbb", "cccc"], "{framing:?}");
        assert_eq!(within(answer.chunk()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_gate_before_the_head_holds_everything() {
    let (_upstream, mount) = shaped("abc", Delivery::default()).await;
    let gate = mount.hold_head(0).unwrap();
    let mut raw = Raw::post(&mount).await;
    within(gate.reached()).await;
    let early = tokio::select! { biased; _ = raw.head() => true, () = std::future::ready(()) => false };
    assert!(!early);
    gate.open();
    assert_eq!(raw.head().await[0], "HTTP/1.1 200 OK");
}

#[tokio::test]
async fn a_dropped_gate_is_open() {
    let (_upstream, mount) = shaped("abc", Delivery::default()).await;
    drop(mount.hold_at(0, 1).unwrap());
    let answer = post(&client(), &mount).await.unwrap();
    assert_eq!(within(answer.text()).await.unwrap(), "abc");
}

#[tokio::test]
async fn only_what_is_to_come_can_be_held() {
    let (_upstream, mount) = shaped("abc", Delivery::default()).await;
    assert_eq!(mount.hold_at(1, 0).unwrap_err(), HoldError::NoExchange { exchange: 1 });
    assert_eq!(mount.hold_at(0, 4).unwrap_err(), HoldError::NeverReached { exchange: 0, offset: 4 });
    post(&client(), &mount).await.unwrap();
    assert_eq!(mount.hold_at(0, 3).unwrap_err(), HoldError::AlreadyAsked { exchange: 0 });
    let headless = Delivery { headless: true, ..Delivery::default() };
    let (_upstream, mount) = shaped("", headless).await;
    assert_eq!(mount.hold_at(0, 0).unwrap_err(), HoldError::NeverReached { exchange: 0, offset: 0 });
}

#[tokio::test]
async fn a_client_that_leaves_early_is_noted() {
    let (_upstream, mount) = shaped("abcdef", shape(Framing::Chunked, End::Complete)).await;
    let gate = mount.hold_at(0, 4).unwrap();
    let mut answer = post(&client(), &mount).await.unwrap();
    assert_eq!(within(answer.chunk()).await.unwrap().unwrap(), "abcd");
    within(gate.reached()).await;
    assert_eq!(mount.received()[0].delivered, None);
    drop(answer);
    let delivered = Delivered { body_bytes: 4, closed_by_client: true };
    assert_eq!(within(mount.delivered(0)).await, Some(delivered));
}

#[tokio::test]
async fn the_upstream_takes_everything_along() {
    let (upstream, mount) = shaped("abc", shape(Framing::Chunked, End::Stalled)).await;
    let mut raw = Raw::post(&mount).await;
    raw.head().await;
    raw.take(8).await;
    drop(upstream);
    let (more, _) = raw.rest().await;
    assert!(more.is_empty());
    let delivered = Delivered { body_bytes: 3, closed_by_client: false };
    assert_eq!(within(mount.delivered(0)).await, Some(delivered));
    let (address, _) = address_and_path(&mount);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
