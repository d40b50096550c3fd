//! Server-sent events of whole bodies.

use super::delegate::StreamFault;
use super::sse_decoder::{SseDecoder, SseEvent, split_line};
use memchr::memchr2;
use std::borrow::Cow;
use std::ops::Range;

/// JSON text on one line, byte for byte the same length.
///
/// An event's data may span several lines, a JSON-RPC message may not. Outside of strings line ends are white
/// space, and inside of strings JSON allows none, so that replacing them changes nothing.
pub fn one_line(json: &str) -> Cow<'_, str> {
    if memchr2(b'\n', b'\r', json.as_bytes()).is_some() {
        Cow::Owned(json.replace(['\n', '\r'], " "))
    } else {
        Cow::Borrowed(json)
    }
}

/// Where each event of a recorded body ends: the offsets just after its blank line, in order.
///
/// Line ends may be LF, CR or CRLF, mixed. Bytes after the last offset belong to an event that never ended.
///
/// ```
/// use responses_parity::wire::event_boundaries;
///
/// assert_eq!(event_boundaries(b"data: 1\n\ndata: 2\r\n\r\ndata: 3"), [9, 20]);
/// ```
pub fn event_boundaries(body: &[u8]) -> Vec<usize> {
    let (mut boundaries, mut block_has_lines, mut rest) = (Vec::new(), false, body);
    while let Some((line, after)) = split_line(rest) {
        if line.is_empty() && block_has_lines {
            boundaries.push(body.len() - after.len());
        }
        block_has_lines = !line.is_empty();
        rest = after;
    }
    boundaries
}

/// The data of every event of a whole body, in order, as a reader of the stream would get it; the last entry is the
/// error that ends the stream, where one does.
///
/// ```
/// use responses_parity::wire::events_of_body;
///
/// let events = events_of_body(b"data: {\"type\":\"a\"}\n\ndata: cut off");
/// assert_eq!(events, [Ok("{\"type\":\"a\"}".to_owned())]);
/// ```
pub fn events_of_body(body: &[u8]) -> Vec<Result<String, StreamFault>> {
    SseDecoder::new().events(body).map(|event| event.map(|event| event.data.into_owned())).collect()
}

/// An event of a whole body, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedEvent {
    /// Its bytes: from its first line to just after its blank line; to the end of the body where that has none, and the
    /// event is known only by the error in it.
    pub bytes: Range<usize>,
    /// What its `event` field says, where it has one.
    pub name: Option<String>,
    /// Its data, or why the stream cannot be read any further.
    pub data: Result<String, StreamFault>,
}

/// The events of [`events_of_body`], with their places.
///
/// ```
/// use responses_parity::wire::placed_events_of_body;
///
/// let events = placed_events_of_body(b": hello\n\nevent: a\ndata: 1\n\ndata: cut off");
/// assert_eq!(events.len(), 1);
/// assert_eq!((events[0].bytes.clone(), events[0].name.as_deref()), (9..27, Some("a")));
/// ```
pub fn placed_events_of_body(body: &[u8]) -> Vec<PlacedEvent> {
    let (mut decoder, mut start) = (SseDecoder::new(), 0);
    let mut placed = Vec::new();
    for end in event_boundaries(body).into_iter().chain([body.len()]) {
        let block = &body[start..end];
        let blank = block.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let bytes = start + blank..end;
        placed.extend(decoder.events(block).map(|event| PlacedEvent::new(bytes.clone(), event)));
        start = end;
    }
    placed
}

impl PlacedEvent {
    fn new(bytes: Range<usize>, event: Result<SseEvent<'_>, StreamFault>) -> PlacedEvent {
        match event {
            Ok(SseEvent { name, data }) => {
                PlacedEvent { bytes, name: name.map(Cow::into_owned), data: Ok(data.into_owned()) }
            }
            Err(fault) => PlacedEvent { bytes, name: None, data: Err(fault) },
        }
    }
}
