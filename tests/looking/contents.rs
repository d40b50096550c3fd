//! What a recording is said to hold.

use pretty_assertions::assert_eq;
use responses_parity::recording::{
    Contents, Delivery, End, ErrorClass, Exchange, ExchangeContents, ItemContents, Outcome, Piece, Recording,
    Turn, events_of, load,
};
use responses_parity::report::{contents, event_line};
use std::path::Path;
use std::time::Duration;

fn own(name: &str) -> Contents {
    Contents::of(&load(&Path::new("recordings").join(name), name).unwrap())
}

fn only(exchange: Exchange) -> ExchangeContents {
    let recording = Recording::of_exchanges("made", vec![Turn::said("Hello")], vec![exchange]);
    Contents::of(&recording).exchanges.remove(0)
}

fn items(name: &str) -> Vec<ItemContents> {
    let contents = own(name);
    contents.exchanges.into_iter().flat_map(|exchange| exchange.stream().unwrap().items.clone()).collect()
}

#[test]
fn messages_thoughts_and_calls_are_put_together() {
    let plain = items("text/plain");
    assert_eq!(plain.len(), 1);
    assert!(plain[0].finished && plain[0].text.ends_with("the second verse."), "{plain:?}");

    let thought = &items("reasoning/summary-parts")[0];
    assert_eq!(thought.text.lines().count(), 7, "{thought:?}");

    let call = items("tools/function-call")[0].call.clone().unwrap();
    assert_eq!(
        (call.name.as_str(), call.arguments.as_str()),
        ("read_thermometer", r#"{"room":"greenhouse"}"#)
    );
    assert_eq!(call.call_id.as_deref(), Some("call_greenhouse_01"));

    let remote = items("tools/mcp")[2].call.clone().unwrap();
    assert_eq!((remote.name.as_str(), remote.call_id), ("lighthouse.read_log", None));
}

#[test]
fn what_never_ended_is_what_its_pieces_say() {
    let started = &items("text/added-without-done")[0];
    assert!(!started.finished && !started.text.is_empty(), "{started:?}");
    assert_eq!(items("text/delta-without-added").len(), 1, "text of no item is left out");
}

#[test]
fn times_are_those_of_the_pieces() {
    let stream =
        Exchange::stream("data: {\"type\":\"a\"}\n\ndata: {\"type\":\"b\"}\n\ndata: {\"type\":\"c\"}\n\n");
    let piece = |ms, end| Piece { at: Duration::from_micros(ms), end };
    let pieces = vec![piece(1_500, 5), piece(4_000, 30), piece(10_000, 42), piece(10_250, stream.body.len())];
    let end_delay = Duration::from_millis(3);
    let exchange = Exchange { delivery: Delivery { pieces, end_delay, ..Delivery::default() }, ..stream };
    let timing = only(exchange.clone()).timing.unwrap();
    assert_eq!((timing.first_byte_ms, timing.total_ms), (1.5, 13.25));
    assert_eq!((timing.median_gap_ms, timing.longest_gap_ms), (Some(2.5), Some(6.0)));
    let at: Vec<_> = events_of(&exchange).iter().map(|event| event.at.unwrap().as_micros()).collect();
    assert_eq!(at, [4_000, 10_000, 10_250]);
    assert_eq!(only(Exchange::stream("")).timing, None);
}

#[test]
fn every_answer_comes_to_something() {
    let outcome = |name: &str, exchange: usize| own(name).exchanges[exchange - 1].outcome.clone();
    let failed = Outcome::Failed;
    let cases = [
        ("text/plain", 1, Outcome::Completed("resp_kettle_01".to_owned())),
        ("http/307-followed", 1, Outcome::Redirected),
        ("http/302-without-location", 1, failed(ErrorClass::UnexpectedStatus)),
        ("http/401", 1, failed(ErrorClass::RetryLimit)),
        ("http/500-empty", 1, failed(ErrorClass::InternalServerError)),
        ("http/429-usage-limit", 1, failed(ErrorClass::UsageLimitReached)),
        ("http/429-usage-not-included", 1, failed(ErrorClass::UsageNotIncluded)),
        ("http/200-json", 1, failed(ErrorClass::ClosedEarly)),
        ("endings/headless-reset", 1, failed(ErrorClass::NoHead)),
        ("endings/eof-after-completed", 1, failed(ErrorClass::Broken)),
        ("endings/stalled-after-completed", 1, failed(ErrorClass::Silent)),
        ("conversation/interrupt-mid-stream", 1, Outcome::Interrupted),
        ("conversation/interrupt-before-head", 1, Outcome::Interrupted),
        ("framing/invalid-utf8", 1, failed(ErrorClass::NotUtf8)),
        ("failures/missing-completed", 1, failed(ErrorClass::ClosedEarly)),
        ("failures/failed-without-response", 1, failed(ErrorClass::ClosedEarly)),
        ("failures/server-error", 1, failed(ErrorClass::ResponseFailed)),
        ("failures/context-length", 1, failed(ErrorClass::ContextWindowExceeded)),
        ("failures/completed-without-id", 1, failed(ErrorClass::CompletedUnreadable)),
        ("failures/failed-then-completed", 1, Outcome::Completed("resp_gull_01".to_owned())),
    ];
    for (name, exchange, expected) in cases {
        assert_eq!(outcome(name, exchange), expected, "{name}");
    }
}

#[test]
fn what_was_added_when_it_was_loaded_is_said_to_be() {
    let call = r#"{"type":"response.output_item.done","item":{"type":"function_call","call_id":"c","name":"n","arguments":"{}"}}"#;
    let body = format!(
        "data: {call}\n\ndata: {{\"type\":\"response.completed\",\"response\":{{\"id\":\"r\"}}}}\n\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("call.sse");
    std::fs::write(&path, body).unwrap();
    let contents = Contents::of(&load(&path, "call").unwrap());
    let added: Vec<_> = contents.exchanges.iter().map(|exchange| exchange.added).collect();
    assert_eq!(added, [false, true]);
    assert_eq!(contents.recorded().count(), 1);
}

#[test]
fn nothing_in_a_recording_reaches_the_terminal_as_it_is() {
    let hostile = "\u{1b}[2J\u{9b}31m\u{7}\u{202e}";
    let body = format!(
        "event: {hostile}\ndata: {{\"type\":\"response.output_item.done\",\"item\":{{\"type\":\"message\",\"id\":\"m\",\"role\":\"assistant\",\"content\":[{{\"type\":\"output_text\",\"text\":{}}}]}}}}\n\ndata: {hostile}\n\n",
        serde_json::json!(hostile)
    );
    let headers = vec![("x-name".to_owned(), hostile.to_owned())];
    let exchange = Exchange { headers, ..Exchange::stream(body) };
    let refused = Exchange { status: 500, ..Exchange::stream(hostile) };
    let mut recording =
        Recording::of_exchanges(hostile, vec![Turn::said(hostile)], vec![exchange.clone(), refused]);
    recording.description = hostile.to_owned();
    recording.provenance.notes = Some(hostile.to_owned());
    let mut shown = contents(&Contents::of(&recording), 80);
    for (index, event) in events_of(&exchange).iter().enumerate() {
        shown.push_str(&event_line(index, event, 80));
    }
    let raw: Vec<char> =
        shown.chars().filter(|c| *c != '\n' && (c.is_control() || *c == '\u{202e}')).collect();
    assert_eq!(raw, Vec::<char>::new(), "{shown}");
    assert!(shown.contains("\\u{1b}[2J"), "{shown}");
}

/// Half of a body and no more is a case that every layout can have.
#[test]
fn a_cut_stream_says_how_much_of_it_is_no_event() {
    let cut = Exchange::stream("data: {\"type\":\"a\"}\n\ndata: {\"ty");
    let cut = Exchange { delivery: Delivery { end: End::Eof, ..Delivery::default() }, ..cut };
    let contents = only(cut);
    let stream = contents.stream().unwrap();
    assert_eq!((stream.events, stream.rest), (1, 10));
}
