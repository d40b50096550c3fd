//! The command, from its arguments to its exit status.

use crate::messages::is_anywhere;
use crate::process::{Left, PROGRAM, Recorder, command, record, run};
use crate::support::*;
use responses_parity::recording::{End, Exchange, Framing, Recording, load};
use rustix::process::Signal;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

const CALL: &str = "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"function_call\",\"id\":\"fc_reef\",\"name\":\"sound_depth\",\"arguments\":\"{}\",\"call_id\":\"call_reef\"}}\n\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_call\"}}\n\n";

/// A folder for recordings that does not exist yet, in one that goes with the test.
struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    fn output(&self) -> PathBuf {
        self.folder.path().join("new/reef")
    }

    fn recording(&self) -> Recording {
        load(&self.output(), "reef").unwrap()
    }

    /// Waits until the journal says so: nothing else shows what the recorder has already.
    async fn noted(&self, line: &str) {
        let journal = self.output().with_file_name(".reef.journal");
        while !std::fs::read_to_string(&journal).is_ok_and(|text| text.contains(line)) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// What is left in it, hidden or not.
    fn names(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path().join("new")).into_iter().flatten();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn bodies(recording: &Recording) -> Vec<&[u8]> {
    recording.exchanges.iter().map(|exchange| exchange.body.as_ref()).collect()
}

fn assert_recorded(left: &Left, exchanges: usize) {
    assert_eq!(left.status, Some(0), "{left:?}");
    assert!(left.stdout.contains(&format!("\n  exchange {exchanges}: ")), "{left:?}");
    assert!(left.stdout.contains("replayed: identical on both paths"), "{left:?}");
}

#[tokio::test]
async fn two_turns_and_a_round_of_tools_on_either_path() {
    for path in ["direct", "delegated"] {
        let place = Place::new();
        let (_upstream, mount) = mounted(vec![
            Exchange::stream(CALL),
            shaped(BODY_UTF8, Framing::Chunked, End::Complete),
            Exchange::stream(BODY_UTF8),
        ])
        .await;
        let prompts = ["--prompt", "How deep?", "--prompt", "Thanks.", "--path", path];
        let left = run(record(&place.output(), mount.base_url(), &prompts)).await;
        assert_recorded(&left, 3);
        let recording = place.recording();
        assert_eq!(bodies(&recording), [CALL.as_bytes(), BODY_UTF8, BODY_UTF8]);
        let said: Vec<_> = recording.turns.iter().map(|turn| turn.user.as_str()).collect();
        assert_eq!(said, ["How deep?", "Thanks."]);
        assert!(recording.provenance.notes.unwrap().contains(&format!("{path} path")));
        assert_eq!(place.names(), ["reef"]);
        assert!(mount.unserved().is_empty());
        let request = String::from_utf8(recording.exchanges[0].request.clone().unwrap().into()).unwrap();
        assert!(request.contains("<cwd><work></cwd>"), "{request}");
    }
}

#[tokio::test]
async fn a_script_says_the_turns() {
    let place = Place::new();
    let script = place.folder.path().join("turns.toml");
    std::fs::write(&script, "[[turn]]\nuser = \"One\"\n\n[[turn]]\nuser = \"\"\"\nTwo\nlines\"\"\"\n")
        .unwrap();
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8), Exchange::stream(BODY_UTF8)]).await;
    let left = run(record(&place.output(), mount.base_url(), &["--script", script.to_str().unwrap()])).await;
    assert_recorded(&left, 2);
    assert_eq!(place.recording().turns[1].user, "Two\nlines");
}

#[tokio::test]
async fn whoever_comes_is_recorded_until_there_is_enough() {
    let place = Place::new();
    let (_upstream, mount) =
        mounted(vec![Exchange::stream(BODY), Exchange { status: 429, ..Exchange::stream("") }]).await;
    let arguments = ["--listen", "127.0.0.1:0", "--exchanges", "2"];
    let mut recorder = Recorder::start(record(&place.output(), mount.base_url(), &arguments));
    let base_url = recorder.base_url().await;
    assert!(base_url.starts_with("http://127.0.0.1:") && base_url.ends_with("/v1"), "{base_url}");
    post(&base_url, r#"{"input":"Left?"}"#).await.unwrap();
    assert!(recorder.line().await.starts_with("exchange 1: 200, "));
    post(&base_url, r#"{"input":"Right?"}"#).await.unwrap();
    let left = recorder.wait().await;
    assert_recorded(&left, 2);
    let said: Vec<_> = place.recording().turns.into_iter().map(|turn| turn.user).collect();
    assert_eq!(said, ["Left?", "Right?"]);
}

#[tokio::test]
async fn ctrl_c_ends_a_recording_and_keeps_it() {
    for signal in [Signal::INT, Signal::TERM] {
        let place = Place::new();
        let (_upstream, mount) =
            mounted(vec![Exchange::stream(BODY), shaped(BODY, Framing::Chunked, End::Stalled)]).await;
        let gate = mount.hold_at(1, 120).unwrap();
        let arguments = ["--listen", "127.0.0.1:0"];
        let mut recorder = Recorder::start(record(&place.output(), mount.base_url(), &arguments));
        let base_url = recorder.base_url().await;
        post(&base_url, "{}").await.unwrap();
        let mut response = within(client().post(responses_url(&base_url)).body("{}").send()).await.unwrap();
        take(&mut response, 120).await;
        recorder.signal(signal);
        let left = recorder.wait().await;
        assert_recorded(&left, 2);
        assert!(left.stdout.contains("eof (the recorder was ended)"), "{left:?}");
        let recording = place.recording();
        assert_eq!(bodies(&recording), [BODY, &BODY[..120]]);
        assert_eq!(recording.exchanges[1].delivery.end, End::Eof);
        assert_eq!(place.names(), ["reef"]);
        drop(gate);
    }
}

#[tokio::test]
async fn ctrl_c_in_the_middle_of_a_turn_keeps_what_came() {
    let place = Place::new();
    let (_upstream, mount) =
        mounted(vec![Exchange::stream(BODY_UTF8), shaped(BODY_UTF8, Framing::Chunked, End::Complete)]).await;
    let gate = mount.hold_at(1, 120).unwrap();
    let prompts = ["--prompt", "One", "--prompt", "Two", "--prompt", "Three"];
    let recorder = Recorder::start(record(&place.output(), mount.base_url(), &prompts));
    within(gate.reached()).await;
    within(place.noted("{\"piece\":{\"exchange\":1,")).await;
    recorder.signal(Signal::INT);
    let left = recorder.wait().await;
    assert_eq!(left.status, Some(3), "{left:?}");
    assert_eq!(left.stderr, "error: interrupted before everything was said\n");
    let recording = place.recording();
    assert_eq!((recording.turns.len(), recording.exchanges.len()), (2, 2));
    assert_eq!(recording.exchanges[1].delivery.end, End::Eof);
    assert!(BODY_UTF8.starts_with(&recording.exchanges[1].body));
}

#[tokio::test]
async fn a_recording_is_replaced_only_by_force() {
    let place = Place::new();
    let (_upstream, mount) =
        mounted(vec![Exchange::stream(BODY_UTF8), Exchange::stream(CALL), Exchange::stream(BODY_UTF8)]).await;
    let prompt = ["--prompt", "One"];
    assert_recorded(&run(record(&place.output(), mount.base_url(), &prompt)).await, 1);
    let left = run(record(&place.output(), mount.base_url(), &prompt)).await;
    assert_eq!(left.status, Some(2));
    assert!(left.stderr.contains("is there already") && left.stderr.contains("--force"), "{left:?}");
    // Nobody was asked for nothing.
    assert_eq!(mount.received().len(), 1);
    assert_recorded(
        &run(record(&place.output(), mount.base_url(), &["--prompt", "One", "--force"])).await,
        2,
    );
    assert_eq!(bodies(&place.recording()), [CALL.as_bytes(), BODY_UTF8]);
    assert_eq!(place.names(), ["reef"]);
}

#[tokio::test]
async fn what_is_no_recording_is_not_replaced_at_all() {
    let place = Place::new();
    std::fs::create_dir_all(place.output()).unwrap();
    std::fs::write(place.output().join("diary.txt"), "mine").unwrap();
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
    let left = run(record(&place.output(), mount.base_url(), &["--prompt", "One", "--force"])).await;
    assert_eq!(left.status, Some(2), "{left:?}");
    assert!(left.stderr.contains("diary.txt"), "{left:?}");
    // Nobody was asked for nothing.
    assert_eq!((mount.received().len(), place.names()), (0, vec!["reef".to_owned()]));
}

#[tokio::test]
async fn nothing_is_recorded_where_nobody_finds_it() {
    let place = Place::new();
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
    for (output, problem) in [
        (place.output().with_file_name(".reef"), "hidden names"),
        (place.folder.path().join("missing/../reef"), "there is no folder"),
    ] {
        let left = run(record(&output, mount.base_url(), &["--prompt", "One"])).await;
        assert_eq!(left.status, Some(2), "{left:?}");
        assert!(left.stderr.starts_with("error: -o ") && left.stderr.contains(problem), "{left:?}");
    }
    let entries = std::fs::read_dir(place.folder.path()).unwrap();
    assert_eq!((mount.received().len(), entries.count()), (0, 0));
}

#[tokio::test]
async fn an_answer_that_fails_is_a_recording_too() {
    let place = Place::new();
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    let body = r#"{"error":{"message":"no such reef","type":"invalid_request_error"}}"#;
    let (_upstream, mount) = mounted(vec![Exchange { status: 400, headers, ..Exchange::stream(body) }]).await;
    let left = run(record(&place.output(), mount.base_url(), &["--prompt", "One"])).await;
    assert_recorded(&left, 1);
    assert!(left.stdout.contains("note: every request was refused (400)"), "{left:?}");
    assert_eq!(place.recording().exchanges[0].status, 400);
}

/// The app-server would wait for minutes; a replay does not.
#[tokio::test]
async fn an_answer_that_stalls_is_a_recording_that_replays() {
    for path in ["direct", "delegated"] {
        let place = Place::new();
        let (_upstream, mount) =
            mounted(vec![shaped(&BODY_UTF8[..120], Framing::Chunked, End::Stalled)]).await;
        let arguments = ["--prompt", "One", "--path", path, "--longest-silence", "1"];
        let left = run(record(&place.output(), mount.base_url(), &arguments)).await;
        assert_recorded(&left, 1);
        assert!(left.stdout.contains("stalled (the upstream was silent for 1s)"), "{left:?}");
        assert_eq!(place.recording().exchanges[0].delivery.end, End::Stalled);
    }
}

#[tokio::test]
async fn one_path_alone_is_no_delegated_path() {
    let place = Place::new();
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
    // It knows the feature, and has it switched off.
    let server = format!("{PROGRAM} app-server --disable responses_http_over_jsonrpc");
    let arguments = ["--prompt", "One", "--path", "delegated", "--app-server", &server];
    let left = run(record(&place.output(), mount.base_url(), &arguments)).await;
    assert_eq!(left.status, Some(3), "{left:?}");
    assert!(left.stdout.contains("replayed: on the direct path, compared with nothing"), "{left:?}");
    assert!(
        left.stderr.contains("has no delegated path") && left.stderr.contains("`--path direct`"),
        "{left:?}"
    );
    assert_eq!(bodies(&place.recording()), [BODY_UTF8]);
}

#[tokio::test]
async fn nothing_is_no_recording() {
    let place = Place::new();
    let left = run(record(&place.output(), "http://127.0.0.1:9/v1", &["--prompt", "One"])).await;
    assert_eq!(left.status, Some(3));
    assert!(left.stderr.contains("nothing was recorded: no connection to 127.0.0.1:9"), "{left:?}");
    assert!(!place.folder.path().join("new").exists());
    let mut recorder =
        Recorder::start(record(&place.output(), "http://127.0.0.1:9/v1", &["--listen", "127.0.0.1:0"]));
    recorder.base_url().await;
    recorder.signal(Signal::INT);
    let left = recorder.wait().await;
    assert_eq!(
        (left.status, left.stderr.as_str()),
        (Some(3), "error: nothing was recorded: no request came\n")
    );
    assert!(!place.folder.path().join("new").exists());
}

#[tokio::test]
async fn an_app_server_that_cannot_be_started_is_told() {
    let place = Place::new();
    let left = run(record(
        &place.output(),
        "http://127.0.0.1:9/v1",
        &["--prompt", "One", "--app-server", "no-such-program"],
    ))
    .await;
    assert_eq!(left.status, Some(3));
    assert!(left.stderr.contains("the server could not be started"), "{left:?}");
    assert!(!place.folder.path().join("new").exists());
}

#[tokio::test]
async fn the_key_of_the_environment_is_sent_and_written_nowhere() {
    let place = Place::new();
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
    let mut command =
        record(&place.output(), mount.base_url(), &["--prompt", "One", "--api-key-env", "REEF_KEY"]);
    command.env("REEF_KEY", "quay-lantern-41-barnacle\n");
    let left = run(command).await;
    assert_recorded(&left, 1);
    let sent = &mount.received()[0].headers;
    assert!(sent.contains(&("authorization".to_owned(), "Bearer quay-lantern-41-barnacle".to_owned())));
    assert!(!is_anywhere("barnacle", place.folder.path()));
    assert!(!left.stdout.contains("barnacle") && !left.stderr.contains("barnacle"));
}

/// Who is told to use a proxy and asks itself must not be sent to that.
#[tokio::test]
async fn proxies_of_the_environment_are_not_for_this_machine() {
    let place = Place::new();
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
    let mut command = record(&place.output(), mount.base_url(), &["--prompt", "One"]);
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"] {
        command.env(variable, "http://127.0.0.1:9");
    }
    assert_recorded(&run(command).await, 1);
}

/// What `--help` suggests works, with our upstream and our folder in place of the examples'.
#[tokio::test]
async fn the_examples_of_the_help_work() {
    let mut help = command(PROGRAM);
    help.args(["record", "--help"]);
    let help = run(help).await.stdout;
    let examples =
        help.split("Examples:\n").nth(1).unwrap().split("\n\n").next().unwrap().replace("\\\n", " ");
    let examples: Vec<Vec<String>> = examples.lines().map(|line| shlex::split(line).unwrap()).collect();
    let examples: Vec<_> = examples.into_iter().filter(|words| words.len() > 1).collect();
    assert_eq!(examples.len(), 4, "{examples:?}");
    for words in examples {
        let place = Place::new();
        let script = place.folder.path().join("turns.toml");
        std::fs::write(&script, "[[turn]]\nuser = \"One\"\n").unwrap();
        let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
        let mut example = command(PROGRAM);
        example.env("OPENAI_API_KEY", "quay-lantern-41");
        let mut replaced = words[1..].to_vec();
        for index in 1..replaced.len() {
            replaced[index] = match replaced[index - 1].as_str() {
                "--upstream" => mount.base_url().to_owned(),
                "-o" | "--recover" => place.output().display().to_string(),
                "--script" => script.display().to_string(),
                "--listen" => "127.0.0.1:0".to_owned(),
                _ => continue,
            };
        }
        example.args(&replaced);
        if words.contains(&"--listen".to_owned()) {
            let mut recorder = Recorder::start(example);
            post(&recorder.base_url().await, "{}").await.unwrap();
            recorder.signal(Signal::INT);
            assert_recorded(&recorder.wait().await, 1);
        } else if words.contains(&"--recover".to_owned()) {
            assert!(run(example).await.stderr.contains("nothing is left to recover"));
        } else {
            assert_recorded(&run(example).await, 1);
        }
    }
}

/// Every refusal, in one text.
#[tokio::test]
async fn what_is_refused_and_in_which_words() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("reef");
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let empty = file("empty.toml", "");
    let misspelt = file("misspelt.toml", "[[turn]]\nuser = \"One\"\n\n[[turns]]\nuser = \"Two\"\n");
    let interrupted =
        file("interrupted.toml", "[[turn]]\nuser = \"One\"\ninterrupt = { after_events = 1 }\n");
    let upstream = "http://127.0.0.1:9/v1";
    let cases: [(&str, &[&str]); 12] = [
        (upstream, &[]),
        (upstream, &["--listen", "0.0.0.0:8080"]),
        (upstream, &["--listen", "127.0.0.1:9"]),
        (upstream, &["--listen", "8080"]),
        (upstream, &["--prompt", "One", "--listen", "127.0.0.1:0"]),
        (upstream, &["--prompt", "One", "--exchanges", "1"]),
        (upstream, &["--prompt", "One", "--path", "sideways"]),
        (upstream, &["--prompt", "One", "--api-key-env", "NO_SUCH_VARIABLE"]),
        (upstream, &["--script", &empty]),
        (upstream, &["--script", &misspelt]),
        (upstream, &["--script", &interrupted]),
        ("https://me:secret@example.com/v1", &["--prompt", "One"]),
    ];
    let mut told = String::new();
    for (upstream, arguments) in cases {
        let left = run(record(&output, upstream, arguments)).await;
        assert_eq!((left.status, left.stdout.as_str()), (Some(2), ""), "{left:?}");
        told.push_str(&format!("$ {}\n{}\n", arguments.join(" "), left.stderr));
    }
    let mut recover = command(PROGRAM);
    recover.args(["record", "--recover"]).arg(&output);
    told.push_str(&format!("$ --recover\n{}", run(recover).await.stderr));
    let mut settings = insta::Settings::clone_current();
    settings.add_filter(&regex::escape(folder.path().to_str().unwrap()), "[folder]");
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/snapshots"));
    settings.bind(|| insta::assert_snapshot!(told));
    assert!(!told.contains("secret"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3);
}
