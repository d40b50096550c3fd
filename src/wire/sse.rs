//! Server-sent events, as far as `sse-stream` leaves anything to do.

use super::delegate::StreamFault;
use futures_util::{FutureExt, StreamExt};
use sse_stream::{Sse, SseByteStream};
use std::borrow::Cow;
use std::cell::Cell;
use std::convert::Infallible;
use std::ops::Range;

/// The data of an event block, or `None` where it carries none and so is no event.
///
/// ```
/// use responses_parity::wire::data_of_event;
/// use sse_stream::Sse;
///
/// assert_eq!(data_of_event(Sse::default().data("{}")).as_deref(), Some("{}"));
/// assert_eq!(data_of_event(Sse::default().event("ping")), None);
/// ```
pub fn data_of_event(event: Sse) -> Option<String> {
    event.data.filter(|data| !data.is_empty())
}

/// JSON text on one line, byte for byte the same length.
///
/// An event's data may span several lines, a JSON-RPC message may not. Outside of strings line ends are white
/// space, and inside of strings JSON allows none, so that replacing them changes nothing.
pub fn one_line(json: &str) -> Cow<'_, str> {
    if json.contains(['\n', '\r']) {
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
    let mut boundaries = Vec::new();
    let (mut line_start, mut block_has_lines, mut at) = (0, false, 0);
    while at < body.len() {
        let next = match body[at] {
            b'\r' if body.get(at + 1) == Some(&b'\n') => at + 2,
            b'\r' | b'\n' => at + 1,
            _ => {
                at += 1;
                continue;
            }
        };
        if at > line_start {
            block_has_lines = true;
        } else if block_has_lines {
            boundaries.push(next);
            block_has_lines = false;
        }
        (line_start, at) = (next, next);
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
    let whole = futures_util::stream::iter([Ok::<_, Infallible>(body)]);
    let events = SseByteStream::new(whole).filter_map(|event| std::future::ready(data_of(event)));
    events.collect().now_or_never().unwrap_or_default()
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
    // One reader for all of them, which is given the bytes of one after the other: what it says is about the last.
    let given = Cell::new((0, 0));
    let ends = event_boundaries(body).into_iter().chain([body.len()]);
    let pieces = ends.map(|end| {
        let (_, start) = given.replace((given.get().1, end));
        Ok::<_, Infallible>(&body[start..end])
    });
    let events = SseByteStream::new(futures_util::stream::iter(pieces)).filter_map(|event| {
        let name = event.as_ref().ok().and_then(|event| event.event.clone());
        let (start, end) = given.get();
        let blank = body[start..end].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let placed = data_of(event).map(|data| PlacedEvent { bytes: start + blank..end, name, data });
        std::future::ready(placed)
    });
    events.collect().now_or_never().unwrap_or_default()
}

/// The data of an event, where it carries any, or the error that ends the stream.
fn data_of(event: Result<Sse, sse_stream::Error>) -> Option<Result<String, StreamFault>> {
    match event {
        Ok(event) => data_of_event(event).map(Ok),
        Err(error) => Some(Err(error.into())),
    }
}
