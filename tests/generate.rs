//! What other programs read about this one: completions by a real shell, manual pages, the files of the protocol.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::disallowed_methods, reason = "the programs under test are no app-servers")]

use pretty_assertions::assert_eq;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PROGRAM: &str = env!("CARGO_BIN_EXE_responses-parity");

fn run(arguments: &[&str]) -> Output {
    Command::new(PROGRAM).args(arguments).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What bash offers where the cursor stands behind these words.
fn offered(words: &[&str]) -> BTreeSet<String> {
    let completions = text(&run(&["completions", "bash"]).stdout);
    let script = format!(
        "{completions}\nCOMP_WORDS=({}); COMP_CWORD={}\n_responses__parity responses-parity \"${{COMP_WORDS[-1]}}\"\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        words.join(" "),
        words.len() - 1,
    );
    let bash = Command::new("bash").args(["-c", &script]).output().expect("bash is installed");
    assert_eq!(text(&bash.stderr), "");
    text(&bash.stdout).lines().map(str::to_owned).collect()
}

#[test]
fn bash_completes() {
    assert_eq!(offered(&["responses-parity", "che"]), BTreeSet::from(["check".to_owned()]));
    assert!(offered(&["responses-parity", "check", "--app"]).contains("--app-server"));
}

#[test]
fn there_are_completions_for_each_shell() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let done = run(&["completions", shell]);
        assert!(done.status.success() && text(&done.stdout).contains("generate-ts"), "{shell}");
    }
    assert_eq!(run(&["completions", "abacus"]).status.code(), Some(2));
}

#[test]
fn there_is_a_manual_page_for_each_verb() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("man/man1");
    let done = run(&["man", "--out", out.to_str().unwrap()]);
    assert_eq!(done.status.code(), Some(0));
    let pages = fs::read_dir(&out).unwrap().map(|page| page.unwrap().path()).collect::<Vec<_>>();
    assert_eq!(text(&done.stdout).lines().count(), pages.len());
    let help = text(&run(&["--help"]).stdout);
    let verbs =
        help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let verbs =
        verbs.filter_map(|line| line.strip_prefix("  ")?.split(' ').next().filter(|verb| !verb.is_empty()));
    let mut expected: BTreeSet<_> =
        verbs.filter(|verb| *verb != "help").map(|verb| format!("responses-parity-{verb}.1")).collect();
    assert!(expected.len() > 10, "{expected:?}");
    expected.insert("responses-parity.1".to_owned());
    let names = pages.iter().map(|page| page.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(expected, names);
    let check = fs::read_to_string(out.join("responses-parity-check.1")).unwrap();
    assert!(check.contains(".TH responses-parity-check 1"), "{check}");
    let examples =
        check.split_once(".SH \"EXAMPLES\"\n.nf\n").map(|(_, after)| after.split_once(".fi").unwrap().0);
    assert!(examples.unwrap().starts_with("\\&responses\\-parity check\n"), "{check}");
}

#[test]
fn the_protocol_is_written_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    for (verb, name) in [("generate-ts", "protocol.ts"), ("generate-json-schema", "protocol.schema.json")] {
        let out = folder.path().join("new/folder");
        let done = run(&[verb, "--out", out.to_str().unwrap()]);
        let file = out.join(name);
        assert_eq!((done.status.code(), text(&done.stdout)), (Some(0), format!("{}\n", file.display())));
        // A second time it is the same, and replaces it.
        let first = fs::read(&file).unwrap();
        run(&[verb, "--out", out.to_str().unwrap()]);
        assert!(!first.is_empty() && first == fs::read(&file).unwrap(), "{verb}");
    }
}

#[test]
fn where_nothing_can_be_written_it_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let below = file.join("folder");
    let done = run(&["generate-ts", "--out", below.to_str().unwrap()]);
    let expected = format!("error: {} could not be written: ", below.join("protocol.ts").display());
    assert_eq!(done.status.code(), Some(3));
    assert!(text(&done.stderr).starts_with(&expected), "{}", text(&done.stderr));
    assert!(Path::new(&file).is_file());
}

#[test]
fn in_an_empty_folder_it_checks_what_it_carries() {
    let folder = tempfile::tempdir().unwrap();
    let run =
        |arguments: &[&str]| Command::new(PROGRAM).args(arguments).current_dir(&folder).output().unwrap();
    let checked = run(&["check", "--paths", "direct"]);
    let (out, err) = (text(&checked.stdout), text(&checked.stderr));
    assert_eq!(checked.status.code(), Some(0), "{out}{err}");
    assert!(err.contains("note: there is no folder `recordings` here"), "{err}");
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    let unpacked = run(&["unpack"]);
    assert_eq!((unpacked.status.code(), text(&unpacked.stdout)), (Some(0), "recordings\n".to_owned()));
    let again = run(&["unpack"]);
    let refused = "error: recordings is there already; name another folder with --out\n";
    assert_eq!((again.status.code(), text(&again.stderr)), (Some(2), refused.to_owned()));
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
    let one = run(&["check", "recordings/text/refusal"]);
    assert_eq!(one.status.code(), Some(0), "{}", text(&one.stderr));
}
