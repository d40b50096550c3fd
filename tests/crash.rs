//! A process that ends costs the conversation that ended it, and no other.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use responses_parity::check::{CheckOptions, both_paths, check_all};
use responses_parity::recording::{Exchange, Recording, Turn};
use responses_parity::report::{Verdict, failure};
use responses_parity::session::ServerCommand;

/// Passes on what it is told to the bundled server, up to the word that ends it.
const FRAGILE: &str = r#"
while IFS= read -r line; do
    case "$line" in *'Blow a fuse.'*) echo 'fuse blown' >&2; exit ;; esac
    printf '%s\n' "$line"
done | "$0" app-server
"#;

fn recording(name: &str, user: &str) -> Recording {
    let completed = r#"{"type":"response.completed","response":{"id":"resp_1"}}"#;
    let stream = Exchange::stream(format!("data: {completed}\n\n"));
    Recording::of_exchanges(format!("crash/{name}"), vec![Turn::said(user)], vec![stream])
}

#[tokio::test]
async fn a_crash_costs_the_conversation_that_caused_it() {
    let server = env!("CARGO_BIN_EXE_responses-parity");
    let subject = ServerCommand::new("sh").args(["-c", FRAGILE, server]);
    let mut recordings: Vec<_> =
        (0..12).map(|number| recording(&format!("harmless-{number:02}"), "Good morning.")).collect();
    recordings.insert(5, recording("culprit", "Blow a fuse."));
    let options = CheckOptions { jobs: 8, ..CheckOptions::new(both_paths(subject)) };
    let summary = check_all(&recordings, &options, |_| ()).await.unwrap();

    let not_identical: Vec<_> =
        summary.checked.iter().filter(|checked| checked.verdict() != Verdict::Identical).collect();
    let reports: Vec<_> = not_identical.iter().map(|checked| failure(checked)).collect();
    let [report] = reports.as_slice() else { panic!("{} of them:\n{}", reports.len(), reports.concat()) };
    assert!(report.starts_with("crash/culprit: could not run\n"), "{report}");
    assert!(report.contains("fuse blown"), "{report}");
    assert_eq!(summary.count(Verdict::Identical), 12);
    assert!(summary.strays.is_empty(), "{:?}", summary.strays);
}
