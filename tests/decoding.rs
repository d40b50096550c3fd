//! Streams of server-sent events are decoded as `sse-stream` does it, which this crate used before it had a decoder of
//! its own, and as real servers (0.53.0) do: in whatever pieces they come.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use futures_util::{FutureExt, StreamExt};
use responses_parity::wire::{FaultKind, SseDecoder, StreamFault, events_of_body, placed_events_of_body};
use sse_stream::{Error, Sse, SseByteStream};
use std::borrow::Cow;
use std::convert::Infallible;
use std::fs;
use walkdir::WalkDir;

/// An event's name and its data.
type Event = (Option<String>, String);
type Events = Vec<Result<Event, StreamFault>>;

/// What `sse-stream` makes of a body.
fn expected(body: &[u8]) -> Events {
    let whole = futures_util::stream::iter([Ok::<_, Infallible>(body)]);
    let events = SseByteStream::new(whole).collect::<Vec<_>>().now_or_never().unwrap();
    events.into_iter().filter_map(|event| event.map(with_data).map_err(fault).transpose()).collect()
}

fn with_data(event: Sse) -> Option<Event> {
    let data = event.data.filter(|data| !data.is_empty())?;
    Some((event.event, data))
}

/// Real servers count from the first bad byte, whatever came before it in its field.
fn fault(error: Error) -> StreamFault {
    let Error::Utf8Parse(cause) = error else { panic!("nothing else can break here: {error}") };
    let message = match cause.error_len() {
        Some(length) => format!("invalid utf-8 sequence of {length} bytes from index 0"),
        None => "incomplete utf-8 byte sequence from index 0".to_owned(),
    };
    StreamFault { kind: FaultKind::Encoding, message }
}

/// What our decoder makes of a body that comes in these pieces.
fn decoded<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> Events {
    let mut decoder = SseDecoder::new();
    let mut events = Events::new();
    for piece in pieces {
        let ended = decoder.events(piece);
        events.extend(
            ended.map(|event| event.map(|event| (event.name.map(Cow::into_owned), event.data.into_owned()))),
        );
    }
    events
}

/// That everything that decodes this body decodes it as `sse-stream` does, in pieces of up to so many bytes too, and in
/// two, cut at each of so many places.
fn check(body: &[u8], longest_piece: usize, cuts: usize) {
    let expected = expected(body);
    let text = String::from_utf8_lossy(body);
    let data: Vec<_> = expected.iter().map(|event| event.clone().map(|(_, data)| data)).collect();
    assert_eq!(events_of_body(body), data, "{text:?}");
    let placed = placed_events_of_body(body).into_iter();
    let placed: Events = placed.map(|event| event.data.map(|data| (event.name, data))).collect();
    assert_eq!(placed, expected, "{text:?}");
    for size in (1..=longest_piece).chain([usize::MAX]) {
        assert_eq!(decoded(body.chunks(size)), expected, "in pieces of {size}: {text:?}");
    }
    for at in 0..=body.len().min(cuts) {
        let (one, two) = body.split_at(at);
        assert_eq!(decoded([one, b"", two]), expected, "cut at {at}: {text:?}");
    }
}

#[test]
fn recorded_bodies() {
    let files = WalkDir::new("recordings").into_iter().map(|entry| entry.unwrap().into_path());
    let bodies = files.filter(|path| path.extension().is_some_and(|ending| ending == "sse"));
    let mut seen = 0;
    for path in bodies {
        check(&fs::read(&path).unwrap(), 8, 100);
        seen += 1;
    }
    assert!(seen > 200, "only {seen} bodies were found");
}

/// Every body of up to four of the things that a decoder may take for one another.
#[test]
fn all_short_bodies() {
    const PARTS: [&[u8]; 14] = [
        b"data",
        b"data:",
        b"data: ",
        b"event:",
        b"id:",
        b"retry:",
        b":",
        b" ",
        b"1",
        b"\n",
        b"\r",
        b"\n\n",
        b"\xef\xbb\xbf",
        b"\xc3",
    ];
    let mut bodies = vec![Vec::new()];
    for _ in 0..4 {
        bodies = bodies.iter().flat_map(|body| PARTS.map(|part| [body, part].concat())).collect();
        for body in &bodies {
            check(body, 2, 30);
            check(&[body, b"\n\ndata: 2\n\n".as_slice()].concat(), 2, 30);
        }
    }
}

/// What it is, so that the other tests cannot agree with `sse-stream` on something else.
#[test]
fn what_ends_a_stream_is_said_as_real_servers_say_it() {
    let problem = |body: &[u8]| events_of_body(body).pop().unwrap().unwrap_err().message;
    assert_eq!(problem(b"data: 1\n\ndata: \xff\n\n"), "invalid utf-8 sequence of 1 bytes from index 0");
    assert_eq!(problem(b"data: ab\xe2\x82!\n\n"), "invalid utf-8 sequence of 2 bytes from index 0");
    assert_eq!(problem(b"event: \xe2\x82\n"), "incomplete utf-8 byte sequence from index 0");
    assert_eq!(problem(b"id: \xff\n"), "invalid utf-8 sequence of 1 bytes from index 0");
    assert_eq!(problem(b"retry: \xff\n"), "invalid utf-8 sequence of 1 bytes from index 0");
    for harmless in
        [b"data: \xff".as_slice(), b": \xff\n\n", b"other: \xff\n\n", b"id: \0\xff\n\n", b"\xff\n\n"]
    {
        assert_eq!(events_of_body(harmless), [], "{harmless:?}");
    }
}
