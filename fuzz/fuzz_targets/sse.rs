//! A stream of server-sent events is the same in whatever pieces it arrives, and on whichever path.

#![no_main]

use futures_util::{FutureExt, StreamExt};
use libfuzzer_sys::fuzz_target;
use responses_parity::wire::{
    CallEvent, Completion, FaultKind, Message, ResponseEvent, ResponseStream, SseDecoder, StreamFault,
    UpstreamError, event_boundaries, events_of_body, methods, placed_events_of_body,
};
use responses_parity_fuzz::Delivery;
use sse_stream::{Sse, SseByteStream};
use std::convert::Infallible;

type Events = Vec<Result<String, StreamFault>>;

fuzz_target!(|delivery: Delivery<'_>| {
    let events = events_of_body(delivery.body);
    assert_eq!(events_of_pieces(&delivery.pieces()), events, "the pieces of a stream are no part of it");
    let ours: Vec<_> = events.iter().map(|event| event.clone().map_err(drop)).collect();
    assert_eq!(events_of_another(&delivery.pieces()), ours, "another decoder decodes the same");
    assert_places(delivery.body, &events);
    assert_eq!(outcome(&events, Some), outcome(&events, delegated), "both paths see the same");
});

/// As both paths read a response: the bytes as they come, until one of them cannot be read.
fn events_of_pieces(pieces: &[&[u8]]) -> Events {
    let mut decoder = SseDecoder::new();
    let mut events = Events::new();
    for piece in pieces {
        events.extend(decoder.events(piece).map(|event| event.map(|event| event.data.into_owned())));
    }
    events
}

/// As another decoder reads them, which says only that it could not.
fn events_of_another(pieces: &[&[u8]]) -> Vec<Result<String, ()>> {
    let arriving = futures_util::stream::iter(pieces.iter().map(|piece| Ok::<_, Infallible>(*piece)));
    let blocks = SseByteStream::new(arriving).collect::<Vec<_>>().now_or_never();
    let blocks = blocks.expect("all pieces are there").into_iter();
    blocks.filter_map(|block| block.map(data_of).map_err(drop).transpose()).collect()
}

/// What carries no data is no event.
fn data_of(block: Sse) -> Option<String> {
    block.data.filter(|data| !data.is_empty())
}

/// The places of events are in order and in the body, end where events end, and hold what the stream holds.
fn assert_places(body: &[u8], events: &Events) {
    let placed = placed_events_of_body(body);
    let boundaries = event_boundaries(body);
    let mut end = 0;
    for event in &placed {
        assert!(end <= event.bytes.start && event.bytes.start < event.bytes.end, "in order: {event:?}");
        let never_ended = event.data.is_err() && event.bytes.end == body.len();
        assert!(never_ended || boundaries.contains(&event.bytes.end), "it ends where events end: {event:?}");
        end = event.bytes.end;
    }
    assert!(end <= body.len());
    let data: Events = placed.into_iter().map(|event| event.data).collect();
    assert_eq!(&data, events, "the places are those of the same events");
}

/// What an app-server makes of a stream whose events reach it by way of `path`.
fn outcome(
    events: &Events,
    path: impl Fn(String) -> Option<String>,
) -> (Vec<ResponseEvent>, Result<Completion, UpstreamError>) {
    let (mut machine, mut shown) = (ResponseStream::new(), Vec::new());
    for event in events.iter().cloned() {
        match event {
            Ok(data) => shown.extend(path(data).and_then(|data| machine.event(&data))),
            Err(fault) => return (shown, Err(broken(machine, &fault))),
        }
    }
    (shown, machine.end())
}

fn broken(machine: ResponseStream, fault: &StreamFault) -> UpstreamError {
    match fault.kind {
        FaultKind::Transport => machine.transport_failure(&fault.message),
        FaultKind::Encoding => machine.encoding_failure(&fault.message),
    }
}

/// The event as the delegate client sends it and the app-server reads it: on one line.
fn delegated(data: String) -> Option<String> {
    let event = CallEvent::of_data("call", &data);
    let line = Message::notification(methods::RESPONSES_API_EVENT, &event).to_line();
    assert!(!line.contains(['\n', '\r']), "a message is one line: {line:?}");
    let Ok(Message::Notification { params: Some(params), .. }) = Message::parse(&line) else {
        panic!("what is written can be read: {line:?}");
    };
    let read: CallEvent = serde_json::from_str(params.get()).expect("params can be read");
    assert_eq!(read.event.get(), event.event.get(), "an event's JSON is passed on verbatim");
    Some(String::from(Box::<str>::from(read.event)))
}
