//! Bare streams, and lines of JSON.

use crate::support::{STREAM, bodies, imported, words};
use pretty_assertions::assert_eq;
use responses_parity::recording::import::Format;

#[test]
fn a_stream_is_kept_byte_for_byte() {
    for body in [
        STREAM.as_bytes().to_vec(),
        STREAM.replace('\n', "\r\n").into_bytes(),
        [b"\xef\xbb\xbf: hello\n\n", STREAM.as_bytes(), b"data: \xff\n\ndata: cut o"].concat(),
    ] {
        let imported = imported("answer.txt", &body);
        assert_eq!(imported.format, Format::Stream);
        assert_eq!(imported.recording.exchanges[0].body, body);
        assert_eq!(imported.recording.exchanges[0].status, 200);
    }
}

#[test]
fn the_ending_decides_where_the_content_does_not() {
    let imported = imported("answer.sse", format!("\nretry\n{STREAM}"));
    assert_eq!(imported.format, Format::Stream);
}

#[test]
fn json_lines_are_framed_and_the_json_is_kept() {
    let first = r#"{"type" : "response.created", "n":1.0,"s":"\u00e9é"}"#;
    let second = r#"{"n":12345678901234567890123,"type":"response.completed","response":{"id":"r"}}"#;
    let imported = imported("events.log", format!("{first}\r\n\r\n{second}"));
    assert_eq!(imported.format, Format::JsonLines);
    let framed =
        format!("event: response.created\ndata: {first}\n\nevent: response.completed\ndata: {second}\n\n");
    assert_eq!(bodies(&imported), [framed]);
    assert!(imported.unknown.iter().any(|what| what == "framing of the events"));
}

#[test]
fn any_file_may_be_gzipped() {
    let mut gzipped = Vec::new();
    let mut encoder = flate2::read::GzEncoder::new(STREAM.as_bytes(), flate2::Compression::default());
    std::io::Read::read_to_end(&mut encoder, &mut gzipped).unwrap();
    let imported = imported("answer.sse.gz", gzipped);
    assert_eq!(bodies(&imported), [STREAM]);
}

#[test]
fn what_cannot_be_known_is_marked() {
    let imported = imported("answer.sse", STREAM);
    assert_eq!(words(&imported), ["Message 1"]);
    let provenance = &imported.recording.provenance;
    assert_eq!((provenance.kind.as_str(), provenance.source.as_deref()), ("imported", Some("answer.sse")));
    insta::assert_snapshot!(provenance.notes.as_deref().unwrap(), @r#"
    Not known: status, headers, requests, pieces, times, end of the connection.
    what the user said in turn 1 is not known; "Message 1" stands in its place
    "#);
}
