//! Lint: each rule, what a recording says is meant, and the files around recordings.

use pretty_assertions::assert_eq;
use responses_parity::recording::{
    Delivery, End, Exchange, Finding, LintRule, Recording, Severity, Turn, lint, lint_recording,
};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use tempfile::TempDir;

/// A message in two pieces, as a real server sends one.
fn good() -> Vec<Value> {
    let item = |status: &str, content: Value| json!({"id": "msg_1", "type": "message", "status": status, "role": "assistant", "content": content});
    let part = |text: &str| json!({"type": "output_text", "text": text, "annotations": []});
    let place = |mut event: Value| {
        let place = json!({"item_id": "msg_1", "output_index": 0, "content_index": 0});
        event.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
        event
    };
    let whole = item("completed", json!([part("Good day.")]));
    let mut events = vec![
        json!({"type": "response.created", "response": {"id": "resp_1", "status": "in_progress", "output": []}}),
        json!({"type": "response.output_item.added", "output_index": 0, "item": item("in_progress", json!([]))}),
        place(json!({"type": "response.content_part.added", "part": part("")})),
        place(json!({"type": "response.output_text.delta", "delta": "Good "})),
        place(json!({"type": "response.output_text.delta", "delta": "day."})),
        place(json!({"type": "response.output_text.done", "text": "Good day."})),
        place(json!({"type": "response.content_part.done", "part": part("Good day.")})),
        json!({"type": "response.output_item.done", "output_index": 0, "item": whole}),
        json!({"type": "response.completed", "response": {"id": "resp_1", "status": "completed", "output": [whole]}}),
    ];
    for (number, event) in events.iter_mut().enumerate() {
        event["sequence_number"] = json!(number);
    }
    events
}

fn framed(events: &[Value]) -> String {
    events.iter().fold(String::new(), |mut text, event| {
        let _ = write!(text, "event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or("message"));
        text
    })
}

fn recording_of(exchange: Exchange) -> Recording {
    Recording::of_exchanges("made", vec![Turn::said("Hello")], vec![exchange])
}

/// What is found in a stream: a line for each finding, without its path.
fn findings(stream: impl Into<String>) -> Vec<String> {
    shown(&lint_recording(&recording_of(Exchange::stream(stream.into()))))
}

fn shown(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| finding.to_string().trim_start_matches(": ").to_owned()).collect()
}

/// What is found in the good stream once one thing in it is changed.
fn changed(change: impl FnOnce(&mut Vec<Value>)) -> Vec<String> {
    let mut events = good();
    change(&mut events);
    findings(framed(&events))
}

#[test]
fn a_stream_like_a_real_one_has_nothing_to_be_found() {
    assert_eq!(changed(|_| {}), Vec::<String>::new());
}

#[test]
fn what_is_wrong_with_members() {
    let found = [
        changed(|events| drop(events[3].as_object_mut().unwrap().shift_remove("item_id"))),
        changed(|events| events[4]["content_index"] = json!("0")),
        changed(|events| events[7]["item"]["content"][0]["text"] = json!(1)),
        changed(|events| drop(events[7]["item"].as_object_mut().unwrap().shift_remove("type"))),
        changed(|events| events[8]["response"]["usage"] = json!({"input_tokens": 1.5, "output_tokens": 2})),
        changed(|events| events[8]["response"]["id"] = json!(null)),
        changed(|events| events[2]["part"] = json!("text")),
    ];
    insta::assert_snapshot!(found.map(|lines| lines.join("\n")).join("\n\n"));
}

#[test]
fn what_is_wrong_with_the_order_of_things() {
    let found = [
        changed(|events| drop(events.remove(0))),
        changed(|events| events.insert(1, events[0].clone())),
        changed(|events| events.swap(0, 1)),
        changed(|events| drop(events.pop())),
        changed(|events| events.push(events[4].clone())),
        changed(|events| events[8]["response"]["id"] = json!("resp_2")),
        changed(|events| events[5]["sequence_number"] = json!(3)),
        changed(|events| drop(events[5].as_object_mut().unwrap().shift_remove("sequence_number"))),
        changed(|events| events[8]["sequence_number"] = json!(20)),
        changed(|events| {
            for event in events {
                event.as_object_mut().unwrap().shift_remove("sequence_number");
            }
        }),
    ];
    insta::assert_snapshot!(found.map(|lines| lines.join("\n")).join("\n\n"));
}

#[test]
fn what_is_wrong_with_items_and_their_texts() {
    let found = [
        changed(|events| drop(events.remove(1))),
        changed(|events| drop(events.remove(7))),
        changed(|events| events[3]["item_id"] = json!("msg_2")),
        changed(|events| events[3]["output_index"] = json!(4)),
        changed(|events| events[7]["output_index"] = json!(1)),
        changed(|events| events.swap(4, 7)),
        changed(|events| events[4]["delta"] = json!("night.")),
        changed(|events| events[6]["part"]["text"] = json!("Good")),
        changed(|events| events[7]["item"]["content"] = json!([])),
        changed(|events| events[8]["response"]["output"] = json!([])),
        changed(|events| events[8]["response"]["output"][0]["role"] = json!("user")),
        changed(|events| {
            let twice = events[8]["response"]["output"][0].clone();
            events[8]["response"]["output"] = json!([twice, twice]);
        }),
    ];
    insta::assert_snapshot!(found.map(|lines| lines.join("\n")).join("\n\n"));
}

#[test]
fn what_is_wrong_with_the_text_of_events() {
    let with = |block: &str| framed(&good()[..3]) + block + &framed(&good()[3..]);
    let found = [
        findings(with("data: not JSON\n\n")),
        findings(with("data: {\"kind\":\"x\"}\n\n")),
        findings(with("data: {\"type\":\"keepalive\",\"a\":1,\"a\":2}\n\n")),
        findings(with("data: {\"type\":\"response.new\",\"half\":\"\\ud800\"}\n\n")),
        findings(with("event: ping\ndata: {\"type\":\"keepalive\"}\n\n")),
        findings(with("data: {\"type\":\"response.weather.changed\",\"sequence_number\":3}\n\n")),
        findings(with("data: [DONE]\n\n: a comment\n\n")),
        findings(framed(&good()).trim_end().to_owned()),
        findings(framed(&good()) + "data: {\"type\":\"keep"),
    ];
    insta::assert_snapshot!(found.map(|lines| lines.join("\n")).join("\n\n"));
}

#[test]
fn bytes_that_are_not_utf8_end_a_stream() {
    let mut body = framed(&good()).into_bytes();
    let place = body.windows(5).position(|bytes| bytes == b"Good ").unwrap();
    body[place] = 0xff;
    let found = shown(&lint_recording(&recording_of(Exchange::stream(body))));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].ends_with("[not-utf8]"), "{found:?}");
}

#[test]
fn a_stream_that_is_cut_or_refused_need_not_end_well() {
    let start = framed(&good()[..4]) + "data: {\"ty";
    for end in [End::Eof, End::Reset, End::Stalled] {
        let delivery = Delivery { end, ..Delivery::default() };
        let cut = Exchange { delivery, ..Exchange::stream(start.clone()) };
        assert_eq!(shown(&lint_recording(&recording_of(cut))), Vec::<String>::new());
    }
    let refused = Exchange { status: 500, ..Exchange::stream("data: 1\n\n") };
    assert_eq!(shown(&lint_recording(&recording_of(refused))), Vec::<String>::new());
}

/// The writings that come in pieces, beside messages: each must be what the finished item says.
#[test]
fn every_kind_of_text_is_followed_into_its_item() {
    let cases = [
        (
            json!({"id": "i", "type": "function_call", "call_id": "c", "name": "n", "arguments": "{}"}),
            "response.function_call_arguments.delta",
            json!({}),
        ),
        (
            json!({"id": "i", "type": "custom_tool_call", "call_id": "c", "name": "n", "input": "{}"}),
            "response.custom_tool_call_input.delta",
            json!({}),
        ),
        (
            json!({"id": "i", "type": "reasoning", "summary": [{"type": "summary_text", "text": "{}"}]}),
            "response.reasoning_summary_text.delta",
            json!({"summary_index": 0}),
        ),
        (
            json!({"id": "i", "type": "shell_call", "status": "completed", "call_id": "c", "action": {"commands": ["x", "{}"]}}),
            "response.shell_call_command.delta",
            json!({"command_index": 1}),
        ),
        (
            json!({"id": "i", "type": "code_interpreter_call", "status": "completed", "container_id": "c", "code": "{}"}),
            "response.code_interpreter_call_code.delta",
            json!({}),
        ),
    ];
    for (item, delta, more) in cases {
        let stream = |piece: &str| {
            let mut within = json!({"type": delta, "item_id": "i", "output_index": 0, "delta": piece});
            within.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let mut events = vec![
                good()[0].clone(),
                json!({"type": "response.output_item.added", "output_index": 0, "item": item}),
                within,
                json!({"type": "response.output_item.done", "output_index": 0, "item": item}),
                json!({"type": "response.completed", "response": {"id": "resp_1", "output": [item]}}),
            ];
            for (number, event) in events.iter_mut().enumerate() {
                event["sequence_number"] = json!(number);
            }
            findings(framed(&events))
        };
        assert_eq!(stream("{}"), Vec::<String>::new());
        let wrong = stream("{!");
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert!(wrong[0].ends_with("[text-differs]"), "{wrong:?}");
    }
}

/// A folder with files, as a lint finds it.
struct Files(TempDir);

impl Files {
    fn new(files: &[(&str, &str)]) -> Files {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Files(folder)
    }

    /// The findings, but for notes; the folder's own name left out.
    fn lint(&self) -> String {
        let report = lint(&[self.0.path()]).unwrap();
        let findings = report.findings.iter().filter(|finding| finding.severity() > Severity::Note);
        let lines: Vec<_> = findings.map(|finding| format!("{}: {finding}", finding.severity())).collect();
        let real = std::fs::canonicalize(self.0.path()).unwrap().display().to_string();
        lines.join("\n").replace(&real, ".").replace(&self.0.path().display().to_string(), ".")
    }
}

const MANIFEST: &str = "format = 1\ndescription = \"A greeting.\"\n[provenance]\nkind = \"hand-made\"\n[[turn]]\nuser = \"Hello\"\n[[exchange]]\n";

#[test]
fn files_that_are_wrong_missing_or_too_many() {
    let stream = framed(&good());
    let undescribed = "format = 1\n[[turn]]\nuser = \"Hi\"\n[[exchange]]\n";
    let files = Files::new(&[
        ("a/good/recording.toml", MANIFEST),
        ("a/good/01.response.sse", &stream),
        ("a/same/recording.toml", MANIFEST),
        ("a/same/01.response.sse", &stream),
        ("a/silent/recording.toml", undescribed),
        ("a/silent/01.response.sse", &stream),
        ("a/stray.txt", "what is this?"),
        ("a/README.md", "for readers"),
        (
            "b/two-things-wrong/recording.toml",
            "format = 1\n[[turn]]\nuser = \"x\"\n[[exchange]]\n[[exchange]]\nstatus = 42\n",
        ),
        ("b/two-things-wrong/03.response.sse", ""),
        ("c/missing/recording.toml", MANIFEST),
        ("c/missing/1.response.sse", &stream),
        ("c/broken.json", "{"),
    ]);
    insta::assert_snapshot!(files.lint());
}

#[test]
fn what_is_meant_is_no_finding_and_what_is_meant_in_vain_is_one() {
    let stream = framed(&good()[..8]);
    let with = |lint: &str| {
        let manifest = MANIFEST.replace("[[turn]]", &format!("{lint}[[turn]]"));
        Files::new(&[("r/recording.toml", &manifest), ("r/01.response.sse", &stream)]).lint()
    };
    let cases = [
        "[[lint]]\nallow = [\"no-end\"]\nreason = \"It is cut short.\"\n",
        "[[lint]]\nallow = [\"no-end\", \"order\"]\nreason = \"It is cut short.\"\n",
        "[[lint]]\nallow = [\"no-end\"]\nreason = \" \"\n",
        "[[lint]]\nallow = []\nreason = \"x\"\n",
        "[[lint]]\nallow = [\"unused-exception\"]\nreason = \"x\"\n",
        "[[lint]]\nallow = [\"no-such-rule\"]\nreason = \"x\"\n",
    ];
    insta::assert_snapshot!(cases.map(with).join("\n\n"));
}

#[test]
fn git_must_leave_bytes_alone() {
    let stream = framed(&good());
    let with = |attributes: &[(&str, &str)]| {
        let mut files = vec![
            (".git/HEAD", "ref: refs/heads/main\n"),
            ("r/one/recording.toml", MANIFEST),
            ("r/one/01.response.sse", &stream),
            ("r/one/01.request.json", "{}"),
        ];
        files.extend(attributes);
        Files::new(&files).lint()
    };
    let unprotected = with(&[]);
    assert_eq!(unprotected.matches("[line-ends]").count(), 2, "{unprotected}");
    assert!(unprotected.contains("add a line `*.sse -text`"), "{unprotected}");
    let protected: [&[(&str, &str)]; 5] = [
        &[(".gitattributes", "*.sse -text\n*.request.json -text\n")],
        &[(".gitattributes", "# bytes\n/r/** binary\n")],
        &[(".gitattributes", "* text=auto\nr/*/0[1-9].* -text\n")],
        &[(".gitattributes", "*.sse text\n"), ("r/.gitattributes", "*.sse -text\n**/*.json -text\n")],
        &[(".gitattributes", "r/one/0?.re*.* diff -text\n")],
    ];
    for attributes in protected {
        assert_eq!(with(attributes), "", "{attributes:?}");
    }
    let changed = with(&[(".gitattributes", "r/** -text\n*.sse text eol=lf\n")]);
    assert_eq!(changed.matches("[line-ends]").count(), 1, "{changed}");
}

/// What is meant is said in each of them.
#[test]
fn the_recordings_of_this_project_are_clean() {
    let report = lint(&[Path::new("recordings")]).unwrap();
    let findings = report.findings.iter().filter(|finding| finding.severity() > Severity::Note);
    assert_eq!(shown(&findings.cloned().collect::<Vec<_>>()), Vec::<String>::new());
    let rules: BTreeSet<LintRule> = report.findings.iter().map(|finding| finding.rule).collect();
    assert!(rules.contains(&LintRule::NoSequence), "nothing was looked at: {rules:?}");
}

#[test]
fn a_recording_that_is_named_twice_is_one() {
    let report =
        lint(&["recordings/text/plain", "recordings/text/../text/plain", "recordings/text/plain/."]).unwrap();
    assert_eq!((report.recordings, shown(&report.findings)), (1, Vec::new()));
}

/// A look at a body of the greatest length must not take for ever.
#[test]
fn many_items_and_types_are_looked_at_once_each() {
    let mut stream = framed(&good()[..1]);
    for number in 0..40_000 {
        let item = json!({"id": format!("i{number}"), "type": "compaction", "encrypted_content": ""});
        let added = json!({"type": "response.output_item.added", "output_index": number, "item": item});
        let other = json!({"type": format!("response.other.{number}")});
        stream.push_str(&framed(&[added, other]));
    }
    let begun = std::time::Instant::now();
    assert_eq!(findings(stream).len(), 80_002);
    assert!(begun.elapsed() < std::time::Duration::from_secs(60), "{:?}", begun.elapsed());
}

/// Where it stands is told, and never what it is.
#[test]
fn what_may_be_a_secret_is_found_wherever_it_stands() {
    let somebody = format!("user-{}", "a1B2c3D4".repeat(3));
    let mut events = good();
    events[8]["response"]["safety_identifier"] = json!(somebody);
    let mut exchange = Exchange::stream(framed(&events));
    exchange.headers.push(("openai-organization".to_owned(), "org-of-somebody".to_owned()));
    exchange.request = Some(json!({"safety_identifier": somebody}).to_string().into());
    let mut recording = recording_of(exchange);
    recording.description = format!("Asked by {somebody}.");
    let found = shown(&lint_recording(&recording)).join("\n");
    assert!(!found.contains(&somebody) && !found.contains("org-of-somebody"), "{found}");
    insta::assert_snapshot!(found);
}

#[test]
fn what_is_certainly_a_secret_cannot_be_loaded() {
    let key = format!("ghp_{}", "a1B2c3".repeat(6));
    let found = Files::new(&[("leak.sse", &format!("data: {key}\n\n"))]).lint();
    assert!(!found.contains(&key), "{found}");
    insta::assert_snapshot!(found);
}
