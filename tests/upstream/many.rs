//! Many replays at once, and one after another.

use crate::support::*;
use responses_parity::recording::{Delivery, End, Framing};
use responses_parity::upstream::{Speed, Upstream};
use std::sync::Arc;
use tokio::task::JoinSet;

/// A conversation of three requests, each told apart by its body.
async fn replay(upstream: Arc<Upstream>, client: reqwest::Client, number: usize) {
    let delivery = match number % 3 {
        0 => Delivery::default(),
        1 => shape(Framing::Chunked, End::Complete),
        _ => Delivery { pieces: piece_ends(&[1, 2, 3]), ..Delivery::default() },
    };
    let body = |turn| format!("replay {number}, turn {turn}");
    let exchanges: Vec<_> = (0..3).map(|turn| exchange(body(turn), delivery.clone())).collect();
    let mount = upstream.mount(exchanges, Speed::Max).await.unwrap();
    for turn in 0..3 {
        let request = client.post(responses_url(&mount)).body(body(turn));
        let answer = within(request.send()).await.unwrap();
        assert_eq!(answer.text().await.unwrap(), body(turn));
    }
    let received: Vec<_> = mount.received().into_iter().map(|r| (r.body, r.answered_by)).collect();
    let expected: Vec<_> = (0..3).map(|turn| (body(turn).into(), Some(turn))).collect();
    assert_eq!(received, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_replays_do_not_meet() {
    let upstream = Arc::new(Upstream::start().await.unwrap());
    let client = client();
    let mut replays = JoinSet::new();
    for number in 0..100 {
        replays.spawn(replay(upstream.clone(), client.clone(), number));
    }
    within(replays.join_all()).await;
    assert!(upstream.strays().first.is_empty());
}

#[tokio::test]
async fn a_full_backend_takes_no_new_mounts() {
    let upstream = Upstream::start().await.unwrap();
    let exchanges = vec![exchange("abc", shape(Framing::Chunked, End::Complete)); 2];
    let old = upstream.mount(exchanges.clone(), Speed::Max).await.unwrap();
    let beside = upstream.mount(exchanges.clone(), Speed::Max).await.unwrap();
    assert_eq!(address_and_path(&old).0, address_and_path(&beside).0);
    let client = client();
    let big = client.post(responses_url(&old)).body(vec![b' '; 8 << 20]);
    within(big.send()).await.unwrap();

    let new = upstream.mount(exchanges, Speed::Max).await.unwrap();
    assert_ne!(address_and_path(&old).0, address_and_path(&new).0);
    for mount in [&old, &new] {
        let answer = post(&client, mount).await.unwrap();
        assert_eq!(answer.text().await.unwrap(), "abc");
    }
}
