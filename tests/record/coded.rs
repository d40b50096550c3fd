//! An upstream that compresses what it sends, although it was asked not to. A recording of compressed bytes would say
//! nothing to anybody, and a secret in it would be found by nobody.

use crate::messages::is_anywhere;
use crate::support::*;
use flate2::Compression;
use flate2::read::GzEncoder;
use responses_parity::record::{Journal, ProxyOptions, RecordingProxy, recover};
use responses_parity::recording::{Delivery, End, Exchange, Existing, Framing};
use std::io::Read;

/// Nobody's key. In pieces, so that whoever looks for keys in this file finds none.
const KEY: [&str; 2] = ["sk-proj-", "Q7xZ2vQ9jX4zW8qJ6kX3vZ5wQ1jK8xZ7qV4zX2jW9"];

fn stream() -> String {
    let delta =
        |text: &str| format!("data: {{\"type\":\"response.output_text.delta\",\"delta\":\"{text}\"}}\n\n");
    let last = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_reef\"}}\n\n";
    [&delta("The key is "), &delta(&KEY.concat()), &delta("."), last].map(|text| text.to_owned()).concat()
}

fn gzipped(body: &str) -> Vec<u8> {
    let mut gzipped = Vec::new();
    GzEncoder::new(body.as_bytes(), Compression::fast()).read_to_end(&mut gzipped).unwrap();
    gzipped
}

fn coded(coding: &str, body: Vec<u8>, end: End) -> Exchange {
    let headers = [("content-type", "text/event-stream"), ("content-encoding", coding)];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
    let delivery = Delivery { framing: Framing::Chunked, end, ..Delivery::default() };
    Exchange { headers, delivery, ..Exchange::stream(body) }
}

#[tokio::test]
async fn it_is_passed_on_as_it_is_and_kept_decoded() {
    let body = gzipped(&stream());
    let (_upstream, mount) = mounted(vec![coded("gzip", body.clone(), End::Complete)]).await;
    let proxy = proxy(mount.base_url()).await;
    assert_eq!(post(proxy.base_url(), "{}").await.unwrap().body, body);
    let (finished, folder) = finish(proxy);
    let recording = loaded(&finished);
    let kept = String::from_utf8_lossy(&recording.exchanges[0].body).into_owned();
    assert_eq!(kept, stream().replace(KEY[1], &format!("REDACTED{}", "*".repeat(KEY[1].len() - 8))));
    assert_eq!(recording.exchanges[0].delivery.pieces, []);
    let notes = recording.provenance.notes.unwrap();
    assert!(
        notes.contains(
            "the upstream sent gzip although it was asked for the stream itself; it is kept decoded"
        ),
        "{notes}"
    );
    assert!(!is_anywhere(KEY[1], folder.path()));
}

#[tokio::test]
async fn what_breaks_off_is_kept_as_far_as_it_came() {
    let long = stream().repeat(2000);
    let body = gzipped(&long);
    let half = body[..body.len() / 2].to_vec();
    let (_upstream, mount) =
        mounted(vec![coded("gzip", half, End::Eof), coded("snail", b"\0\x01".to_vec(), End::Complete)]).await;
    let proxy = proxy(mount.base_url()).await;
    post(proxy.base_url(), "{}").await.unwrap();
    post(proxy.base_url(), "{}").await.unwrap();
    let (finished, _folder) = finish(proxy);
    let recording = loaded(&finished);
    assert_eq!(recording.exchanges[0].delivery.end, End::Eof);
    assert!(recording.exchanges[0].body.len() > long.len() / 4);
    assert!(recording.exchanges[1].body.is_empty());
    let notes = recording.provenance.notes.unwrap();
    assert!(
        notes.contains("cannot be decoded as gzip") && notes.contains("\"snail\" is not known"),
        "{notes}"
    );
}

/// Neither while it comes, when nobody can look into it, nor afterwards.
#[tokio::test]
async fn no_compressed_byte_is_in_the_journal() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("reef");
    let body = gzipped(&stream());
    let (_upstream, mount) =
        mounted(vec![coded("gzip", body[..40].to_vec(), End::Stalled), coded("gzip", body, End::Complete)])
            .await;
    let journal = Some(Journal::create(&target, &about()).unwrap());
    let proxy = RecordingProxy::start(ProxyOptions { journal, ..options(mount.base_url()) }).await.unwrap();
    let sent = client().post(responses_url(proxy.base_url())).body("{}").send();
    let mut response = within(sent).await.unwrap();
    take(&mut response, 40).await;
    let noted = std::fs::read_to_string(folder.path().join(".reef.journal")).unwrap();
    assert!(!noted.contains("{\"body\"") && noted.contains("{\"head\""), "{noted}");
    drop(response);
    post(proxy.base_url(), "{}").await.unwrap();
    within(proxy.ended(2)).await;
    let noted = std::fs::read_to_string(folder.path().join(".reef.journal")).unwrap();
    assert!(noted.contains("sk-proj-REDACTED***") && !noted.contains(KEY[1]), "{noted}");
    // As if it had been killed here: what is left of it is the journal.
    let elsewhere = folder.path().join("copy");
    std::fs::copy(folder.path().join(".reef.journal"), folder.path().join(".copy.journal")).unwrap();
    let recovered = recover(&elsewhere, &elsewhere, Existing::Refuse).unwrap();
    let kept = String::from_utf8_lossy(&recovered.recording.exchanges[1].body).into_owned();
    assert!(kept.starts_with("data: ") && kept.contains("sk-proj-REDACTED***"), "{kept}");
}
