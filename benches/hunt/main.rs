//! How many cases a hunt looks at in a second.
//!
//! ```sh
//! cargo bench --bench hunt
//! ```
//!
//! The first line is of generated streams of 20 events, both paths of the bundled app-server, each case with its further
//! turn; the second one is of everything that a hunt without recordings does, laws included. With `--test` there are a few
//! cases only, for the assertions: cases that are not identical were not what is timed.

#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use responses_parity::check::{CheckOptions, Side, both_paths, check_all};
use responses_parity::hunt::{Case, Cases, HuntOptions, hunt};
use responses_parity::recording::Recording;
use responses_parity::report::{Checked, Verdict, failure};
use responses_parity::session::ServerCommand;
use responses_parity::wire::{Dialect, events_of_body};
use std::time::Duration;
use tokio::runtime::Runtime;

const SEED: u64 = 1;
const EVENTS: usize = 20;
const CASES: usize = 3000;
const CASES_IN_A_TEST: usize = 12;

fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let count = if is_test { CASES_IN_A_TEST } else { CASES };
    let runtime = Runtime::new().unwrap();
    let cases = Cases::new(SEED, vec![]);
    let streams = streams_of_20(&cases, count);
    let times = [check(&runtime, &streams), hunt_through(&runtime, &cases, count)];
    if !is_test {
        let [checked, hunted] = times.map(|time| count as f64 / time.as_secs_f64());
        println!(
            "{count} generated streams of {EVENTS} events: {checked:.0} cases a second (goal: 300 or more)"
        );
        println!("{count} cases of a hunt without recordings: {hunted:.0} a second");
    }
}

fn options() -> CheckOptions {
    let bundled = ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server");
    let sides = both_paths(bundled).into_iter().map(|side| Side { dialect: Some(Dialect::V1), ..side });
    CheckOptions { jobs: 16, ..CheckOptions::new(sides.collect()) }
}

/// The first cases in which the user's first turn is answered by so many events and nothing is wrong with them: four at a
/// time, which tell the same plainly, in pieces, and spelt otherwise.
fn streams_of_20(cases: &Cases, count: usize) -> Vec<Recording> {
    const TOGETHER: u64 = 4;
    let of_20 = |first: &u64| {
        let Case { recording, .. } = cases.case(*first);
        let events = events_of_body(&recording.exchanges[0].body).len();
        recording.description == "grammar" && events == EVENTS
    };
    let firsts = (0..).step_by(TOGETHER as usize).filter(of_20);
    let all = firsts.flat_map(|first| first..first + TOGETHER);
    all.map(|number| cases.case(number).recording).take(count).collect()
}

fn check(runtime: &Runtime, streams: &[Recording]) -> Duration {
    let identical = |checked: &Checked| {
        assert_eq!(checked.verdict(), Verdict::Identical, "{}", failure(checked));
    };
    let summary = runtime.block_on(check_all(streams, &options(), identical)).unwrap();
    assert_eq!((summary.checked.len(), summary.strays), (streams.len(), vec![]));
    summary.elapsed
}

fn hunt_through(runtime: &Runtime, cases: &Cases, count: usize) -> Duration {
    let options = HuntOptions { check: options(), first: 0, cases: count as u64, time: Duration::MAX };
    let hunted = runtime.block_on(hunt(cases, &options, |_| ())).unwrap();
    assert!(hunted.found.is_empty(), "{:#?}", hunted.found);
    assert_eq!((hunted.cases, hunted.strays), (count as u64, vec![]));
    hunted.elapsed
}
