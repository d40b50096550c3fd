//! How an answer ends, and what becomes of it.

use crate::support::*;
use responses_parity::record::{RecordError, RecordingProxy};
use responses_parity::recording::{Delivery, End, Exchange, Framing};
use std::time::Duration;

/// Short, and still longer than anything else here takes.
const SILENCE: Duration = Duration::from_millis(400);

#[tokio::test]
async fn every_end_is_recorded_after_every_byte() {
    for framing in FRAMINGS {
        for end in [End::Complete, End::Eof, End::Reset] {
            // A body that ends with the connection cannot end early.
            let expected = if framing == Framing::Close && end == End::Eof { End::Complete } else { end };
            for length in [0, 1, 60, BODY.len()] {
                let (_upstream, mount) = mounted(vec![shaped(&BODY[..length], framing, end)]).await;
                let proxy = proxy(mount.base_url()).await;
                let got = post(proxy.base_url(), "{}").await.unwrap();
                assert_eq!(got.end.is_ok(), expected == End::Complete, "{framing:?} {end:?} {length}");
                assert_eq!(got.body, &BODY[..length], "{framing:?} {end:?}");
                let (finished, _folder) = finish(proxy);
                let recorded = &loaded(&finished).exchanges[0];
                assert_eq!(recorded.delivery.end, expected, "{framing:?} {end:?} {length}");
                assert_eq!(recorded.body, &BODY[..length]);
            }
        }
    }
}

#[tokio::test]
async fn a_reset_is_passed_on_as_a_reset() {
    let (_upstream, mount) = mounted(vec![shaped(BODY, Framing::Chunked, End::Reset)]).await;
    let proxy = proxy(mount.base_url()).await;
    let got = post(proxy.base_url(), "{}").await.unwrap();
    assert!(got.end.unwrap_err().contains("reset"));
}

/// In front of this answer. Where it stalls, it has done so after `SILENCE`.
async fn impatient(exchange: Exchange) -> (RecordingProxy, impl Sized) {
    let stalls = exchange.delivery.end == End::Stalled;
    let (upstream, mount) = mounted(vec![exchange]).await;
    let mut options = options(mount.base_url());
    if stalls {
        options.longest_silence = SILENCE;
    }
    (RecordingProxy::start(options).await.unwrap(), (upstream, mount))
}

#[tokio::test]
async fn an_upstream_that_falls_silent_has_stalled() {
    for length in [0, 60, BODY.len()] {
        let (proxy, _upstream) = impatient(shaped(&BODY[..length], Framing::Chunked, End::Stalled)).await;
        let got = post(proxy.base_url(), "{}").await.unwrap();
        assert_eq!((got.body.as_slice(), got.end.is_ok()), (&BODY[..length], false));
        let (finished, _folder) = finish(proxy);
        let recorded = loaded(&finished);
        assert_eq!(recorded.exchanges[0].delivery.end, End::Stalled);
        assert_eq!(recorded.exchanges[0].body, &BODY[..length]);
        // Else a replay would wait for five minutes.
        assert!(recorded.provider.stream_idle_timeout_ms.unwrap() < 5000);
    }
}

#[tokio::test]
async fn an_answer_without_a_head_is_one_too() {
    for end in [End::Eof, End::Reset, End::Stalled] {
        let delivery = Delivery { headless: true, end, ..Delivery::default() };
        let (proxy, _upstream) = impatient(Exchange { delivery, ..Exchange::stream("") }).await;
        let refused = post(proxy.base_url(), "{}").await.unwrap_err();
        assert_eq!(refused.contains("reset"), end == End::Reset, "{refused}");
        let (finished, _folder) = finish(proxy);
        let recorded = &loaded(&finished).exchanges[0].delivery;
        assert_eq!((recorded.headless, recorded.end), (true, end));
    }
}

#[tokio::test]
async fn a_head_that_breaks_off_is_an_answer_without_one() {
    for end in [End::Eof, End::Reset] {
        let delivery = Delivery { head_cut: Some(20), end, ..Delivery::default() };
        let (proxy, _upstream) = impatient(Exchange { delivery, ..Exchange::stream("") }).await;
        post(proxy.base_url(), "{}").await.unwrap_err();
        let (finished, _folder) = finish(proxy);
        let recorded = &loaded(&finished).exchanges[0].delivery;
        assert_eq!((recorded.headless, recorded.end), (true, end));
    }
}

#[tokio::test]
async fn where_nobody_listens_nothing_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let proxy = proxy("http://127.0.0.1:9/v1").await;
    post(proxy.base_url(), "{}").await.unwrap_err();
    let error = try_finish(proxy, folder.path()).unwrap_err();
    let RecordError::Nothing(why) = &error else { panic!("{error}") };
    assert!(why.contains("no connection to 127.0.0.1:9") && why.contains("refused"), "{why}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn an_upstream_that_speaks_no_http_is_seen_and_recorded() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_u8().await.unwrap();
        stream.write_all(b"220 mail.example.com ESMTP\r\n").await.unwrap();
    });
    let proxy = proxy(&format!("http://{address}/v1")).await;
    post(proxy.base_url(), "{}").await.unwrap_err();
    let (finished, _folder) = finish(proxy);
    let notes = loaded(&finished).provenance.notes.unwrap();
    assert!(notes.contains("Exchange 1: invalid HTTP"), "{notes}");
}
