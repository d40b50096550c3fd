//! Reports, snapshots and errors show no secrets, wherever they are cut.

use crate::planted::{Planted, all};
use responses_parity::compare::{
    Allowances, ChannelComparison, Comparison, JsonPath, compare, compare_sequences,
};
use responses_parity::observe::{Channel, observe, traffic};
use responses_parity::recording::{Digest, Exchange, Recording, Turn};
use responses_parity::replay::{Path, ReplayOptions, Replayed, local_http_client, replay};
use responses_parity::report::{
    Checked, Compared, Detail, Failure, FileLine, Look, Problem, ProblemKind, Run, Seen, SideOf, Summary,
    failure, failure_as, failures, github, html, json as json_report, junit, printable, snapshot, transcript,
};
use responses_parity::session::{Deadlines, McpProcess, ServerCommand};
use responses_parity::upstream::{Speed, Upstream};
use responses_parity::wire::Dialect;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::time::Duration;

/// Whether a piece that is long enough to be of use is left; escapes and the marks of other entries aside.
fn shows(planted: &Planted, text: &str) -> bool {
    const OF_USE: usize = 10;
    let end = planted.secret.len();
    let middle = end / 2;
    (middle..end.saturating_sub(OF_USE)).any(|start| text.contains(&planted.secret[start..start + OF_USE]))
}

/// The deltas of an app-server that repeats a text in pieces, each followed by something else.
fn deltas(text: &str, size: usize) -> Vec<Value> {
    let pieces = text.as_bytes().chunks(size).map(|piece| String::from_utf8_lossy(piece).into_owned());
    let events = pieces.flat_map(|piece| {
        [
            json!({"method": "a/delta", "params": {"itemId": "i", "delta": piece}}),
            json!({"method": "a/tick", "params": {}}),
        ]
    });
    events.collect()
}

fn divergence(left: Vec<Value>, right: Vec<Value>) -> ChannelComparison {
    compare_sequences(Channel::Notifications, left, right)
}

fn report_of(compared: ChannelComparison) -> String {
    assert!(compared.divergence.is_some(), "the two differ");
    let seen = |side: &str| Seen { side: side.to_owned(), ..Seen::default() };
    let compared = Compared {
        seen: vec![seen("direct"), seen("delegated")],
        comparison: Comparison { channels: vec![compared] },
        places: Vec::new(),
        allowed: Vec::new(),
        problems: Vec::new(),
        noise: Vec::new(),
        silences: Vec::new(),
        details: Vec::new(),
    };
    failure(&checked(Ok(compared)))
}

fn checked(result: Result<Compared, Failure>) -> Checked {
    Checked {
        name: "planted".to_owned(),
        origin: PathBuf::new(),
        digest: Digest::default(),
        elapsed: Duration::ZERO,
        result,
    }
}

/// What stands for a secret is no name that could stand after a point.
#[test]
fn the_path_of_a_divergence_whose_key_is_one() {
    let usage =
        |count: u32| vec![json!({"usage": {"ghp_a1B2c3a1B2c3a1B2c3a1B2c3a1B2c3a1B2c3_tokens": count}})];
    let path = divergence(usage(1), usage(2)).divergence.unwrap().difference.path;
    assert!(path.starts_with("$.usage[\"ghp_REDACTED*"), "{path}");
    assert!(JsonPath::try_from(path.clone()).is_ok_and(|read| read.to_string() == path), "{path}");
}

#[test]
fn a_divergence_at_any_piece_of_it() {
    for planted in all() {
        let text = planted.text();
        for size in [7, planted.secret.len() / 2 + 1] {
            let whole = deltas(&text, size);
            for at in (0..whole.len()).step_by(2) {
                let mut other = whole.clone();
                other[at] = json!({"method": "a/delta", "params": {"itemId": "i", "delta": "another"}});
                let report = report_of(divergence(whole.clone(), other));
                assert!(!shows(&planted, &report.replace("**", "")), "{planted:?}:\n{report}");
                let glued: String = report
                    .split("\"delta\":\"")
                    .skip(1)
                    .map(|piece| piece.split('"').next().unwrap())
                    .collect();
                assert!(!shows(&planted, &glued), "{planted:?}:\n{report}");
            }
        }
    }
}

#[test]
fn an_excerpt_cut_at_any_character_of_it() {
    let planted = all().into_iter().find(|planted| planted.secret.starts_with("ghp_")).unwrap();
    for padding in 0..260 {
        let value = |end: &str| json!({"text": format!("{}{}{end}", "~".repeat(padding), planted.text())});
        let report = report_of(divergence(vec![value("a")], vec![value("b")]));
        let pieces = (4..planted.secret.len() - 5).map(|start| &planted.secret[start..start + 6]);
        pieces.for_each(|piece| assert!(!report.contains(piece), "{padding}:\n{report}"));
    }
}

#[test]
fn two_secrets_that_differ() {
    let value = |letter: &str| json!({"token": format!("ghp_{}", letter.repeat(12))});
    let report = report_of(divergence(vec![value("a1B")], vec![value("a1C")]));
    insta::assert_snapshot!(report, @r#"
    planted: divergent
      notifications differ at #0, at $.token
        direct     "ghp_REDACTED****************************"
        delegated  "ghp_REDACTED****************************"
        (each holds a secret there, which is not shown; they are not the same)
        around it        direct   delegated
      >         0       0 ms        0 ms  value  {"token":"ghp_REDACTED****************************"}
    "#);
}

#[test]
fn problems_and_printed_text() {
    for planted in all() {
        let problem = format!("the server ended\n  stderr: {}", planted.text());
        let report = failure(&checked(Err(Failure { side: planted.text(), problem })));
        assert!(!shows(&planted, &report), "{report}");
        assert!(!shows(&planted, &printable(&planted.text())));
    }
}

/// Everything that is printed of a check, and everything that is written of it.
fn all_reports(checked: Checked, side: &str) -> Vec<(&'static str, String)> {
    let coloured = Look { width: 100, colour: true };
    let texts = [
        ("failure", failure(&checked)),
        ("failure in colours", failure_as(&checked, coloured, Some(side))),
        ("transcript", transcript(&checked, Look { width: 100_000, colour: false })),
        ("transcript in colours", transcript(&checked, coloured)),
    ];
    let summary = Summary { checked: vec![checked], strays: vec![side.to_owned()], ..Summary::default() };
    let side_of = SideOf { name: side.to_owned(), path: "direct", app_server: side.to_owned() };
    let allowed = format!("[[allow]]\nchannel = \"outcome\"\npath = \"$.x\"\nreason = {}\n", json!(side));
    let allowed = Allowances::parse(&allowed).unwrap();
    let run = Run { summary: &summary, sides: vec![side_of], allowed: &allowed, share: None };
    let place = |_: &Checked| FileLine { file: side.to_owned(), line: 1 };
    let more = |_: &Checked| side.to_owned();
    let documents = [
        ("failures", failures(&summary, Look::PLAIN, more)),
        ("json", json_report(&run)),
        ("junit", junit(&run)),
        ("github", github(&run, place)),
        ("html", html(&run, more)),
    ];
    texts.into_iter().chain(documents).collect()
}

/// What a reader has who puts the deltas of a text together.
fn glued(text: &str) -> String {
    let text = text.replace("\"delta\": \"", "\"delta\":\"");
    text.split("\"delta\":\"").skip(1).map(|piece| piece.split('"').next().unwrap()).collect()
}

#[test]
fn every_report_of_what_could_not_run() {
    for planted in all().iter().step_by(4) {
        let problem = format!("the server ended\n  stderr: {}", planted.text());
        let checked = checked(Err(Failure { side: planted.text(), problem }));
        for (name, report) in all_reports(checked, &planted.text()) {
            assert!(!shows(planted, &report), "{name}, {planted:?}:\n{report}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_report_of_a_replay_that_differs() {
    // One of each few: another test has all of them in pieces.
    let some: Vec<Planted> = all().into_iter().step_by(6).collect();
    let texts: Vec<String> = some.iter().map(Planted::text).collect();
    let text = texts.join("\n");
    let sides = [replayed(&text).await, replayed(&text.replace("there", "where")).await];
    let [left, right] = sides.each_ref().map(observe);
    let comparison = compare(&left, &right);
    assert!(!comparison.is_identical());
    let seen = |side: &str, observation: &responses_parity::observe::Observation| Seen {
        side: side.to_owned(),
        observation: observation.clone(),
        ..Seen::default()
    };
    let problem = Problem { side: "direct".to_owned(), kind: ProblemKind::CallElsewhere(text.clone()) };
    let compared = Compared {
        seen: vec![seen("direct", &left), seen("delegated", &right)],
        comparison,
        places: Vec::new(),
        allowed: Vec::new(),
        problems: vec![problem],
        noise: Vec::new(),
        silences: Vec::new(),
        details: [left, right]
            .into_iter()
            .zip(&sides)
            .map(|(compared, replayed)| Detail { compared, traffic: traffic(replayed) })
            .collect(),
    };
    for (name, report) in all_reports(checked(Ok(compared)), "direct") {
        let glued = glued(&report);
        for planted in &some {
            assert!(!shows(planted, &report), "{name}, {planted:?}");
            assert!(!shows(planted, &glued), "{name}, in deltas, {planted:?}");
        }
        let shows_text = ["transcript", "json", "html"].contains(&name);
        assert!(!shows_text || report.contains("REDACTED"), "{name} shows where a secret was");
    }
}

/// A text as one message's deltas, replayed by the bundled app-server.
async fn replayed(text: &str) -> Replayed {
    let mut body = String::from(
        "data: {\"type\":\"response.output_item.added\",\"item\":{\"type\":\"message\",\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[]}}\n\n",
    );
    for piece in text.as_bytes().chunks(5) {
        let delta = String::from_utf8_lossy(piece);
        let event = json!({"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0, "content_index": 0, "delta": delta});
        body += &format!("data: {event}\n\n");
    }
    let item = json!({"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": text}]});
    body += &format!("data: {}\n\n", json!({"type": "response.output_item.done", "item": item}));
    body += "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\"}}\n\n";
    let recording = Recording::of_exchanges("planted", vec![Turn::said(text)], vec![Exchange::stream(body)]);
    let command = ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server");
    let command = command.config_toml(responses_parity::check::config_toml(Path::Direct, Dialect::V1, false));
    let server = McpProcess::spawn(&command, Deadlines::default()).await.unwrap();
    server.initialize().await.unwrap();
    let upstream = Upstream::start().await.unwrap();
    let options = ReplayOptions {
        http: local_http_client().unwrap(),
        dialect: Dialect::V1,
        allow_tools: false,
        speed: Speed::Max,
        turn_deadline: Duration::from_secs(60),
    };
    let replayed = replay(&recording, &server, &upstream, &options).await.unwrap();
    server.shutdown().await.unwrap();
    replayed
}

#[tokio::test(flavor = "multi_thread")]
async fn the_snapshot_of_a_replay() {
    let texts: Vec<String> = all().iter().map(Planted::text).collect();
    let text = snapshot(&observe(&replayed(&texts.join("\n")).await));
    let glued = glued(&text);
    for planted in all() {
        assert!(!shows(&planted, &text) && !shows(&planted, &glued), "{planted:?}:\n{text}");
    }
    assert!(text.contains("REDACTED"), "{text}");
}

/// What is said of a server that does this and ends.
async fn said_of(script: &str) -> String {
    // In a variable, to keep the script out of the error.
    let command = ServerCommand::new("sh").args(["-c", "eval \"$SCRIPT\""]).env("SCRIPT", script);
    let soon = Duration::from_secs(20);
    let deadlines = Deadlines { start: soon, answer: soon, turn: soon, stop: soon };
    let server = McpProcess::spawn(&command, deadlines).await.unwrap();
    server.initialize().await.unwrap_err().to_string()
}

#[tokio::test]
async fn errors_of_a_session() {
    let planted = all().into_iter().find(|planted| planted.secret.starts_with("ghp_")).unwrap();
    let (secret, end) = (&planted.secret, &planted.secret[20..]);
    let padding = |length: usize| "~".repeat(length);
    let garbage = format!("printf '%s\\n' 'no JSON {} {secret}'", padding(170));
    let refusal = format!(
        "read -r _; printf '%s\\n' '{{\"id\":0,\"error\":{{\"code\":1,\"message\":\"{} {secret}\"}}}}'; cat > /dev/null",
        padding(180)
    );
    let misfit = format!("read -r _; printf '%s\\n' '{{\"id\":0,\"result\":\"{secret}\"}}'; cat > /dev/null");
    let stderr = format!("printf '%s\\n' 'key {secret}' >&2");
    // What is shown begins in the middle of the secret.
    let tail = format!("printf '%s' 'key {secret} {}' >&2", padding(8 * 1024 - 21));
    for script in [garbage, refusal, misfit, stderr, tail] {
        let said = said_of(&script).await;
        assert!(!said.contains(end) && !said.contains(&secret[4..20]), "{said}");
        assert!(said.contains("**"), "{said}");
    }
}
