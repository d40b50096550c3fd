//! `inspect`, `list` and `lint` from outside.

use pretty_assertions::assert_eq;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Runs the program and gives its status, stdout and stderr as one text.
fn run(arguments: &[&str]) -> String {
    #[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
    let mut command = Command::new(env!("CARGO_BIN_EXE_responses-parity"));
    let Output { status, stdout, stderr } = command.args(arguments).output().unwrap();
    let mut text = format!("status {}\n", status.code().unwrap());
    for (name, bytes) in [("stdout", stdout), ("stderr", stderr)] {
        if !bytes.is_empty() {
            let _ = write!(text, "-- {name}\n{}", String::from_utf8(bytes).unwrap());
        }
    }
    text
}

/// What a verb prints on stdout, as JSON.
fn json(arguments: &[&str]) -> serde_json::Value {
    let text = run(arguments);
    let json = text.split("-- stdout\n").nth(1).unwrap_or_else(|| panic!("nothing on stdout: {text}"));
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"))
}

#[test]
fn help() {
    let help = [&["inspect", "--help"], &["list", "--help"], &["lint", "--help"]].map(|verb| run(verb));
    insta::assert_snapshot!(help.join("\n"));
}

#[test]
fn inspect_shows_what_a_recording_holds() {
    let names = [
        "tools/message-then-call",
        "reasoning/raw-text",
        "endings/slow-but-alive",
        "conversation/interrupt-while-reasoning",
        "http/503-then-ok",
        "framing/invalid-utf8",
        "endings/unreachable-with-retries",
        "endings/head-cut-reset",
    ];
    let shown = names.map(|name| run(&["inspect", &format!("recordings/{name}")]));
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn inspect_lists_events() {
    let names = ["endings/slow-but-alive", "events/malformed-json", "framing/mixed-line-ends"];
    let shown = names.map(|name| run(&["inspect", &format!("recordings/{name}"), "--events"]));
    insta::assert_snapshot!(shown.join("\n"));
}

/// Every layout that can be loaded can be looked into.
#[test]
fn inspect_reads_every_layout() {
    let stream = "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_tea\"}}\n\n";
    let files = [
        ("bare.sse", stream),
        ("plain/stream.sse", stream),
        ("plain/response.json", r#"{"status": 200, "headers": {"x-request-id": "req_tea"}}"#),
        ("turns/turn-1/body.json", r#"{"error":{"message":"no tea"}}"#),
        ("turns/turn-1/response.json", r#"{"status": 404}"#),
        ("turns/turn-2/events.jsonl", r#"{"type":"response.completed","response":{"id":"resp_tea"}}"#),
        (
            "script.json",
            r#"{"description":"Tea.","replies":[{"status":503,"body":"later"},{"sse":"bare.sse","split":40}]}"#,
        ),
    ];
    let folder = Folder::new(&files);
    let shown =
        ["bare.sse", "plain", "turns", "script.json"].map(|name| folder.run(&["inspect", "--events"], name));
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn inspect_gives_json() {
    let shown = json(&["inspect", "recordings/tools/function-call", "--format", "json", "--events"]);
    assert_eq!(shown["exchanges"][0]["outcome"]["completed"], "resp_greenhouse_01");
    assert_eq!(shown["exchanges"][0]["body"]["stream"]["items"][0]["call"]["name"], "read_thermometer");
    assert_eq!(shown["exchanges"][0]["framing"], "length");
    let events = shown["exchanges"][0]["events"].as_array().unwrap();
    assert_eq!(events.len(), 12);
    let body = std::fs::read_to_string("recordings/tools/function-call/01.response.sse").unwrap();
    for event in events {
        let start = event["offset"].as_u64().unwrap() as usize;
        let block = &body[start..start + event["bytes"].as_u64().unwrap() as usize];
        assert_eq!(
            block,
            format!(
                "event: {}\ndata: {}\n\n",
                event["type"].as_str().unwrap(),
                event["data"].as_str().unwrap()
            )
        );
    }
}

#[test]
fn list_shows_a_table_and_totals() {
    insta::assert_snapshot!(run(&["list", "recordings/endings", "recordings/http/503-default-retries"]));
}

#[test]
fn list_gives_json() {
    let shown = json(&["list", "recordings/text", "--format", "json"]);
    let names: Vec<_> = shown.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"plain") && names.is_sorted(), "{names:?}");
}

#[test]
fn list_tells_what_is_not_reached() {
    insta::assert_snapshot!(run(&["list", "recordings/limits", "--coverage"]));
}

#[test]
fn list_goes_on_after_what_cannot_be_loaded() {
    let folder = Folder::new(&[
        ("good.sse", "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\"}}\n\n"),
        ("bad/recording.toml", "format = 7\n"),
        ("worse/stray.bin", ""),
    ]);
    insta::assert_snapshot!(folder.run(&["list"], "."));
}

#[test]
fn lint_has_a_status_for_every_severity() {
    let created = "data: {\"type\":\"response.created\",\"response\":{\"id\":\"r\"}}\n\n";
    let whole =
        format!("{created}data: {{\"type\":\"response.completed\",\"response\":{{\"id\":\"r\"}}}}\n\n");
    let folder = Folder::new(&[
        ("notes/good.sse", &whole),
        ("warnings/cut.sse", created),
        ("errors/good.sse", &whole),
        ("errors/bad/recording.toml", "format = 1\n[[turn]]\n"),
    ]);
    let shown = ["notes", "warnings", "errors", "absent"].map(|name| folder.run(&["lint", "--notes"], name));
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn lint_gives_json() {
    let report = json(&["lint", "recordings/text", "--format", "json"]);
    assert_eq!((&report["errors"], &report["warnings"]), (&serde_json::json!(0), &serde_json::json!(0)));
    let findings = report["findings"].as_array().unwrap();
    assert_eq!(findings.len() as u64, report["notes"].as_u64().unwrap());
    assert!(findings.iter().any(|finding| finding["rule"] == "no-sequence"), "{findings:?}");
}

#[test]
fn usage() {
    let cases: [&[&str]; 5] = [
        &["inspect"],
        &["inspect", "recordings/tools"],
        &["inspect", "no/such/thing"],
        &["list", "no/such/thing"],
        &["list", "--app-server", "codex app-server"],
    ];
    insta::assert_snapshot!(cases.map(run).join("\n"));
}

/// A folder with files in it.
struct Folder(TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Folder(folder)
    }

    /// Runs a verb on something in it; the folder's own name left out.
    fn run(&self, verb: &[&str], name: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        let path = path.display().to_string();
        let text = run(&[verb, &[path.as_str()]].concat());
        text.replace(&self.0.path().display().to_string(), "[folder]")
    }
}

/// Neither on a terminal nor in the log of a CI job.
#[test]
fn what_may_be_a_secret_is_not_shown() {
    let somebody = format!("user-{}", "a1B2c3D4".repeat(3));
    let stream = format!(
        "data: {{\"type\":\"response.completed\",\"response\":{{\"id\":\"r\",\"safety_identifier\":\"{somebody}\"}}}}\n\n"
    );
    let head = r#"{"headers": {"set-cookie": "session=crumbs", "x-request-id": "req_1"}}"#;
    let folder = Folder::new(&[("r/stream.sse", &stream), ("r/response.json", head)]);
    let shown = [
        folder.run(&["inspect", "--events"], "r"),
        folder.run(&["inspect", "--events", "--format", "json"], "r"),
        folder.run(&["list", "--format", "json"], "r"),
        folder.run(&["lint", "--notes"], "r"),
    ];
    for text in &shown {
        assert!(!text.contains(&somebody) && !text.contains("crumbs"), "{text}");
    }
    insta::assert_snapshot!(shown[0]);
}
