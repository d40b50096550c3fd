//! What `curl -i` prints.

use crate::support::{STREAM, bodies, header, imported};
use pretty_assertions::assert_eq;
use responses_parity::recording::import::Format;
use responses_parity::recording::{End, Framing};

#[test]
fn heads_of_every_version_and_line_end() {
    for head in [
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Request-Id: req_mill_01\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Type: text/event-stream\nX-Request-Id:req_mill_01\n\n",
        "HTTP/1.0 200\r\ncontent-type: text/event-stream\r\nx-request-id:  req_mill_01 \r\n\r\n",
        "HTTP/2 200 \r\ncontent-type: text/event-stream\r\nx-request-id: req_mill_01\r\n\r\n",
        "HTTP/3 200 \r\ncontent-type: text/event-stream\r\nx-request-id: req_mill_01\r\n\r\n",
    ] {
        let imported = imported("answer.txt", format!("{head}{STREAM}"));
        assert_eq!(imported.format, Format::Curl);
        assert_eq!(bodies(&imported), [STREAM]);
        assert_eq!(header(&imported, 0, "x-request-id"), Some("req_mill_01"));
    }
}

#[test]
fn the_connection_is_not_carried_over() {
    let head = "HTTP/1.1 200 OK\r\nDate: now\r\nConnection: close\r\nTransfer-Encoding: chunked\r\nContent-Type: text/event-stream\r\n\r\n";
    let imported = imported("answer.txt", format!("{head}{STREAM}"));
    let exchange = &imported.recording.exchanges[0];
    assert_eq!(exchange.headers, [("content-type".to_owned(), "text/event-stream".to_owned())]);
    assert_eq!(exchange.delivery.framing, Framing::Chunked);
    assert_eq!(exchange.delivery.end, End::Complete);
}

#[test]
fn what_only_announces_an_answer_is_named() {
    let text = format!(
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 307 Temporary Redirect\r\nlocation: https://elsewhere/responses\r\ncontent-length: 12\r\n\r\nHTTP/2 200 \r\ncontent-type: text/event-stream\r\n\r\n{STREAM}"
    );
    let imported = imported("answer.txt", text);
    assert_eq!(bodies(&imported), [STREAM]);
    assert_eq!(
        imported.skipped,
        [
            "response 1 (line 1): 100 only announces the answer",
            "response 2 (line 3): 307 is a redirect that curl followed"
        ]
    );
}

#[test]
fn answers_in_a_row_without_a_line_end_between_them() {
    let body = "{\"error\":{\"code\":\"rate_limit_exceeded\"}}";
    let head = format!("HTTP/1.1 429 Too Many Requests\r\ncontent-length: {}\r\n\r\n", body.len());
    let imported = imported("answers.txt", format!("{head}{body}{head}{body}"));
    assert_eq!(bodies(&imported), [body, body]);
    let statuses: Vec<u16> = imported.recording.exchanges.iter().map(|exchange| exchange.status).collect();
    assert_eq!(statuses, [429, 429]);
}

/// curl has undone the coding, and prints the length that the body had within it.
#[test]
fn a_length_that_was_of_something_else() {
    let head = "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 20\r\n\r\n";
    let imported = imported("answer.txt", format!("{head}{STREAM}"));
    assert_eq!(bodies(&imported), [STREAM]);
    assert_eq!(imported.recording.exchanges[0].delivery.end, End::Complete);
}

#[test]
fn an_answer_that_ends_early() {
    let imported = imported("answer.txt", format!("HTTP/1.1 200 OK\r\ncontent-length: 9999\r\n\r\n{STREAM}"));
    assert_eq!(imported.recording.exchanges[0].delivery.end, End::Eof);
    assert!(imported.notes.iter().any(|note| note.contains("says 9999 bytes")), "{:?}", imported.notes);
}

/// A replay must not follow it to where it really led.
#[test]
fn a_redirect_that_was_not_followed_leads_nowhere() {
    let imported = imported(
        "answer.txt",
        "HTTP/1.1 308 Permanent Redirect\r\nlocation: https://me:pw@h/v1/responses?k=1\r\n\r\n",
    );
    assert_eq!(header(&imported, 0, "location"), None);
    assert!(
        imported.notes.contains(
            &"exchange 1 names https://h/v1/responses as its location, which is left out".to_owned()
        )
    );
}
