//! Recorders that are killed, disks that are full: what was recorded until then is not lost, and no secret is written.

use crate::process::{PROGRAM, Recorder, command, record, run};
use crate::support::*;
use responses_parity::record::{Journal, ProxyOptions, RecordError, RecordingProxy, recover};
use responses_parity::recording::{End, Exchange, Existing, Framing, Recording, load};
use responses_parity::upstream::{Speed, Upstream};
use responses_parity::wire::event_boundaries;
use rustix::process::Signal;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Nobody's key, which looks like one, and no two characters of which stand anywhere else. In pieces, so that whoever
/// looks for keys in this file finds none.
const KEY: [&str; 2] = ["sk-proj-", "Q7xZ2vQ9jX4zW8qJ6kX3vZ5wQ1jK8xZ7qV4zX2jW9"];

/// A stream in which a model says the key, a few characters at a time.
fn stream(events: usize) -> Vec<u8> {
    let mut body = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_reef\"}}\n\n".to_owned();
    let words = (0..events).map(|number| format!("word {number} ")).collect::<Vec<_>>();
    let key: Vec<char> = KEY.concat().chars().collect();
    let pieces = key.chunks(3).map(|piece| piece.iter().collect::<String>());
    let middle = words.len() / 2;
    let texts = words[..middle]
        .iter()
        .cloned()
        .chain(pieces)
        .chain(words[middle..].iter().map(|word| format!(" {word}")));
    for text in texts {
        let _ = write!(
            body,
            "event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"item_id\":\"msg_reef\",\"output_index\":0,\"content_index\":0,\"delta\":\"{text}\"}}\n\n"
        );
    }
    body.push_str("event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_reef\"}}\n\n");
    body.into_bytes()
}

/// Everything that anybody would find in the folder: the bytes of every file, and what the deltas in them say together.
fn assert_no_secret(folder: &Path) {
    for entry in
        WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file())
    {
        let text = String::from_utf8_lossy(&std::fs::read(entry.path()).unwrap()).into_owned();
        let plain = text.replace("\\\"", "\"").replace("\\n", "\n");
        let joined: String =
            plain.split("\"delta\":\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        for window in KEY[1].as_bytes().windows(2) {
            let piece = std::str::from_utf8(window).unwrap();
            assert!(!joined.contains(piece), "{} holds {piece}: {joined}", entry.path().display());
        }
        assert!(!text.contains(&KEY[1][..4]));
    }
}

/// The body has every event that is whole in `seen`; of its bytes only those of the key and of an unfinished word differ.
fn assert_no_event_lost(recovered: &Recording, exchange: usize, whole: &[u8], seen: usize) {
    let body = &recovered.exchanges[exchange].body;
    let least = event_boundaries(&whole[..seen]).last().copied().unwrap_or(0);
    assert!(body.len() >= least, "{} of {least} bytes", body.len());
    assert!(body.is_empty() || event_boundaries(body).last() == Some(&body.len()), "half an event");
    let differing: Vec<usize> = (0..body.len()).filter(|at| body[*at] != whole[*at]).collect();
    let text = String::from_utf8_lossy(body).into_owned();
    let redacted = differing.iter().filter(|at| !b"REDACTED*".contains(&body[**at])).count();
    assert_eq!(redacted, 0, "{text}");
    assert!(differing.len() <= KEY.concat().len(), "{} bytes differ: {text}", differing.len());
    assert_eq!(recovered.exchanges[exchange].delivery.end, End::Eof);
}

/// Numbers that are the same in every run.
fn moments(seed: u64, count: usize, below: usize) -> Vec<usize> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % below
    };
    (0..count).map(|_| next()).collect()
}

async fn recovered(output: &Path) -> Recording {
    let mut recover = command(PROGRAM);
    recover.args(["record", "--recover"]).arg(output);
    let left = run(recover).await;
    assert_eq!(left.status, Some(0), "{left:?}");
    assert!(left.stdout.contains("replayed: identical on both paths"), "{left:?}");
    load(output, "reef").unwrap()
}

/// The upstream is held at twenty places; the client has every byte before them when the recorder is killed.
#[tokio::test]
async fn killed_at_twenty_moments() {
    let whole = stream(24);
    let places = moments(41, 20, whole.len());
    let kills = places.into_iter().map(|place| killed_at(place + 1, &whole));
    // A few at once: most of the time is spent waiting for processes.
    let mut kills: Vec<_> = kills.collect();
    while !kills.is_empty() {
        let some = kills.drain(..kills.len().min(4));
        futures_util::future::join_all(some).await;
    }
}

async fn killed_at(place: usize, whole: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("reef");
    let (_upstream, mount) =
        mounted(vec![Exchange::stream(BODY_UTF8), shaped(whole.to_vec(), Framing::Chunked, End::Complete)])
            .await;
    let gate = mount.hold_at(1, place).unwrap();
    let mut recorder = Recorder::start(record(&output, mount.base_url(), &["--listen", "127.0.0.1:0"]));
    let base_url = recorder.base_url().await;
    post(&base_url, r#"{"input":"first"}"#).await.unwrap();
    let second = client().post(responses_url(&base_url)).body(r#"{"input":"second"}"#);
    let mut response = within(second.send()).await.unwrap();
    take(&mut response, place).await;
    recorder.signal(Signal::KILL);
    assert_eq!(recorder.wait().await.status, None);
    drop(gate);
    assert!(!output.exists());
    assert_no_secret(folder.path());
    let recording = recovered(&output).await;
    assert_eq!(recording.exchanges[0].body, BODY_UTF8);
    assert_eq!(recording.exchanges[0].delivery.end, End::Complete);
    assert_no_event_lost(&recording, 1, whole, place);
    let said: Vec<_> = recording.turns.iter().map(|turn| turn.user.as_str()).collect();
    assert_eq!(said, ["first", "second"]);
    assert_no_secret(folder.path());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "nothing of the journal stays");
}

/// Nothing is held: the recorder is at work when it is killed.
#[tokio::test]
async fn killed_at_work() {
    let whole = stream(3000);
    for place in moments(43, 6, whole.len() / 2) {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("reef");
        let (_upstream, mount) = mounted(vec![cut_up(&whole)]).await;
        let mut recorder = Recorder::start(record(&output, mount.base_url(), &["--listen", "127.0.0.1:0"]));
        let base_url = recorder.base_url().await;
        let mut response = within(client().post(responses_url(&base_url)).body("{}").send()).await.unwrap();
        let seen = take(&mut response, place + 1).await.len();
        recorder.signal(Signal::KILL);
        recorder.wait().await;
        assert_no_secret(folder.path());
        assert_no_event_lost(&recovered(&output).await, 0, &whole, seen);
        assert_no_secret(folder.path());
    }
}

/// Each event on its own.
fn cut_up(whole: &[u8]) -> Exchange {
    let mut exchange = shaped(whole.to_vec(), Framing::Chunked, End::Complete);
    let ends = event_boundaries(whole).into_iter();
    exchange.delivery.pieces =
        ends.map(|end| responses_parity::recording::Piece { at: std::time::Duration::ZERO, end }).collect();
    exchange
}

/// Whatever it was doing: either the recording is there, or what makes one.
#[tokio::test]
async fn killed_while_it_finishes() {
    for _ in 0..4 {
        let folder = tempfile::tempdir().unwrap();
        let output = folder.path().join("reef");
        let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
        let mut recorder = Recorder::start(record(&output, mount.base_url(), &["--listen", "127.0.0.1:0"]));
        let base_url = recorder.base_url().await;
        post(&base_url, "{}").await.unwrap();
        recorder.signal(Signal::INT);
        recorder.signal(Signal::KILL);
        recorder.wait().await;
        let recording =
            if output.exists() { load(&output, "reef").unwrap() } else { recovered(&output).await };
        assert_eq!(recording.exchanges[0].body, BODY_UTF8);
    }
}

#[tokio::test]
async fn the_next_recorder_keeps_what_a_killed_one_left() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("reef");
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8), Exchange::stream(BODY_UTF8)]).await;
    let mut recorder = Recorder::start(record(&output, mount.base_url(), &["--listen", "127.0.0.1:0"]));
    let base_url = recorder.base_url().await;
    post(&base_url, r#"{"input":"mine"}"#).await.unwrap();
    // While it lives, the place is its own.
    let other = run(record(&output, mount.base_url(), &["--prompt", "One"])).await;
    assert_eq!(other.status, Some(3));
    assert!(other.stderr.contains("another recorder is at work on this recording"), "{other:?}");
    recorder.signal(Signal::KILL);
    recorder.wait().await;
    let next = run(record(&output, mount.base_url(), &["--prompt", "One"])).await;
    assert_eq!(next.status, Some(0), "{next:?}");
    assert!(next.stderr.contains("an earlier recorder was killed here; what it had is in "), "{next:?}");
    let kept = load(&folder.path().join("reef-recovered"), "kept").unwrap();
    assert_eq!((kept.turns[0].user.as_str(), kept.exchanges[0].body.as_ref()), ("mine", BODY_UTF8));
    assert_eq!(load(&output, "reef").unwrap().turns[0].user, "One");
}

/// A recorder that may write files of so many KiB only, as if the disk were full after that.
fn on_a_small_disk(kib: usize, output: &Path, upstream: &str) -> tokio::process::Command {
    let mut command = command("/bin/bash");
    let script = format!("ulimit -f {kib}; trap '' XFSZ; exec \"$@\"");
    command.args(["-c", &script, "bash", PROGRAM, "record", "--upstream", upstream, "-o"]).arg(output);
    command.args(["--listen", "127.0.0.1:0"]);
    command
}

#[tokio::test]
async fn a_disk_that_is_full_ends_the_recording_and_not_the_stream() {
    let whole = stream(400);
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("reef");
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8), cut_up(&whole)]).await;
    let mut recorder = Recorder::start(on_a_small_disk(32, &output, mount.base_url()));
    let base_url = recorder.base_url().await;
    post(&base_url, "{}").await.unwrap();
    // The client is none the wiser.
    assert_eq!(post(&base_url, "{}").await.unwrap().body, whole);
    let left = recorder.wait().await;
    assert_eq!(left.status, Some(3), "{left:?}");
    assert!(left.stderr.contains(".reef.journal: cannot be written: File too large"), "{left:?}");
    // What fits is a recording: the journal takes more room than what it holds.
    let recording = load(&output, "reef").unwrap();
    assert_eq!(recording.exchanges[0].body, BODY_UTF8);
    let cut = &recording.exchanges[1];
    assert!(cut.body.len() > 8 << 10 && cut.body.len() < whole.len());
    assert_eq!(cut.delivery.end, End::Eof);
    assert_no_secret(folder.path());
}

/// Every beginning of a journal is one: a recorder may be killed, and a disk full, after any byte.
#[tokio::test]
async fn every_beginning_of_a_journal_can_be_recovered() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("reef");
    let journal = Journal::create(&output, &about()).unwrap();
    let path = journal.path().to_owned();
    let whole = stream(2);
    let upstream = Upstream::start().await.unwrap();
    let exchanges = vec![cut_up(&whole), shaped(BODY, Framing::Length, End::Eof)];
    let mount = upstream.mount(exchanges, Speed::Max).await.unwrap();
    let proxy = RecordingProxy::start(ProxyOptions { journal: Some(journal), ..options(mount.base_url()) })
        .await
        .unwrap();
    proxy.turn("One");
    post(proxy.base_url(), "{}").await.unwrap();
    proxy.turn("Two");
    post(proxy.base_url(), "{}").await.unwrap();
    let bytes = std::fs::read(&path).unwrap();
    drop(proxy);
    let mut longest = 0;
    for end in cuts(&bytes) {
        let place = folder.path().join("again");
        std::fs::write(folder.path().join(".again.journal"), &bytes[..end]).unwrap();
        match recover(&place, &place, Existing::Refuse) {
            Ok(finished) => {
                let body: usize =
                    finished.recording.exchanges.iter().map(|exchange| exchange.body.len()).sum();
                assert!(body >= longest, "at {end}: {body} bytes after {longest}");
                longest = body;
                std::fs::remove_dir_all(place).unwrap();
            }
            Err(RecordError::Nothing(_)) => assert_eq!(longest, 0, "at {end}"),
            Err(error) => panic!("at {end}: {error}"),
        }
    }
    assert_eq!(longest, whole.len() + BODY.len());
}

/// Before, after and in the middle of every line.
fn cuts(journal: &[u8]) -> Vec<usize> {
    let ends = journal.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let mut start = 0;
    let mut cuts = vec![0, 1];
    for end in ends {
        cuts.extend([(start + end) / 2, end - 1, end]);
        start = end;
    }
    cuts
}

#[test]
fn what_is_no_journal_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("reef");
    let path: PathBuf = folder.path().join(".reef.journal");
    for (text, problem) in [
        ("hello\n", ":1: this is no journal of a recorder: expected"),
        ("{\"asked\":{\"exchange\":0}}\n", ":1: this is no journal of a recorder: expected the beginning"),
        (
            "{\"journal\":{\"version\":9,\"about\":{\"description\":\"\",\"source\":\"\",\"notes\":\"\"}}}\n",
            ":1: this is no journal of a recorder: version 9",
        ),
        (
            "{\"journal\":{\"version\":1,\"about\":{\"description\":\"\",\"source\":\"\",\"notes\":\"\"}}}\n{\"asked\":{\"exchange\":7}}\n",
            ":2: this is no journal of a recorder: exchange 7 out of order",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = recover(&place, &place, Existing::Refuse).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
        assert!(path.exists());
    }
}
