//! Cases are the same every time, and what is wrong is found among them.

use crate::minimizing::run;
use crate::relay::Defect;
use crate::{subject, trial};
use libtest_mimic::Trial;
use pretty_assertions::assert_eq;
use responses_parity::check::{CheckOptions, Side, both_paths};
use responses_parity::hunt::{Cases, HuntOptions, Hunted, Law, Symptom, hunt};
use responses_parity::recording::{Recording, discover, load};
use responses_parity::session::ServerCommand;
use responses_parity::wire::Dialect;
use std::path::Path;
use std::time::Duration;

pub(crate) fn trials() -> Vec<Trial> {
    vec![
        trial("300 cases of the bundled app-server", nothing_found),
        trial("a hunt is the same every time", repeatable),
        trial("a changed word is found in whatever case has it", changed_word),
        trial("what happens only in company is found", company),
        trial("a next turn without an answer is found", next_turn),
        trial("a hunt from the command line", command_line),
    ]
}

fn recordings() -> Vec<Recording> {
    let found = discover(Path::new("recordings")).unwrap();
    found.iter().map(|found| found.load().unwrap()).collect()
}

fn hunted(cases: &Cases, subject: ServerCommand, count: u64) -> Hunted {
    let sides = both_paths(subject).into_iter().map(|side| Side { dialect: Some(Dialect::V1), ..side });
    let check = CheckOptions { jobs: 8, ..CheckOptions::new(sides.collect()) };
    let options = HuntOptions { check, first: 0, cases: count, time: Duration::MAX };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(hunt(cases, &options, |_| ())).unwrap_or_else(|error| panic!("{error}"))
}

/// What was found, a line each.
fn lines(hunted: &Hunted) -> Vec<String> {
    let of_case = |case: u64, symptoms: &[Symptom]| {
        symptoms.iter().map(|symptom| format!("{case}: {symptom}")).collect::<Vec<_>>()
    };
    hunted.found.iter().flat_map(|found| of_case(found.case.number, &found.symptoms)).collect()
}

fn nothing_found() {
    let bundled = ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server");
    let hunted = hunted(&Cases::new(20_261_124, recordings()), bundled, 300);
    assert_eq!(lines(&hunted), Vec::<String>::new());
    assert_eq!((hunted.cases, hunted.strays), (300, vec![]));
    let kinds: Vec<&str> = hunted.reached.keys().map(String::as_str).collect();
    let expected = [
        "completed",
        "created",
        "output_item_added",
        "output_item_done",
        "output_text_delta",
        "rate_limits",
        "reasoning_content_delta",
        "reasoning_summary_delta",
        "reasoning_summary_part_added",
    ];
    assert_eq!(kinds, expected);
}

fn repeatable() {
    let cases = Cases::new(5, recordings());
    let [one, other] = [(); 2].map(|()| hunted(&cases, subject(Defect::ChangesTea), 60));
    assert_eq!(lines(&one), lines(&other));
    assert_eq!(one.reached, other.reached);
    assert!(!one.found.is_empty());
}

fn changed_word() {
    let hunted = hunted(&Cases::new(5, vec![]), subject(Defect::ChangesTea), 60);
    let found = lines(&hunted);
    let delta = "notifications codex/event/agent_message_delta $.params.msg.delta";
    assert!(found.iter().any(|line| line.ends_with(delta)), "{found:#?}");
}

/// What breaks this law, and whether anything breaks another one.
fn breaking(hunted: &Hunted, law: Law) -> usize {
    let symptoms = hunted.found.iter().flat_map(|found| &found.symptoms);
    symptoms.filter(|symptom| symptom.breaks(law)).count()
}

fn company() {
    let hunted = hunted(&Cases::new(5, vec![]), subject(Defect::DislikesCompany), 80);
    assert!(breaking(&hunted, Law::Company) > 0, "{:#?}", lines(&hunted));
}

fn next_turn() {
    let hunted = hunted(&Cases::new(5, vec![]), subject(Defect::ForgetsTheLastWords), 12);
    let expected: Vec<String> = ["delegated", "direct"]
        .map(|side| format!("0: {side}: the next turn is not answered: the model's words are missing"))
        .into();
    assert_eq!(lines(&hunted), expected);
}

fn command_line() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().to_str().unwrap();
    let server = subject(Defect::ChangesTea).to_string();
    let shared = ["hunt", "recordings/text/plain", "--seed", "5", "-o", output];
    let (status, text) = run(&[&shared[..], &["--cases", "8"]].concat());
    assert_eq!(status, Some(0), "{text}");
    assert!(text.starts_with("seed: 5\n"), "{text}");
    assert!(text.contains("\nhunt: 8 cases, nothing found ("), "{text}");

    let subject = ["--app-server", &server, "--protocol", "v1", "--from", "16", "--cases", "12"];
    let (status, text) = run(&[&shared[..], &subject].concat());
    assert_eq!(status, Some(1), "{text}");
    let found = discover(folder.path()).unwrap();
    assert!(!found.is_empty(), "{text}");
    for found in found {
        let recording = load(&found.path, &found.name).unwrap();
        assert_eq!(recording.provenance.kind, "hunted");
        let source = recording.provenance.source.unwrap();
        assert!(source.starts_with("hunt --seed 5 --from "), "{source}");
        let path = found.path.to_str().unwrap();
        let (status, text) = run(&["check", path, "--app-server", &server, "--protocol", "v1"]);
        assert_eq!(status, Some(1), "{text}");
    }
    let (status, text) = run(&["hunt", "recordings/nowhere"]);
    assert_eq!(status, Some(2), "{text}");
    let (status, text) = run(&["hunt", "--cases", "1", "--seconds", "1"]);
    assert_eq!(status, Some(2), "{text}");
}
