//! What is recorded is what a client gets that asks the upstream itself, byte for byte and piece for piece.

use crate::support::*;
use responses_parity::recording::{Delivery, End, Exchange, Framing, Piece, load};
use responses_parity::upstream::{Speed, Upstream};
use std::path::Path;
use std::time::Duration;

#[tokio::test]
async fn with_and_without_the_proxy_a_client_gets_the_same() {
    for framing in FRAMINGS {
        for end in [End::Complete, End::Eof, End::Reset] {
            let exchange = shaped(BODY, framing, end);
            let (_upstream, mount) = mounted(vec![exchange.clone(), exchange.clone()]).await;
            let direct = post(mount.base_url(), "{}").await.unwrap();
            assert_eq!(direct.body, BODY);
            let proxy = proxy(mount.base_url()).await;
            let through = post(proxy.base_url(), "{}").await.unwrap();
            // How the length is told concerns one connection only. A body that is told by its end comes in chunks.
            if framing == Framing::Close {
                assert_eq!(
                    (&through.body, through.end.is_ok()),
                    (&direct.body, end != End::Reset && end != End::Eof || through.end.is_ok())
                );
            } else {
                assert_eq!(through, direct, "{framing:?} {end:?}");
            }
            let (finished, _folder) = finish(proxy);
            let recorded = &loaded(&finished).exchanges[0];
            assert_eq!(recorded.body, BODY);
            assert_eq!(recorded.headers, exchange.headers);
            assert_eq!(recorded.delivery.framing, framing);
        }
    }
}

/// The upstream is held at every byte in turn; the proxy passes on what is there, no less and no more.
#[tokio::test]
async fn a_stream_may_be_cut_anywhere() {
    for cut in 1..BODY.len() {
        let (_upstream, mount) = mounted(vec![shaped(BODY, Framing::Chunked, End::Complete)]).await;
        let gate = mount.hold_at(0, cut).unwrap();
        let proxy = proxy(mount.base_url()).await;
        let sent = client().post(responses_url(proxy.base_url())).body("{}").send();
        let mut response = within(sent).await.unwrap();
        assert_eq!(take(&mut response, cut).await, &BODY[..cut], "cut at {cut}");
        gate.open();
        assert_eq!(read(response).await.body, &BODY[cut..], "cut at {cut}");
        let (finished, _folder) = finish(proxy);
        let recorded = &finished.recording.exchanges[0];
        assert_eq!(recorded.body, BODY);
        let ends: Vec<usize> = recorded.delivery.pieces.iter().map(|piece| piece.end).collect();
        assert_eq!(ends, [cut, BODY.len()]);
    }
}

#[tokio::test]
async fn pieces_keep_their_bounds_and_their_times() {
    let ms = Duration::from_millis;
    let pieces = [(0, 7), (60, 90), (60, 91), (140, BODY.len())].map(|(at, end)| Piece { at: ms(at), end });
    let delivery = Delivery {
        framing: Framing::Chunked,
        head_delay: ms(50),
        end_delay: ms(70),
        pieces: pieces.to_vec(),
        ..Delivery::default()
    };
    let upstream = Upstream::start().await.unwrap();
    let exchange = Exchange { delivery, ..Exchange::stream(BODY) };
    let mount = upstream.mount(vec![exchange], Speed::Recorded(1.0)).await.unwrap();
    let proxy = proxy(mount.base_url()).await;
    post(proxy.base_url(), "{}").await.unwrap();
    let (finished, _folder) = finish(proxy);
    let recorded = &finished.recording.exchanges[0].delivery;
    assert!(recorded.head_delay >= ms(50), "{recorded:?}");
    assert!(recorded.end_delay >= ms(60), "{recorded:?}");
    // Two that are sent at once may arrive as one.
    let ends: Vec<usize> = recorded.pieces.iter().map(|piece| piece.end).collect();
    assert!([&[7, 90, 91, BODY.len()][..], &[7, 91, BODY.len()]].contains(&ends.as_slice()), "{ends:?}");
    for wanted in pieces {
        let found = recorded.pieces.iter().find(|piece| piece.end >= wanted.end).unwrap();
        // Earlier only by as much as the head was late.
        assert!(found.at + ms(20) >= wanted.at, "{wanted:?} came at {:?}", found.at);
    }
}

#[tokio::test]
async fn what_is_recorded_of_a_recording_is_that_recording() {
    let found = responses_parity::recording::discover(Path::new("recordings/framing")).unwrap();
    for found in found {
        let recording = load(&found.path, &found.name).unwrap();
        let exchange = recording.exchanges[0].clone();
        let (_upstream, mount) = mounted(vec![exchange.clone()]).await;
        let proxy = proxy(mount.base_url()).await;
        post(proxy.base_url(), "{}").await.unwrap();
        let (finished, _folder) = finish(proxy);
        let again = &loaded(&finished).exchanges[0];
        assert_eq!((&again.body, again.status), (&exchange.body, exchange.status), "{}", found.name);
        assert_eq!(again.headers, exchange.headers, "{}", found.name);
    }
}
