//! How many generated cases there are in a second.

use crate::Bench;
use crate::process::command;
use crate::row::Row;
use responses_parity::hunt::{Case, Cases};
use responses_parity::recording::{Existing, Recording, write};
use responses_parity::wire::events_of_body;
use std::process::Command;

const SEED: u64 = 1;
const EVENTS: usize = 20;
const CASES: usize = 2000;
const GOAL: f64 = 300.0;

/// Streams out of the grammar of a hunt, through the whole program: a hunt that only made such cases would be as fast. It
/// would not read them from files, so that the time is what `check` itself says it took after that.
pub(crate) fn generated(bench: &Bench) -> Vec<Row> {
    let folder = tempfile::tempdir().unwrap();
    for (number, stream) in streams().into_iter().enumerate() {
        write(&stream, &folder.path().join(format!("{number:04}")), Existing::Refuse).unwrap();
    }
    // A hunt asks for the dialect once, and not for each of its rounds.
    let mut check = command(&bench.program);
    check.arg("check").arg(folder.path()).args(["--jobs", "16", "--protocol", "v1", "--quiet"]);
    let per_second = CASES as f64 / seconds_of(&verdict(&mut check));
    vec![Row {
        what: format!("cases of `hunt` in a second: generated streams of {EVENTS} events, both paths"),
        against: String::new(),
        goal: format!("at least {GOAL}"),
        measured: format!("{per_second:.0}"),
        reached: per_second >= GOAL,
    }]
}

fn verdict(check: &mut Command) -> String {
    let output = check.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let all = format!("parity: {CASES} recordings, identical on both paths ");
    assert!(output.status.success() && said.starts_with(&all), "{said}");
    said
}

/// Of `… (4000 requests, 120000 notifications, 6.5 s)`.
fn seconds_of(verdict: &str) -> f64 {
    let last = verdict.rsplit(", ").next().and_then(|last| last.strip_suffix(" s)"));
    last.and_then(|seconds| seconds.parse().ok()).unwrap_or_else(|| panic!("{verdict} says no time"))
}

/// The first cases in which the user's first turn is answered by so many events and nothing is wrong with them: four at a
/// time, which tell the same plainly, in pieces, and spelt otherwise.
fn streams() -> Vec<Recording> {
    const TOGETHER: u64 = 4;
    let cases = Cases::new(SEED, vec![]);
    let is_one = |first: &u64| {
        let Case { recording, .. } = cases.case(*first);
        recording.description == "grammar" && events_of_body(&recording.exchanges[0].body).len() == EVENTS
    };
    let firsts = (0..).step_by(TOGETHER as usize).filter(is_one);
    let all = firsts.flat_map(|first| first..first + TOGETHER);
    all.map(|number| cases.case(number).recording).take(CASES).collect()
}
