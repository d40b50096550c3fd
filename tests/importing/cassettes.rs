//! Cassettes of every kind.

use crate::support::{CALL, STREAM, bodies, header, imported, words};
use pretty_assertions::assert_eq;
use responses_parity::recording::Framing;
use responses_parity::recording::import::Format;
use serde_json::{Value, json};

/// vcrpy's layout, as JSON, which is YAML too.
fn vcrpy(interactions: &[(Value, Value)]) -> Value {
    let interactions =
        interactions.iter().map(|(request, response)| json!({"request": request, "response": response}));
    json!({"interactions": interactions.collect::<Vec<_>>(), "version": 1})
}

fn asked(body: &Value) -> Value {
    json!({"method": "POST", "uri": "https://api.example.com/v1/responses", "body": body.to_string(), "headers": {}})
}

fn answered(body: &str) -> Value {
    json!({"status": {"code": 200, "message": "OK"}, "headers": {"Content-Type": ["text/event-stream"]}, "body": {"string": body}})
}

/// As a literal block of YAML, that deep.
fn block(text: &str, depth: usize) -> String {
    let lines =
        text.lines().map(|line| if line.is_empty() { line.to_owned() } else { " ".repeat(depth) + line });
    format!("|+\n{}", lines.collect::<Vec<_>>().join("\n"))
}

#[test]
fn vcr_with_text_and_with_exact_bytes() {
    let cassette = |body: &str| {
        format!(
            "---\nhttp_interactions:\n- request:\n    method: post\n    uri: https://api.example.com/v1/responses\n    body:\n      encoding: UTF-8\n      string: '{{\"input\":\"Grind the rye.\"}}'\n    headers:\n      Accept:\n      - \"*/*\"\n  response:\n    status:\n      code: 200\n      message: OK\n    headers:\n      Content-Type:\n      - text/event-stream\n      Transfer-Encoding:\n      - chunked\n      X-Twice:\n      - one\n      - two\n    body:\n      encoding: UTF-8\n      {body}\n    http_version: null\n  recorded_at: Fri, 01 May 2026 00:00:00 GMT\nrecorded_with: VCR 6.3.1\n"
        )
    };
    let exact = "base64_string: |\n        ZGF0YTogeyJ0eXBlIjoicmVzcG9uc2UuY29tcGxldGVkIiwicmVzcG9uc2Ui\n        OnsiaWQiOiJyIn19Cgo=\n";
    let texts = [
        (format!("string: {}", block(STREAM, 8)), STREAM),
        (exact.to_owned(), "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\"}}\n\n"),
    ];
    for (body, stream) in texts {
        let imported = imported("mill.yml", cassette(&body));
        assert_eq!(imported.format, Format::Yaml);
        assert_eq!(bodies(&imported), [stream]);
        assert_eq!(words(&imported), ["Grind the rye."]);
        let exchange = &imported.recording.exchanges[0];
        assert_eq!(exchange.delivery.framing, Framing::Chunked);
        assert_eq!(exchange.headers.iter().filter(|(name, _)| name == "x-twice").count(), 2);
        assert_eq!(exchange.request.as_deref(), Some(&b"{\"input\":\"Grind the rye.\"}"[..]));
    }
}

#[test]
fn vcrpy_with_bytes_that_are_not_utf_8() {
    let cassette = "interactions:\n- request:\n    body: !!binary |\n      eyJpbnB1dCI6IkhpIn0=\n    headers: {}\n    method: POST\n    uri: https://api.example.com/v1/responses\n  response:\n    body:\n      string: !!binary |\n        ZGF0YTog//4KCg==\n    headers:\n      content-type: [text/event-stream]\n    status: {code: 200, message: OK}\nversion: 1\n";
    let imported = imported("mill.yaml", cassette);
    assert_eq!(imported.recording.exchanges[0].body, &b"data: \xff\xfe\n\n"[..]);
    assert_eq!(words(&imported), ["Hi"]);
}

/// `data: {}\n\n` in each content coding, as other tools write it.
#[test]
fn content_codings_are_undone() {
    for (coding, encoded) in [
        ("gzip", "H4sIAAAAAAACA0tJLEm0Uqiu5eICAGVXSOsKAAAA"),
        ("deflate", "eJxLSSxJtFKoruXiAgATHwMB"),
        ("br", "iwSAZGF0YToge30KCgM="),
        ("zstd", "KLUv/SAKUQAAZGF0YToge30KCii1L/0gAAEAAA=="),
    ] {
        let response = json!({"status": {"code": 200}, "headers": {"content-encoding": [coding]}, "body": {"base64_string": encoded}});
        let imported = imported("mill.json", vcrpy(&[(asked(&json!({})), response)]).to_string());
        assert_eq!(imported.format, Format::Json);
        assert_eq!(bodies(&imported), ["data: {}\n\n"], "{coding}");
        assert_eq!(header(&imported, 0, "content-encoding"), None);
    }
}

/// Clients encode what they ask too.
#[test]
fn requests_are_decoded() {
    for (encoded, kept, words_of_it) in
        [("KLUv/SAOcQAAeyJpbnB1dCI6IkhpIn0=", true, "Hi"), ("KLUv/SAOcQAA", false, "Message 1")]
    {
        let request = json!({"method": "POST", "uri": "/responses", "headers": {"Content-Encoding": ["zstd"]}, "body": {"base64_string": encoded}});
        let imported = imported("mill.json", vcrpy(&[(request, answered(STREAM))]).to_string());
        assert_eq!(imported.recording.exchanges[0].request.is_some(), kept);
        assert_eq!(words(&imported), [words_of_it]);
        assert_eq!(imported.notes.iter().any(|note| note.contains("its request is not kept")), !kept);
    }
}

/// Each writer has its own names for the same.
#[test]
fn the_names_of_other_writers() {
    let request = asked(&json!({"input": "Hi"}));
    let go = json!({"id": 0, "proto": "HTTP/1.1", "content_length": -1, "status": "200 OK", "code": 200, "headers": {"Content-Type": ["text/event-stream"]}, "body": STREAM, "duration": "1s", "uncompressed": true});
    let go_request = json!({"url": "https://api.example.com/v1/responses", "method": "POST", "body": "{\"input\":\"Hi\"}", "form": {}});
    let old_httpx = json!({"status_code": 200, "http_version": "HTTP/1.1", "headers": {"content-encoding": "gzip", "content-type": "text/event-stream"}, "content": STREAM});
    for (request, response) in [(go_request, go), (request.clone(), old_httpx), (request, answered(STREAM))] {
        let imported = imported("mill.json", vcrpy(&[(request, response)]).to_string());
        assert_eq!(bodies(&imported), [STREAM]);
        assert_eq!(words(&imported), ["Hi"]);
        assert_eq!(imported.notes, Vec::<String>::new());
    }
}

#[test]
fn the_conversation_is_that_of_the_requests() {
    let call_output = json!({"input": [{"role": "user", "content": "Grind."}, {"type": "function_call_output", "output": "done"}]});
    let models = json!({"method": "GET", "uri": "https://api.example.com/v1/models?key=sk-secret", "body": null, "headers": {}});
    let cassette = vcrpy(&[
        (models, answered("{}")),
        (asked(&json!({"input": "Grind."})), answered(CALL)),
        (asked(&call_output), answered(STREAM)),
        (
            asked(
                &json!({"input": [{"role": "user", "content": [{"type": "input_text", "text": "Sieve."}]}]}),
            ),
            answered(STREAM),
        ),
    ]);
    let imported = imported("mill.json", cassette.to_string());
    assert_eq!(words(&imported), ["Grind.", "Sieve."]);
    assert_eq!(bodies(&imported), [CALL, STREAM, STREAM]);
    assert_eq!(
        imported.skipped,
        ["interaction 1: GET https://api.example.com/v1/models is not POST …/responses"]
    );
    assert_eq!(imported.notes, Vec::<String>::new());
}

#[test]
fn requests_that_do_not_follow_from_the_answers_are_named() {
    let output = json!({"input": [{"role": "user", "content": "Grind."}, {"type": "function_call_output"}]});
    let cassette = vcrpy(&[
        (asked(&output), answered(CALL)),
        (asked(&json!({"input": "Something else."})), answered(STREAM)),
    ]);
    let imported = imported("mill.json", cassette.to_string());
    assert_eq!(words(&imported), ["Grind."]);
    insta::assert_snapshot!(imported.notes.join("\n"), @r"
    exchange 1 answers the output of a tool that no answer before it asks for: a replay begins a turn there
    exchange 2 answers a new message of the user's, but the answer before it asks for a tool: a replay reaches it in the same turn
    ");
}

#[test]
fn a_redirect_leads_to_the_next_exchange() {
    let redirect = json!({"status": {"code": 308}, "headers": {"location": ["https://elsewhere/v1/responses"]}, "body": {"string": ""}});
    let request = asked(&json!({"input": "Grind."}));
    let cassette = vcrpy(&[(request.clone(), redirect), (request, answered(STREAM))]);
    let imported = imported("mill.json", cassette.to_string());
    assert_eq!(words(&imported), ["Grind."]);
    assert_eq!(header(&imported, 0, "location"), Some("responses"));
    assert_eq!(
        imported.notes,
        ["exchange 1 redirects to https://elsewhere/v1/responses; here it leads to the next exchange"]
    );
}

#[test]
fn what_is_lost_is_named() {
    let parsed = json!({"status": {"code": 400}, "headers": {}, "parsed_body": {"error": {}}});
    let odd = json!({"status": {"code": 200}, "headers": {"via": ["**REDACTED**"]}, "body": {"string": "data: \u{fffd}\n\n"}, "chunks": [1]});
    let python =
        json!({"method": "POST", "uri": "**REDACTED**", "parsed_body": {"input": "Grind."}, "headers": {}});
    let event = answered("data: {\"type\":\"response.created\"}\n\n");
    let cassette = vcrpy(&[(asked(&json!({})), parsed), (asked(&json!("x")), odd), (python, event)]);
    let imported = imported("mill.json", cassette.to_string());
    assert_eq!(words(&imported), ["Message 1", "Grind."]);
    insta::assert_snapshot!([imported.skipped, imported.notes].concat().join("\n"), @r#"
    interaction 1: its body is not stored as it was received, but as `parsed_body`
    interaction 2: its response has a member `chunks`, which is not read
    interaction 2: its content-type is not stored and taken to be text/event-stream
    interaction 2: its body holds U+FFFD 1 times, which may stand for bytes that were lost
    interaction 2: its body is a stream, but holds no event of the Responses API
    interaction 3: its address is blanked or missing, but its answer is a stream of a response
    interaction 3: its request is not kept: only `parsed_body` is stored of it
    what the user said in turn 1 is not known; "Message 1" stands in its place
    "#);
}

/// What went elsewhere is of no interest, however it is stored.
#[test]
fn what_does_not_belong_need_not_be_whole() {
    let odd = json!({"status": {"code": "?"}, "headers": [], "body": {"parts": []}});
    let elsewhere =
        json!({"method": "POST", "uri": "https://api.example.com/v1/files", "body": {"parts": []}});
    let nowhere = json!({"method": "POST", "body": ""});
    let cassette = vcrpy(&[
        (elsewhere, odd),
        (nowhere, answered("")),
        (asked(&json!({"input": "Hi"})), answered(STREAM)),
    ]);
    let imported = imported("mill.json", cassette.to_string());
    assert_eq!(bodies(&imported), [STREAM]);
    insta::assert_snapshot!(imported.skipped.join("\n"), @"
    interaction 1: POST https://api.example.com/v1/files is not POST …/responses
    interaction 2: its address is blanked or missing, and it is no stream of a response
    ");
}

/// Psych writes one object in two places as an alias.
#[test]
fn aliases_are_what_they_stand_for() {
    let cassette = "http_interactions:\n- request: &1\n    method: &2 post\n    uri: https://api.example.com/v1/responses\n    body: {encoding: UTF-8, string: '{\"input\":\"Hi\"}'}\n    headers: {}\n  response: &3\n    status: {code: 200, message: OK}\n    headers: {}\n    body: {encoding: UTF-8, string: \"data: 1\\n\\n\"}\n- request: *1\n  response: *3\n";
    let imported = imported("mill.yml", cassette);
    assert_eq!(bodies(&imported), ["data: 1\n\n", "data: 1\n\n"]);
    assert_eq!(words(&imported), ["Hi", "Hi"]);
}

/// As libyaml, PyYAML and Psych write it: the line breaks of YAML 1.1 as they are, and indentation after them.
#[test]
fn line_breaks_of_yaml_1_1_are_part_of_the_text() {
    for (written, read) in [
        ("'a\u{2028}        b'", "a\u{2028}b"),
        ("|+\n        a\u{2028}\u{2029}        b\n\n        c\u{2028}", "a\u{2028}\u{2029}b\n\nc\u{2028}\n"),
        ("|\n        a\n\n\u{2028}        b", "a\n\n\u{2028}b\n"),
        ("'a\n\n\n        b\u{2028}        c'", "a\n\nb\u{2028}c"),
        ("\"a\\Lb \\N c\"", "a\u{2028}b \u{85} c"),
    ] {
        let cassette = format!(
            "interactions:\n- request: {{method: POST, uri: /responses}}\n  response:\n    status: {{code: 500}}\n    body:\n      string: {written}\n"
        );
        assert_eq!(bodies(&imported("mill.yaml", cassette)), [read], "{written:?}");
    }
}
