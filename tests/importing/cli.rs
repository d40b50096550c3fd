//! The verb from outside.

use crate::support::{CALL, Files, STREAM};
use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::symlink;
use std::process::Command;

impl Files {
    /// Imports these files into `out`, and tells the status and what was printed.
    fn run(&self, files: &[&str], options: &[&str]) -> String {
        #[expect(
            clippy::disallowed_methods,
            reason = "the program under test is no app-server here, but itself"
        )]
        let mut command = Command::new(env!("CARGO_BIN_EXE_responses-parity"));
        let files = files.iter().map(|file| self.path(file));
        let output =
            command.arg("import").args(files).arg("-o").arg(self.path("out")).args(options).output().unwrap();
        let mut text = format!("status {}\n", output.status.code().unwrap());
        for (name, bytes) in [("stdout", output.stdout), ("stderr", output.stderr)] {
            if !bytes.is_empty() {
                let _ = write!(text, "-- {name}\n{}", String::from_utf8_lossy(&bytes));
            }
        }
        self.still(&text)
    }

    /// What stands in `out`, hidden or not.
    fn written(&self) -> Vec<String> {
        let entries = walkdir::WalkDir::new(self.path("out")).min_depth(1).sort_by_file_name().into_iter();
        let paths = entries.filter_map(Result::ok).map(|entry| entry.into_path());
        paths.map(|path| path.strip_prefix(self.path("out")).unwrap().display().to_string()).collect()
    }
}

const CASSETTE: &str = r#"{"interactions": [
  {"request": {"method": "GET", "uri": "https://api.example.com/v1/models"}, "response": {"status": {"code": 200}, "body": {"string": "{}"}}},
  {"request": {"method": "POST", "uri": "https://api.example.com/v1/responses", "body": "{\"input\":\"Grind.\"}"},
   "response": {"status": {"code": 429}, "headers": {"retry-after": ["2"]}, "body": {"string": "{\"error\":{}}"}}}
]}"#;

#[test]
fn each_file_and_what_it_became() {
    let files = Files::new();
    files.write("mill.sse", CALL);
    files.write("cassette.json", CASSETTE);
    insta::assert_snapshot!(files.run(&["mill.sse", "cassette.json"], &["--prompt", "Grind the rye."]));
    insta::assert_snapshot!(files.written().join("\n"), @r"
    cassette
    cassette/01.request.json
    cassette/01.response.body
    cassette/recording.toml
    mill
    mill/01.response.sse
    mill/recording.toml
    ");
    let manifest = fs::read_to_string(files.path("out/mill/recording.toml")).unwrap();
    insta::assert_snapshot!(manifest);
}

#[test]
fn one_bad_file_among_others() {
    let files = Files::new();
    files.write("first.sse", STREAM);
    files.write("bad.har", "{\"log\": {\"entries\": [");
    files.write("last.sse", STREAM);
    insta::assert_snapshot!(files.run(&["first.sse", "bad.har", "last.sse"], &[]));
    assert!(files.path("out/last/01.response.sse").exists());
    assert!(!files.path("out/bad").exists());
}

#[test]
fn a_bad_file_alone_leaves_nothing_behind() {
    let files = Files::new();
    files.write("bad.yaml", "interactions: [");
    insta::assert_snapshot!(files.run(&["bad.yaml"], &[]), @"
    status 2
    -- stderr
    error: [root]/bad.yaml:1: is no YAML: unclosed bracket '[' (column 15)
    ");
    assert!(!files.path("out").exists());
}

#[test]
fn a_bomb_of_aliases_leaves_nothing_behind() {
    let files = Files::new();
    let mut bomb = format!("body: &body {}\ninteractions:\n", "x".repeat(200_000));
    for _ in 0..950 {
        bomb.push_str(
            "- request: {method: POST, uri: /responses}\n  response: {status: {code: 200}, body: *body}\n",
        );
    }
    files.write("bomb.yaml", bomb);
    insta::assert_snapshot!(files.run(&["bomb.yaml"], &[]), @"
    status 2
    -- stderr
    error: [root]/bomb.yaml:170: the aliases up to here stand for more than 16 MiB; write out those that are meant, and import the file in parts
    ");
    assert!(!files.path("out").exists());
}

#[test]
fn an_answer_without_an_event_is_noted() {
    let files = Files::new();
    files.write(
        "refused.txt",
        "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\n\r\n{\"error\":{}}",
    );
    let told = files.run(&["refused.txt"], &[]);
    assert!(told.starts_with("status 0") && told.contains("no answer holds an event of a stream"), "{told}");
}

#[test]
fn what_is_there_stays_unless_it_is_to_go() {
    let files = Files::new();
    files.write("mill.sse", CALL);
    files.run(&["mill.sse"], &[]);
    files.write("mill.sse", STREAM);
    insta::assert_snapshot!(files.run(&["mill.sse"], &[]), @"
    status 2
    -- stderr
    error: [root]/out/mill: is there already; choose another name, or have it replaced (-o, --force)
    ");
    assert_eq!(fs::read_to_string(files.path("out/mill/01.response.sse")).unwrap(), CALL);
    assert!(files.run(&["mill.sse"], &["--force"]).starts_with("status 0"));
    assert_eq!(fs::read_to_string(files.path("out/mill/01.response.sse")).unwrap(), STREAM);
}

#[test]
fn a_link_in_the_place_of_the_output_is_not_followed() {
    let files = Files::new();
    files.write("mill.sse", STREAM);
    fs::create_dir_all(files.path("out")).unwrap();
    fs::create_dir_all(files.path("elsewhere")).unwrap();
    symlink(files.path("elsewhere"), files.path("out/mill")).unwrap();
    for options in [&[][..], &["--force"][..]] {
        let told = files.run(&["mill.sse"], options);
        assert!(told.starts_with("status 2"), "{told}");
        assert_eq!(fs::read_dir(files.path("elsewhere")).unwrap().count(), 0);
    }
}

#[test]
fn names_stay_within_the_folder() {
    let files = Files::new();
    files.write("..\\..\\up.sse", STREAM);
    files.write("...sse", STREAM);
    let told = files.run(&["..\\..\\up.sse", "...sse"], &[]);
    assert!(told.starts_with("status 2"), "{told}");
    assert_eq!(
        files.written(),
        ["up", "up/01.response.sse", "up/recording.toml"].map(str::to_owned),
        "{told}"
    );
}

#[test]
fn two_files_of_one_name() {
    let files = Files::new();
    files.write("mill.sse", STREAM);
    files.write("mill.txt", STREAM);
    insta::assert_snapshot!(files.run(&["mill.sse", "mill.txt"], &[]));
}

#[test]
fn secrets_are_removed_and_nowhere_repeated() {
    let files = Files::new();
    let key = format!("sk-proj-{}", "a1B2c3D4".repeat(6));
    let har = serde_json::json!({"log": {"entries": [
        {"request": {"method": "GET", "url": format!("https://example.com/{key}")}, "response": {"status": 200}},
        {"request": {"method": "POST", "url": "https://example.com/responses", "postData": {"text": format!("{{\"input\":\"{key}\"}}")}},
         "response": {"status": 401, "headers": [{"name": "set-cookie", "value": key}, {"name": "x-a", "value": "b"}],
            "content": {"text": format!("no such key: {key}, {key}")}}},
    ]}});
    files.write("mill.har", har.to_string());
    files.write("bad.yaml", format!("interactions: {key}\n"));
    let told = files.run(&["mill.har", "bad.yaml"], &[]);
    assert!(!told.contains(&key), "{told}");
    insta::assert_snapshot!(told);
    for written in files.written() {
        let text = fs::read_to_string(files.path("out").join(&written)).unwrap_or_default();
        assert!(!text.contains(&key), "{written}: {text}");
    }
}

/// An import is a recording like any other.
#[test]
fn an_import_is_replayed_on_both_paths() {
    let files = Files::new();
    files.write("mill.sse", CALL);
    files.write("cassette.json", CASSETTE);
    files.run(&["mill.sse", "cassette.json"], &[]);
    #[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
    let mut command = Command::new(env!("CARGO_BIN_EXE_responses-parity"));
    let output = command.arg("check").arg(files.path("out")).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("parity: 2 recordings, identical on both paths"), "{told}");
}
