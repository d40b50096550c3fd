//! Differences that are meant: allowed one by one, counted, and no more than are needed.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::process::{Command, Output};

const MODEL: &str =
    "[[allow]]\nchannel = \"requests\"\npath = \"$.body.model\"\nreason = \"another model\"\n";
const ANSWER: &str = "[[allow]]\nchannel = \"outcome\"\nlabel = \"answer to newConversation\"\npath = \"$.result.model\"\nreason = \"another model\"\n";

/// Compares the bundled server with itself, but for its model.
fn check(allowed: &str) -> (i32, String) {
    check_with(allowed, &[])
}

fn check_with(allowed: &str, arguments: &[&str]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("parity.toml");
    std::fs::write(&file, allowed).unwrap();
    let server = env!("CARGO_BIN_EXE_responses-parity");
    #[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
    let mut command = Command::new(server);
    let (one, other) = (format!("{server} app-server"), format!("{server} app-server -c model=other"));
    let command = command.args(["check", "recordings/text/plain", "--app-server", &one, "--against", &other]);
    let Output { status, stdout, stderr } =
        command.arg("--allow").arg(&file).args(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8([stdout, stderr].concat()).unwrap())
}

#[test]
fn what_is_allowed_may_differ_and_is_said() {
    let (status, text) = check(&format!("{MODEL}{ANSWER}"));
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("allowed: requests $.body.model (another model): in 1 recording"), "{text}");
}

#[test]
fn what_is_not_allowed_may_not() {
    let (status, text) = check(MODEL);
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("outcome differs at #0, at $.result.model"), "{text}");
    // The two command lines begin alike.
    assert!(
        text.contains("\n    app-server \"mock-model\"") && text.contains("\n    against    \"other\""),
        "{text}"
    );
    assert!(!text.contains("requests differ"), "{text}");
}

#[test]
fn what_is_allowed_and_does_not_differ_fails() {
    let spare = "[[allow]]\nchannel = \"notifications\"\npath = \"$.params.msg.item[*]\"\nreason = \"just in case\"\n";
    let (status, text) = check(&format!("{MODEL}{ANSWER}{spare}"));
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("(just in case): unused: delete it"), "{text}");
}

#[test]
fn an_allowance_for_other_recordings_is_none_here() {
    let elsewhere = MODEL.replace("reason", "recordings = [\"text/unicode\", \"tools\"]\nreason");
    let (status, text) = check(&format!("{elsewhere}{ANSWER}"));
    assert_eq!(status, 1, "{text}");
    assert!(text.contains("requests differ at #0, at $.body.model"), "{text}");
    let here = MODEL.replace("reason", "recordings = [\"recordings/text\"]\nreason");
    let (status, text) = check(&format!("{here}{ANSWER}"));
    assert_eq!(status, 0, "{text}");
}

#[test]
fn a_whole_channel_may_differ_in_a_recording() {
    let requests = "[[allow]]\nchannel = \"requests\"\npath = \"$\"\nrecordings = [\"text/plain\"]\nreason = \"another model\"\n";
    let (status, text) = check(&format!("{requests}{ANSWER}"));
    assert_eq!(status, 0, "{text}");
}

/// What is suggested, with reasons, is what makes it green; and each entry is needed.
#[test]
fn suggestions_silence_what_was_seen() {
    let (status, text) = check_with("", &["--suggest-allow"]);
    assert_eq!(status, 1, "{text}");
    let suggested = &text[text.find("# in 1: ").expect("a suggestion")..text.find("no parity").unwrap()];
    let (status, text) = check(suggested);
    assert_eq!((status, text.contains("the reason is empty")), (2, true), "{text}");
    let (status, text) = check(&suggested.replace("reason = \"\"", "reason = \"another model\""));
    assert_eq!(status, 0, "{suggested}\n{text}");
    assert_eq!(suggested.matches("[[allow]]").count(), 2, "{suggested}");
}

#[test]
fn what_cannot_be_read_is_usage() {
    for (wrong, said) in [
        ("[[allow]]\nchannel = \"request\"\npath = \"$\"\nreason = \"\"\n", "unknown variant `request`"),
        ("[[allow]]\nchannel = \"requests\"\npath = \"body\"\nreason = \"\"\n", "is no path"),
        ("[[allow]]\nchannel = \"requests\"\npath = \"$.a[\"\nreason = \"\"\n", "is no path"),
        ("[[allow]]\nchannel = \"requests\"\npath = \"$.a\"\nreason = \" \"\n", "the reason is empty"),
        (
            "[[allow]]\nchannel = \"requests\"\npath = \"$\"\nreason = \"all of it\"\n",
            "would allow the whole channel everywhere",
        ),
        ("[[allow]]\nchannel = \"requests\"\npath = \"$\"\n", "missing field `reason`"),
        (
            "[[allow]]\nchannel = \"requests\"\nreason = \"any\"\n",
            "either `path = \"$.…\"` or `order = \"any\"`",
        ),
        (
            "[[allow]]\nchannel = \"requests\"\npath = \"$.a\"\norder = \"any\"\nreason = \"both\"\n",
            "either `path = \"$.…\"` or `order = \"any\"`",
        ),
        (
            "[[allow]]\nchannel = \"requests\"\norder = \"any\"\nreason = \"all\"\n",
            "whose order? Name a label",
        ),
        ("[[allow]]\nchannel = \"requests\"\norder = \"some\"\nreason = \"x\"\n", "unknown variant `some`"),
    ] {
        let (status, text) = check(wrong);
        assert_eq!(status, 2, "{text}");
        assert!(text.contains(said), "{text}");
    }
}
