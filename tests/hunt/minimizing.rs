//! Recordings are made as small as they can be.

use crate::relay::Defect;
use crate::{subject, trial};
use libtest_mimic::Trial;
use pretty_assertions::assert_eq;
use responses_parity::check::{CheckOptions, Side, both_paths};
use responses_parity::hunt::{MinimizeOptions, Minimized, Minimizing, Processes, Size, minimize};
use responses_parity::recording::{Delivery, Exchange, Framing, Piece, Recording, Turn, load};
use responses_parity::report::Verdict;
use responses_parity::wire::Dialect;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("a stream of 2000 events with one changed delta", one_of_2000),
        trial("a conversation of several turns in pieces", several_turns),
        trial("what happens only to the first conversation of a process", first_of_a_process),
        trial("what ends the app-server", deadly),
        trial("nothing wrong", nothing_wrong),
        trial("no time", no_time),
        trial("from the command line", command_line),
    ]
}

fn minimized(recording: &Recording, defect: Defect) -> Minimized {
    match minimizing(recording, defect, Duration::from_secs(300)) {
        Minimizing::Done(minimized) => *minimized,
        other => panic!("{other:?}"),
    }
}

fn minimizing(recording: &Recording, defect: Defect, time: Duration) -> Minimizing {
    let sides =
        both_paths(subject(defect)).into_iter().map(|side| Side { dialect: Some(Dialect::V1), ..side });
    let check = CheckOptions { jobs: 8, ..CheckOptions::new(sides.collect()) };
    let options = MinimizeOptions { check, laws: vec![], time };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(minimize(recording, &options, |_| ())).unwrap_or_else(|error| panic!("{error}"))
}

/// A message of deltas, one of which says `zebra`.
fn stream(deltas: usize, zebra: usize) -> String {
    let mut body = String::new();
    let mut event = |json: String| {
        let _ = write!(body, "event: message\ndata: {json}\n\n");
    };
    event(
        r#"{"type":"response.created","sequence_number":0,"response":{"id":"resp_1","output":[]}}"#
            .to_owned(),
    );
    event(r#"{"type":"response.output_item.added","output_index":0,"item":{"type":"message","id":"msg_1","role":"assistant","content":[]}}"#.to_owned());
    for number in 0..deltas {
        let word = if number == zebra { "a zebra crosses" } else { "a horse" };
        event(format!(
            r#"{{"type":"response.output_text.delta","item_id":"msg_1","sequence_number":{number},"delta":"{word} ","logprobs":[]}}"#
        ));
    }
    event(r#"{"type":"response.completed","response":{"id":"resp_1","usage":null}}"#.to_owned());
    body
}

fn one_of_2000() {
    let body = stream(1997, 1234);
    let recording = Recording::of_exchanges("long", vec![Turn::said("Hello")], vec![Exchange::stream(body)]);
    assert_eq!(Size::of(&recording).events, 2000);
    let minimized = minimized(&recording, Defect::ChangesZebras);
    assert_eq!(
        minimized.symptom.to_string(),
        "notifications codex/event/agent_message_delta $.params.msg.delta"
    );
    let exchange = &minimized.recording.exchanges[0];
    let expected = concat!(
        r#"data: {"type":"response.output_item.added","item":{"type":"message","role":"assistant","content":[]}}"#,
        "\n\n",
        r#"data: {"type":"response.output_text.delta","delta":"zebra"}"#,
        "\n\n",
    );
    assert_eq!(String::from_utf8_lossy(&exchange.body), expected);
    assert_eq!(minimized.checked.verdict(), Verdict::Divergent);
    assert!(minimized.is_smallest);
    assert!(minimized.checks < 500, "{} checks", minimized.checks);
}

fn several_turns() {
    let body = stream(9, 4);
    let pieces = (1..=body.len() / 7).map(|piece| Piece { at: Duration::ZERO, end: piece * 7 }).collect();
    let delivery = Delivery { framing: Framing::Chunked, pieces, ..Delivery::default() };
    let exchanges = [Exchange::stream(stream(3, 9)), Exchange { delivery, ..Exchange::stream(body) }];
    let turns = ["One.", "Two."].map(Turn::said);
    let recording = Recording::of_exchanges("turns", turns.into(), exchanges.into());
    let Minimized { recording, .. } = minimized(&recording, Defect::ChangesZebras);
    let Size { turns, exchanges, events, pieces, .. } = Size::of(&recording);
    assert_eq!((turns, exchanges, events, pieces), (1, 1, 2, 0));
    assert_eq!(recording.exchanges[0].delivery, Delivery::default());
}

fn first_of_a_process() {
    let recording =
        Recording::of_exchanges("first", vec![Turn::said("Hello")], vec![Exchange::stream(stream(5, 9))]);
    let minimized = minimized(&recording, Defect::ForgetsTheFirst);
    assert_eq!(minimized.processes, Processes::New);
    assert_eq!(Size::of(&minimized.recording).events, 2);
}

fn deadly() {
    let recording =
        Recording::of_exchanges("deadly", vec![Turn::said("Hello")], vec![Exchange::stream(stream(5, 2))]);
    let minimized = minimized(&recording, Defect::DiesOfZebras);
    assert_eq!(minimized.checked.verdict(), Verdict::CouldNotRun);
    assert!(minimized.symptom.to_string().starts_with("delegated: "), "{}", minimized.symptom);
    let body = String::from_utf8_lossy(&minimized.recording.exchanges[0].body).into_owned();
    assert!(body.len() < 200 && body.contains("zebra"), "{body}");
}

fn nothing_wrong() {
    let recording =
        Recording::of_exchanges("fine", vec![Turn::said("Hello")], vec![Exchange::stream(stream(3, 1))]);
    let outcome = minimizing(&recording, Defect::None, Duration::from_secs(60));
    assert!(matches!(outcome, Minimizing::NothingWrong), "{outcome:?}");
}

fn no_time() {
    let recording =
        Recording::of_exchanges("late", vec![Turn::said("Hi.")], vec![Exchange::stream(stream(9, 1))]);
    let Minimizing::Done(minimized) = minimizing(&recording, Defect::ChangesZebras, Duration::ZERO) else {
        panic!()
    };
    assert!(!minimized.is_smallest);
    assert_eq!(Size::of(&minimized.recording), Size::of(&recording));
}

/// The program's status, and all that it prints.
pub(crate) fn run(arguments: &[&str]) -> (Option<i32>, String) {
    #[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
    let output = Command::new(env!("CARGO_BIN_EXE_responses-parity")).args(arguments).output().unwrap();
    let Output { status, stdout, stderr } = output;
    (status.code(), String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned())
}

fn command_line() {
    let folder = tempfile::tempdir().unwrap();
    let stream_file = folder.path().join("stripes.sse");
    std::fs::write(&stream_file, stream(40, 20)).unwrap();
    let small = folder.path().join("found/stripes");
    let [stream_file, small_path] = [&stream_file, &small].map(|path| path.to_str().unwrap());
    let server = subject(Defect::ChangesZebras).to_string();
    let minimize = ["minimize", stream_file, "-o", small_path, "--app-server", &server, "--protocol", "v1"];

    let (status, text) = run(&minimize);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("notifications differ at #"), "{text}");
    assert!(text.contains("before: 1 turn, 1 exchange, 43 events"), "{text}");
    assert!(text.contains("now:    1 turn, 1 exchange, 2 events"), "{text}");
    let more = format!("saved:  {small_path}\nmore:   responses-parity check {small_path} --app-server ");
    assert!(text.contains(&more) && text.ends_with(" --protocol v1 -v\n"), "{text}");

    let recording = load(&small, "stripes").unwrap();
    assert_eq!(recording.provenance.kind, "minimized");
    assert_eq!(recording.provenance.source.as_deref(), Some(stream_file));
    assert_eq!(recording.description, "notifications codex/event/agent_message_delta $.params.msg.delta");
    let (status, text) = run(&["check", small_path, "--app-server", &server, "--protocol", "v1"]);
    assert_eq!(status, Some(1), "{text}");
    assert!(text.contains("notifications differ at #"), "{text}");

    let (status, text) = run(&minimize);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("is there already"), "{text}");
    let (status, text) = run(&["minimize", stream_file, "-o", "nowhere"]);
    assert_eq!((status, text), (Some(0), format!("{stream_file}: nothing is wrong with it\n")));
    let (status, text) = run(&["minimize", "recordings/tools"]);
    assert_eq!(status, Some(2), "{text}");
    assert!(text.contains("name one of them, such as recordings/tools/"), "{text}");
    assert!(!Path::new("nowhere").exists());
}
