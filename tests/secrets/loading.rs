//! What certainly holds a secret is not loaded, and the error does not repeat it.

use crate::planted::all;
use responses_parity::recording::{LoadError, Recording, discover};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

const MANIFEST: &str = "format = 1\n[[turn]]\nuser = \"Hello\"\n[[exchange]]\n";
const STREAM: &str = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\"}}\n\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn load_all(root: &Path) -> Result<Vec<Recording>, LoadError> {
    discover(root)?.iter().map(|found| found.load()).collect()
}

/// The error, without the folder.
fn told(files: &[(&str, &str)]) -> String {
    let folder = folder(files);
    let error = load_all(folder.path()).unwrap_err();
    error.to_string().replace(&folder.path().display().to_string(), "[root]")
}

#[test]
fn file_line_and_kind_are_named() {
    let key = format!("ghp_{}", "a1B2c3".repeat(6));
    let spelt: String = key.bytes().map(|byte| format!("\\u{byte:04x}")).collect();
    let (start, rest) = key.split_at(20);
    let split = format!(
        "data: {{\"type\":\"a\",\"delta\":\"x \"}}\n\ndata: {{\"type\":\"a\",\"delta\":\"{start}\"}}\n\ndata: {{\"type\":\"a\",\"delta\":\"{rest}\"}}\n\n"
    );
    let told = [
        told(&[
            ("a/recording.toml", MANIFEST),
            ("a/01.response.sse", &format!(": hello\n\ndata: {{\"x\":\"{key}\"}}\n\n")),
        ]),
        told(&[
            ("a/recording.toml", MANIFEST),
            ("a/01.response.body", &format!("{{\n  \"x\": \"{spelt}\"\n}}")),
        ]),
        told(&[("a/recording.toml", MANIFEST), ("a/01.response.sse", &split)]),
        told(&[
            ("a/recording.toml", MANIFEST),
            ("a/01.response.sse", STREAM),
            ("a/01.request.json", &format!("[\n\n\"{key}\"]")),
        ]),
        told(&[
            ("a/recording.toml", &format!("{MANIFEST}headers = {{ authorization = \"Bearer {key}\" }}\n")),
            ("a/01.response.sse", STREAM),
        ]),
        told(&[("a/recording.toml", &MANIFEST.replace("Hello", &key)), ("a/01.response.sse", STREAM)]),
        told(&[("bare.sse", &format!("{STREAM}: {key}\n"))]),
        told(&[
            ("plain/stream.sse", STREAM),
            ("plain/response.json", &format!("{{\"headers\":\n{{\"x-key\":\"{key}\"}}}}")),
        ]),
        told(&[("plain/events.jsonl", &format!("{{\"type\":\"a\"}}\n{{\"type\":\"b\",\"x\":\"{key}\"}}\n"))]),
        told(&[("script.json", &format!("{{\"replies\":[\n{{\"body\":\"{key}\"}}]}}"))]),
    ];
    insta::assert_snapshot!(told.join("\n"), @r#"
    [root]/a/01.response.sse:3: holds what looks like a secret (GitHub token); overwrite it with as many other characters, and revoke it if it is real
    [root]/a/01.response.body:2: holds what looks like a secret (GitHub token); overwrite it with as many other characters, and revoke it if it is real
    [root]/a/01.response.sse:3: holds what looks like a secret (GitHub token); overwrite it with as many other characters, and revoke it if it is real
    [root]/a/01.request.json:3: holds what looks like a secret (GitHub token); overwrite it with as many other characters, and revoke it if it is real
    [root]/a/recording.toml:5: holds what looks like a secret (bearer token); overwrite it with as many other characters, and revoke it if it is real
    [root]/a/recording.toml:3: holds what looks like a secret (GitHub token); overwrite it with as many other characters, and revoke it if it is real
    [root]/bare.sse:3: holds what looks like a secret (GitHub token); overwrite it with as many other characters, and revoke it if it is real
    [root]/plain/response.json:2: holds what looks like a secret (GitHub token); overwrite it with as many other characters, and revoke it if it is real
    [root]/plain/events.jsonl:2: holds what looks like a secret (GitHub token); overwrite it with as many other characters, and revoke it if it is real
    [root]/script.json:2: holds what looks like a secret (GitHub token); overwrite it with as many other characters, and revoke it if it is real
    "#);
}

#[test]
fn every_certain_kind_is_refused_and_none_is_repeated() {
    for planted in all() {
        let body = serde_json::json!({"text": planted.text()}).to_string();
        let folder = folder(&[("a/recording.toml", MANIFEST), ("a/01.response.body", &body)]);
        match load_all(folder.path()) {
            Ok(_) => assert!(!planted.certain, "{planted:?} was loaded"),
            Err(error) => {
                assert!(planted.certain, "{planted:?} was refused: {error}");
                let end = &planted.secret[planted.secret.len() - 8..];
                assert!(!error.to_string().contains(end), "{error}");
            }
        }
    }
}

#[test]
fn errors_about_something_else_repeat_none_either() {
    // A guess is loaded, so that the error is about the header field.
    let manifest =
        format!("{MANIFEST}headers = {{ x-a = \"OPENAI_API_KEY=a1B2c3d4E5f6a1B2c3d4E5f6\\n\" }}\n");
    let told = told(&[("a/recording.toml", &manifest), ("a/01.response.sse", STREAM)]);
    insta::assert_snapshot!(told, @r#"[root]/a/recording.toml:5: header field "x-a" cannot have the value "OPENAI_API_KEY=REDACTED****************\n": expected no line ends and no control characters"#);
}

#[test]
fn other_json_beside_recordings_is_not_looked_at() {
    let key = format!("{{\"key\":\"ghp_{}\"}}", "a1B2c3".repeat(6));
    let folder = folder(&[("bare.sse", STREAM), ("settings.json", &key)]);
    assert_eq!(load_all(folder.path()).unwrap().len(), 1);
}

#[test]
fn what_was_taken_out_is_loaded() {
    let body = format!("data: {{\"x\":\"ghp_REDACTED{}\"}}\n\n", "*".repeat(28));
    let folder = folder(&[("a/recording.toml", MANIFEST), ("a/01.response.sse", &body)]);
    assert_eq!(load_all(folder.path()).unwrap()[0].exchanges[0].body, body);
}
