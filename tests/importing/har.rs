//! HAR, as browsers and their drivers write it.

use crate::support::{CALL, STREAM, bodies, header, imported, words};
use pretty_assertions::assert_eq;
use responses_parity::recording::End;
use responses_parity::recording::import::{Format, Imported};
use serde_json::{Value, json};

fn entry(content: Value) -> Value {
    json!({
        "_resourceType": "fetch",
        "startedDateTime": "2026-05-01T00:00:00.000Z",
        "request": {"method": "POST", "url": "https://api.example.com/v1/responses", "headers": [],
            "postData": {"mimeType": "application/json", "text": "{\"input\": \"Grind the rye.\"}"}},
        "response": {"status": 200, "statusText": "", "httpVersion": "h3", "redirectURL": "", "content": content,
            "headers": [{"name": ":status", "value": "200"}, {"name": "Content-Type", "value": "text/event-stream"}]},
        "comment": "by hand",
    })
}

fn with(mut entry: Value, pointer: &str, member: &str, value: Value) -> Value {
    entry.pointer_mut(pointer).unwrap()[member] = value;
    entry
}

fn har(entries: &[Value]) -> Imported {
    let har = json!({"log": {"version": "1.2", "creator": {"name": "hand", "version": "1"}, "pages": [], "entries": entries}});
    imported("session.har", har.to_string())
}

#[test]
fn text_and_base64() {
    for content in [
        json!({"size": STREAM.len(), "mimeType": "text/event-stream", "text": STREAM}),
        json!({"size": 8, "mimeType": "text/event-stream", "encoding": "base64", "text": "ZGF0YTog//4KCg==", "comment": "x"}),
    ] {
        let imported = har(&[entry(content.clone())]);
        assert_eq!(imported.format, Format::Har);
        assert_eq!(words(&imported), ["Grind the rye."]);
        assert_eq!(
            imported.recording.exchanges[0].request.as_deref(),
            Some(&b"{\"input\": \"Grind the rye.\"}"[..])
        );
        let body = &imported.recording.exchanges[0].body;
        match content.get("encoding") {
            None => assert_eq!(body, STREAM),
            Some(_) => assert_eq!(body, &b"data: \xff\xfe\n\n"[..]),
        }
        assert_eq!(imported.notes, Vec::<String>::new());
    }
}

/// The content is decoded, and the head still says how it was encoded.
#[test]
fn the_coding_of_the_head_was_undone() {
    let headers =
        json!([{"name": "content-encoding", "value": "br"}, {"name": "x-twice", "value": "one\ntwo"}]);
    let content = json!({"size": 6, "encoding": "base64", "text": "ZGF0YTog//4KCg=="});
    let imported = har(&[with(entry(content), "/response", "headers", headers)]);
    assert_eq!(imported.recording.exchanges[0].body, &b"data: \xff\xfe\n\n"[..]);
    assert_eq!(header(&imported, 0, "content-encoding"), None);
    assert_eq!(header(&imported, 0, "x-twice"), Some("one"));
    let twice = imported.recording.exchanges[0].headers.iter().filter(|(name, _)| name == "x-twice");
    assert_eq!(twice.count(), 2);
}

#[test]
fn events_that_chrome_kept_beside_the_entry() {
    let messages = json!([
        {"time": 1.5, "eventName": "message", "eventId": "", "data": "{\"type\":\"response.created\"}"},
        {"time": 1.6, "eventName": "response.completed", "eventId": "7", "data": "{\n}"},
    ]);
    let imported = har(&[with(entry(json!({"size": 0})), "", "_eventSourceMessages", messages)]);
    assert_eq!(
        bodies(&imported),
        ["data: {\"type\":\"response.created\"}\n\nevent: response.completed\nid: 7\ndata: {\ndata: }\n\n"]
    );
    assert_eq!(
        imported.notes,
        ["entry 1: only the events of its body are stored; their framing and what is no event were lost"]
    );
}

#[test]
fn answers_that_came_over_a_web_socket() {
    let done = r#"{"type":"response.completed","response":{"id":"r"}}"#;
    let message = |kind: &str, data: &str| json!({"type": kind, "time": 1.0, "opcode": 1, "data": data});
    let messages = json!([
        message("send", r#"{"type":"response.create","input":"Grind."}"#),
        message("receive", r#"{"type": "response.created"}"#),
        message("receive", done),
        message("send", r#"{"type":"session.update"}"#),
        message("send", r#"{"type":"response.create","input":"Sieve."}"#),
        message("receive", done),
    ]);
    let socket = with(entry(json!({})), "/request", "url", json!("wss://api.example.com/v1/responses"));
    let imported = har(&[with(socket, "", "_webSocketMessages", messages)]);
    assert_eq!(words(&imported), ["Grind.", "Sieve."]);
    let framed = format!("event: response.completed\ndata: {done}\n\n");
    let created = "event: response.created\ndata: {\"type\": \"response.created\"}\n\n";
    assert_eq!(bodies(&imported), [format!("{created}{framed}"), framed]);
    assert_eq!(imported.skipped, ["entry 1, message 4: it asks for no response (session.update)"]);
}

#[test]
fn other_entries_and_missing_bodies_are_named() {
    let page = with(entry(json!({"text": "<html>"})), "/request", "url", json!("https://example.com/"));
    let socket = with(page.clone(), "", "_webSocketMessages", json!([{"type": "receive", "data": "hi"}]));
    let attached = entry(json!({"size": 10, "_file": "a1b2.txt"}));
    let refused = with(entry(json!({"size": 0})), "/response", "status", json!(0));
    let refused = with(refused, "/response", "_error", json!("net::ERR_CONNECTION_REFUSED"));
    let whole = entry(json!({"size": STREAM.len(), "text": STREAM}));
    let imported = har(&[page, socket, attached, entry(json!({"size": 0})), refused, whole]);
    assert_eq!(bodies(&imported), [STREAM]);
    insta::assert_snapshot!(imported.skipped.join("\n"), @r"
    entry 1: POST https://example.com/ is not POST …/responses
    entry 2: POST https://example.com/ is not POST …/responses
    entry 3: its body is not in the file (_file: a1b2.txt); have it recorded with its content
    entry 4: its body is not in the file; have it recorded with its content
    entry 5: no answer was received (net::ERR_CONNECTION_REFUSED)
    ");
}

#[test]
fn answers_that_are_not_whole_are_named() {
    let cut = entry(json!({"size": 1_000_000, "text": STREAM}));
    let failed = |why: &str| {
        let entry = entry(json!({"size": CALL.len(), "text": CALL}));
        with(entry, "/response", "_failureText", json!(why))
    };
    let unread = with(cut, "", "_streamChunks", json!([]));
    let imported =
        har(&[unread, failed("net::ERR_CONNECTION_RESET"), failed("net::ERR_INCOMPLETE_CHUNKED_ENCODING")]);
    let ends: Vec<End> = imported.recording.exchanges.iter().map(|exchange| exchange.delivery.end).collect();
    assert_eq!(ends, [End::Complete, End::Reset, End::Eof]);
    insta::assert_snapshot!(imported.notes.join("\n"), @"
    entry 1: it has a member `_streamChunks`, which is not read
    entry 1: its body had 1000000 bytes, of which 192 are stored
    entry 2: the recorder says that it failed: net::ERR_CONNECTION_RESET
    entry 3: the recorder says that it failed: net::ERR_INCOMPLETE_CHUNKED_ENCODING
    ");
}
