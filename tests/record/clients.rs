//! Clients that leave, and clients that are slow.

use crate::support::*;
use responses_parity::recording::{End, Framing};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

#[tokio::test]
async fn a_client_that_leaves_in_mid_stream_ends_the_recording_there() {
    let (_upstream, mount) = mounted(vec![shaped(BODY, Framing::Chunked, End::Complete)]).await;
    let gate = mount.hold_at(0, 120).unwrap();
    let proxy = proxy(mount.base_url()).await;
    let mut response =
        within(client().post(responses_url(proxy.base_url())).body("{}").send()).await.unwrap();
    assert_eq!(take(&mut response, 120).await, &BODY[..120]);
    drop(response);
    // The upstream is told at once: whoever left wants no more of it.
    assert!(within(mount.delivered(0)).await.unwrap().closed_by_client);
    within(proxy.ended(1)).await;
    drop(gate);
    let (finished, _folder) = finish(proxy);
    let recorded = &loaded(&finished).exchanges[0];
    assert_eq!((recorded.body.as_ref(), recorded.delivery.end), (&BODY[..120], End::Stalled));
    assert_eq!(finished.exchanges[0].why, "the client left");
}

#[tokio::test]
async fn a_client_that_leaves_before_the_head_was_not_answered() {
    let (_upstream, mount) = mounted(vec![shaped(BODY, Framing::Chunked, End::Complete)]).await;
    let gate = mount.hold_head(0).unwrap();
    let proxy = proxy(mount.base_url()).await;
    let asking = tokio::spawn(client().post(responses_url(proxy.base_url())).body("{}").send());
    within(gate.reached()).await;
    asking.abort();
    within(proxy.ended(1)).await;
    let folder = tempfile::tempdir().unwrap();
    let error = try_finish(proxy, folder.path()).unwrap_err().to_string();
    assert_eq!(error, "nothing was recorded: the client left");
}

/// Newer app-servers leave once the stream has said its last word. How it ends is worth a moment's wait.
#[tokio::test]
async fn who_leaves_after_the_last_word_has_the_end_recorded() {
    let (_upstream, mount) = mounted(vec![shaped(BODY, Framing::Chunked, End::Complete)]).await;
    let gate = mount.hold_at(0, BODY.len()).unwrap();
    let proxy = proxy(mount.base_url()).await;
    let mut response =
        within(client().post(responses_url(proxy.base_url())).body("{}").send()).await.unwrap();
    assert_eq!(take(&mut response, BODY.len()).await, BODY);
    drop(response);
    gate.open();
    within(proxy.ended(1)).await;
    let (finished, _folder) = finish(proxy);
    assert_eq!(loaded(&finished).exchanges[0].delivery.end, End::Complete);
}

#[tokio::test]
async fn an_end_that_does_not_come_is_not_waited_for_long() {
    let (_upstream, mount) = mounted(vec![shaped(BODY, Framing::Chunked, End::Stalled)]).await;
    let proxy = proxy(mount.base_url()).await;
    let mut response =
        within(client().post(responses_url(proxy.base_url())).body("{}").send()).await.unwrap();
    take(&mut response, BODY.len()).await;
    drop(response);
    within(proxy.ended(1)).await;
    let (finished, _folder) = finish(proxy);
    assert_eq!(loaded(&finished).exchanges[0].delivery.end, End::Stalled);
}

/// An upstream that sends as fast as it can and counts what it got rid of.
async fn flood(megabytes: usize) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = sent.clone();
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"{}") {
            request.push(stream.read_u8().await.unwrap());
        }
        let length = megabytes << 20;
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: {length}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let block = vec![b'x'; 1 << 16];
        while counter.load(Ordering::SeqCst) < length && stream.write_all(&block).await.is_ok() {
            counter.fetch_add(block.len(), Ordering::SeqCst);
        }
    });
    (format!("http://{address}/v1"), sent)
}

#[tokio::test]
async fn a_client_that_reads_slowly_slows_the_upstream_down() {
    let (upstream, sent) = flood(60).await;
    let proxy = proxy(&upstream).await;
    let response = within(client().post(responses_url(proxy.base_url())).body("{}").send()).await.unwrap();
    // Nobody reads; what was sent settles at what sockets and buffers hold.
    let mut before = usize::MAX;
    within(async {
        while before != sent.load(Ordering::SeqCst) {
            before = sent.load(Ordering::SeqCst);
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    })
    .await;
    assert!(before < 40 << 20, "{before} bytes are under way");
    assert_eq!(read(response).await.body.len(), 60 << 20);
    let (finished, _folder) = finish(proxy);
    assert_eq!(finished.recording.exchanges[0].body.len(), 60 << 20);
}

#[tokio::test]
async fn what_is_longer_than_a_recording_may_be_is_cut_there_and_passed_on() {
    let (upstream, _) = flood(70).await;
    let proxy = proxy(&upstream).await;
    let got = post(proxy.base_url(), "{}").await.unwrap();
    assert_eq!(got.body.len(), 70 << 20);
    let (finished, _folder) = finish(proxy);
    let recorded = &finished.recording.exchanges[0];
    assert!(recorded.body.len() <= 64 << 20 && recorded.body.len() > 63 << 20);
    assert_eq!(recorded.delivery.end, End::Eof);
    assert!(finished.exchanges[0].why.contains("longer than a recording may be"));
}
