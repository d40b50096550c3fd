//! One test for each kind of damage. All of it is refused, with the place where it is.

use crate::support::{Files, STREAM, refused};
use responses_parity::recording::import::import;
use std::fs::File;

/// A cassette with this response.
fn cassette(response: &str) -> String {
    format!(
        "interactions:\n- request:\n    method: POST\n    uri: https://api.example.com/v1/responses\n  response:\n{response}\n"
    )
}

#[test]
fn no_format_at_all() {
    insta::assert_snapshot!(refused("notes.txt", "Dear diary,\n"), @"[root]/notes.txt: is in no format that can be imported, neither by its content nor by its ending; tried: a stream of server-sent events, what `curl -i` prints, JSON lines, an event on each, a cassette (YAML), a cassette (JSON), a HAR");
    insta::assert_snapshot!(refused("error.txt", "{\"error\": {}}"), @"[root]/error.txt: is in no format that can be imported, neither by its content nor by its ending; tried: a stream of server-sent events, what `curl -i` prints, JSON lines, an event on each, a cassette (YAML), a cassette (JSON), a HAR; the body of an answer alone does not tell its status: have its head printed too (`curl -i`)");
    insta::assert_snapshot!(refused("empty", ""), @"[root]/empty: is in no format that can be imported, neither by its content nor by its ending; tried: a stream of server-sent events, what `curl -i` prints, JSON lines, an event on each, a cassette (YAML), a cassette (JSON), a HAR");
}

#[test]
fn files_without_anything_in_them() {
    insta::assert_snapshot!(refused("empty.sse", ""), @"[root]/empty.sse: holds no event: expected lines that begin with `data:`, and a blank line after each event");
    insta::assert_snapshot!(refused("empty.jsonl", "\n\n"), @"[root]/empty.jsonl: holds no event: expected a JSON object with a `type` on each line");
    insta::assert_snapshot!(refused("empty.yaml", ""), @"[root]/empty.yaml: is empty");
    insta::assert_snapshot!(refused("empty.har", ""), @"[root]/empty.har:1: is no JSON: EOF while parsing a value (column 0)");
    insta::assert_snapshot!(refused("none.yaml", "interactions: []\n"), @"[root]/none.yaml: holds no answer to a POST …/responses; it holds nothing at all");
    insta::assert_snapshot!(refused("other.yaml", "cassette: none\n"), @"[root]/other.yaml:1: is no cassette: expected `interactions` or `http_interactions`");
}

#[test]
fn nothing_that_belongs() {
    let entry = r#"{"request": {"method": "GET", "url": "https://example.com/?token=secret"}, "response": {"status": 200}}"#;
    insta::assert_snapshot!(refused("page.har", format!("{{\"log\": {{\"entries\": [{entry}, {entry}]}}}}")), @"[root]/page.har: holds no answer to a POST …/responses; it holds entry 1: GET https://example.com/ is not POST …/responses; and 1 more");
}

#[test]
fn json_lines() {
    insta::assert_snapshot!(refused("a.jsonl", "{\"type\": \"a\"}\n{\"type\": \"b\"\n"), @"[root]/a.jsonl:2: is no event with a type: EOF while parsing an object");
    insta::assert_snapshot!(refused("a.jsonl", "{\"type\": \"a\"}\n\n[1]\n"), @"[root]/a.jsonl:3: is no event: expected a JSON object");
}

#[test]
fn curl() {
    insta::assert_snapshot!(refused("a.txt", "HTTP/1.1 200 OK\ncontent-type: text/event-stream\n"), @"[root]/a.txt:1: response 1: its head does not end in a blank line");
    insta::assert_snapshot!(refused("a.txt", "HTTP/1.1 200 OK\nno header\n\n"), @"[root]/a.txt:1: response 1: its head cannot be read: invalid header name");
    insta::assert_snapshot!(refused("a.txt", "HTTP/1.1 100 Continue\n\n"), @"[root]/a.txt: holds no answer to a POST …/responses; it holds response 1 (line 1): 100 only announces the answer");
}

#[test]
fn truncated_yaml() {
    let whole = cassette("    status: {code: 200}\n    body: {string: \"data: 1\\n\\n\"}");
    let half = &whole[..whole.len() - 12];
    insta::assert_snapshot!(refused("half.yaml", half), @"[root]/half.yaml:7: is no YAML: unclosed quote (column 20)");
    insta::assert_snapshot!(refused("half.yaml", cassette("    status: [")), @"[root]/half.yaml:6: is no YAML: unclosed bracket '[' (column 13)");
}

#[test]
fn truncated_json() {
    insta::assert_snapshot!(refused("half.json", "{\"interactions\": [\n{\"request\": {\"met"), @"[root]/half.json:2: is no JSON: EOF while parsing a string (column 17)");
    insta::assert_snapshot!(refused("half.har", "{\"log\": {\n\"entries\": [{}, "), @"[root]/half.har:2: is no JSON: EOF while parsing a value (column 16)");
}

#[test]
fn members_that_are_missing_or_of_another_kind() {
    let responses = [
        "    body: {string: x}",
        "    status: {code: fine}\n    body: {string: x}",
        "    status: {code: 99}\n    body: {string: x}",
        "    status: {code: 200}\n    body: [x]",
        "    status: {code: 200}\n    body: {string: x, base64_string: eA==}",
        "    status: {code: 200}\n    body: {text: x}",
        "    status: {code: 200}\n    body: {base64_string: '*'}",
        "    status: {code: 200}\n    body: {string: !!binary '*'}",
        "    status: {code: 200}\n    body: {string: !!python/object:x.Y {}}",
        "    status: {code: 200}\n    headers: {\"a b\": [c]}\n    body: {string: x}",
        "    status: {code: 200}\n    headers: {a: [{}]}\n    body: {string: x}",
        "    status: {code: 200}\n    headers: {content-encoding: [lzma]}\n    body: {string: \"\\0\"}",
        "    status: {code: 200}\n    headers: {content-encoding: [gzip]}\n    body: {string: !!binary H4sIAAAAAAACA0tJ}",
    ];
    insta::assert_snapshot!(responses.map(|response| refused("a.yaml", cassette(response))).join("\n"), @r#"
    [root]/a.yaml:6: interaction 1: `status` is missing; got a map of body
    [root]/a.yaml:6: interaction 1: the status of the response is not a number, but "fine"
    [root]/a.yaml:2: interaction 1: status 99 is not that of a final response: expected 200 to 999
    [root]/a.yaml:7: interaction 1: response.body is not text, but a list of 1
    [root]/a.yaml:7: interaction 1: response.body has both `string` and `base64_string`; which is it?
    [root]/a.yaml:7: interaction 1: response.body has a member `text`, which is not read
    [root]/a.yaml:7: interaction 1: response.body is no base64: Invalid symbol 42, offset 0.
    [root]/a.yaml:7: a !!binary value is no base64: Invalid symbol 42, offset 0.
    [root]/a.yaml:7: interaction 1: response.body is not text, but a value with the tag !!python/object:x.Y, which is not read here
    [root]/a.yaml:2: interaction 1: "a b" cannot be the name of a header field: expected letters, digits and hyphens
    [root]/a.yaml:7: interaction 1: the value of the header "a" is not text, but an empty map
    [root]/a.yaml:2: interaction 1: the content-encoding "lzma" is not known: expected gzip, br, zstd or deflate
    [root]/a.yaml:2: interaction 1: the body of 12 bytes cannot be decoded as gzip, which its content-encoding says it is: incomplete deflate stream
    "#);
}

#[test]
fn members_of_a_har_that_are_of_another_kind() {
    insta::assert_snapshot!(refused("a.har", "{\"log\": {\"entries\": {}}}"), @"[root]/a.har: log.entries is not a list, but an empty map");
    insta::assert_snapshot!(refused("a.har", "{\"log\": {\"entries\": [{\"request\": 1}]}}"), @r#"[root]/a.har: entry 1: `method` is missing; got "1""#);
    let entry = r#"{"request": {"method": "POST", "url": "https://h/responses"}, "response": {"status": 200, "content": {"text": "x", "encoding": "rot13"}}}"#;
    insta::assert_snapshot!(refused("a.har", format!("{{\"log\": {{\"entries\": [{entry}]}}}}")), @r#"[root]/a.har: entry 1: response.content.text has the encoding "rot13": expected base64, or none"#);
}

#[test]
fn deep_nesting() {
    let deep = "[".repeat(100_000);
    insta::assert_snapshot!(refused("deep.yaml", format!("interactions: {deep}")), @"[root]/deep.yaml:1: is no YAML: recursion limit exceeded (column 79)");
    let deep = "- ".repeat(100_000);
    insta::assert_snapshot!(refused("deep.yaml", format!("interactions:\n{deep}")), @"[root]/deep.yaml:2: is no YAML: recursion limit exceeded (column 127)");
    let deep = "[".repeat(100_000);
    insta::assert_snapshot!(refused("deep.har", format!("{{\"log\": {{\"entries\": {deep}")), @"[root]/deep.har:1: is no JSON: recursion limit exceeded (column 146)");
}

/// Ten lists, each of ten of the one before: ten thousand million texts, were they written out.
#[test]
fn a_bomb_of_aliases_does_not_go_off() {
    let mut bomb = "a0: &a0 lol\n".to_owned();
    for level in 1..=10 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        bomb.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    insta::assert_snapshot!(refused("bomb.yaml", format!("{bomb}interactions: *a10\n")), @"[root]/bomb.yaml:8: the aliases up to here stand for more than 16 MiB; write out those that are meant, and import the file in parts");
    let headers = format!(
        "{bomb}interactions:\n- request: {{method: POST, uri: /responses}}\n  response: {{status: {{code: 200}}, headers: {{x: *a10}}}}\n"
    );
    insta::assert_snapshot!(refused("bomb.yaml", headers), @"[root]/bomb.yaml:8: the aliases up to here stand for more than 16 MiB; write out those that are meant, and import the file in parts");
}

/// A body of 200 kB in 950 interactions. It is shared in memory, but would be 190 MB of files.
#[test]
fn a_long_body_with_many_aliases() {
    let mut cassette = format!("body: &body {}\ninteractions:\n", "x".repeat(200_000));
    for _ in 0..950 {
        cassette.push_str(
            "- request: {method: POST, uri: /responses}\n  response: {status: {code: 200}, body: *body}\n",
        );
    }
    insta::assert_snapshot!(refused("long.yaml", cassette), @"[root]/long.yaml:170: the aliases up to here stand for more than 16 MiB; write out those that are meant, and import the file in parts");
}

/// A smaller one, in a request that is stored in a structure of its own, and is looked into for what the user says.
#[test]
fn a_bomb_in_a_request_does_not_go_off() {
    let mut cassette = "a0: &a0 lol\n".to_owned();
    for level in 1..=6 {
        let before = format!("*a{}, ", level - 1).repeat(10);
        cassette.push_str(&format!("a{level}: &a{level} [{before}]\n"));
    }
    cassette.push_str("interactions:\n- request: {method: POST, uri: /responses, parsed_body: {input: *a6}}\n  response: {status: {code: 500}, body: x}\n");
    let imported = crate::support::imported("bomb.yaml", cassette);
    assert_eq!(crate::support::words(&imported), ["Message 1"]);
}

#[test]
fn one_answer_as_often_as_can_be() {
    let one =
        "one: &one {request: {method: POST, uri: /responses}, response: {status: {code: 200}, body: x}}\n";
    let many = format!("{one}interactions: [{}]\n", "*one, ".repeat(5_000));
    insta::assert_snapshot!(refused("many.yaml", many), @"[root]/many.yaml: holds more than 999 answers or 512 MiB once it is decoded; import it in parts");
    let long = one.replace("body: x", &format!("body: {}", "x".repeat(1 << 20)));
    let long = format!("{long}interactions: [{}]\n", "*one, ".repeat(900));
    insta::assert_snapshot!(refused("long.yaml", long), @"[root]/long.yaml:2: the aliases up to here stand for more than 16 MiB; write out those that are meant, and import the file in parts");
    let more = format!("{one}interactions: [{}]\n", "*one, ".repeat(20_000));
    insta::assert_snapshot!(refused("more.yaml", more), @"[root]/more.yaml: holds more than 10000 requests; take out those that do not belong here");
    insta::assert_snapshot!(refused("more.txt", "HTTP/1.1 200 OK\n\n".repeat(20_000)), @"[root]/more.txt: holds more than 10000 requests; take out those that do not belong here");
}

#[test]
fn aliases_that_lead_nowhere_or_in_circles() {
    insta::assert_snapshot!(refused("a.yaml", "interactions:\n- *nothing\n"), @"[root]/a.yaml:2: is no YAML: while parsing node, found unknown anchor (column 3)");
    insta::assert_snapshot!(refused("a.yaml", "interactions: &all\n- a\n- *all\n"), @"[root]/a.yaml:3: an alias stands within what it is an alias of");
}

#[test]
fn two_documents() {
    let one = cassette("    status: {code: 200}\n    body: {string: x}");
    insta::assert_snapshot!(refused("two.yaml", format!("{one}---\n{one}")), @"[root]/two.yaml:8: a second document begins here, but a cassette is one");
}

#[test]
fn text_that_is_none() {
    insta::assert_snapshot!(refused("a.yaml", b"interactions:\n- \xff\xfe\n"), @"[root]/a.yaml:2: is not UTF-8");
    insta::assert_snapshot!(refused("a.yaml", b"interactions:\n- a\x01b\n"), @r#"[root]/a.yaml:2: is no YAML: unexpected character: `\u{1}' (column 3)"#);
}

#[test]
fn a_line_of_a_gigabyte() {
    let files = Files::new();
    File::create(files.path("long.sse")).unwrap().set_len(1 << 30).unwrap();
    let error = import(&files.path("long.sse"), "long", None).unwrap_err();
    insta::assert_snapshot!(files.still(&error.to_string()), @"[root]/long.sse: has 1073741824 bytes, but such a file may have 268435456 (256 MiB); make it smaller");
}

#[test]
fn a_stream_that_is_longer_than_a_body_may_be() {
    let line = format!("data: {}\n\n", "x".repeat(65 << 20));
    insta::assert_snapshot!(refused("long.sse", line), @"[root]/long.sse: the stream: makes a body of 68157448 bytes, but a body may have 67108864");
}

#[test]
fn gzip_that_is_not_whole() {
    let mut gzipped = Vec::new();
    let mut encoder = flate2::read::GzEncoder::new(STREAM.as_bytes(), flate2::Compression::default());
    std::io::Read::read_to_end(&mut encoder, &mut gzipped).unwrap();
    insta::assert_snapshot!(refused("half.sse.gz", &gzipped[..gzipped.len() / 2]), @"[root]/half.sse.gz: is no whole gzip file: incomplete deflate stream");
}

#[test]
fn what_is_no_file() {
    let files = Files::new();
    let told = |name: &str| files.still(&import(&files.path(name), "x", None).unwrap_err().to_string());
    insta::assert_snapshot!(told("missing.sse"), @"[root]/missing.sse: cannot be read: No such file or directory (os error 2)");
    std::fs::create_dir(files.path("folder.sse")).unwrap();
    insta::assert_snapshot!(told("folder.sse"), @"[root]/folder.sse: is a folder, and what can be imported is a file");
}
