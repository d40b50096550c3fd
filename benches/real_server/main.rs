//! What the harness costs on top of a real app-server.
//!
//! ```sh
//! scripts/real-servers.sh
//! cargo bench --bench real_server
//! ```
//!
//! A bare client sends the lines that the harness sends, and reads until the same answers have come; it looks at nothing
//! else. The harness checks one recording. Each has a process of 0.53.0 to itself, and one conversation after the other.
//! They take turns, so that what slows the machine down slows both, and both use the upstream of the harness. With
//! `--test` they do so a few times only, for the assertions.

#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![allow(clippy::print_stdout, reason = "a benchmark prints what it measured")]

mod bare;
#[path = "../../tests/real_servers/servers.rs"]
#[allow(dead_code, reason = "the tests use all of it")]
mod servers;

use bare::BareClient;
use responses_parity::check::{CheckOptions, Checker, Side};
use responses_parity::recording::{Recording, load};
use responses_parity::replay::Path as ApiPath;
use responses_parity::report::{Verdict, failure};
use responses_parity::upstream::Upstream;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

const RECORDING: &str = "text/plain";
const CONVERSATIONS: usize = 200;
const CONVERSATIONS_IN_A_TEST: usize = 5;

fn main() {
    let is_test = std::env::args().any(|argument| argument == "--test");
    let conversations = if is_test { CONVERSATIONS_IN_A_TEST } else { CONVERSATIONS };
    let recording = load(&Path::new("../recordings").join(RECORDING), RECORDING).unwrap();
    let server = servers::SERVERS[0];
    let command = server.command().unwrap_or_else(|missing| panic!("{missing:?}"));
    let side = Side { dialect: Some(server.dialect), ..Side::of_path(command.clone(), ApiPath::Direct) };
    let runtime = Runtime::new().unwrap();
    let checker = runtime.block_on(Checker::start(&CheckOptions::new(vec![side]))).unwrap();
    let upstream = runtime.block_on(Upstream::start()).unwrap();
    let mut bare = BareClient::start(&command);

    let mut times = [Vec::new(), Vec::new()];
    for _ in 0..conversations {
        times[0].push(timed(|| bare.converse(&runtime, &upstream, &recording)));
        times[1].push(timed(|| check(&runtime, &checker, &recording)));
    }
    let strays = runtime.block_on(checker.finish()).unwrap();
    assert!(strays.is_empty(), "{strays:?}");
    if !is_test {
        report(times);
    }
}

fn check(runtime: &Runtime, checker: &Checker, recording: &Recording) {
    let checked = runtime.block_on(checker.check(recording));
    assert_eq!(checked.verdict(), Verdict::Identical, "{}", failure(&checked));
}

fn timed(run: impl FnOnce()) -> Duration {
    let began = Instant::now();
    run();
    began.elapsed()
}

fn report(times: [Vec<Duration>; 2]) {
    let conversations = times[0].len();
    let [bare, harness] = times.map(|mut times| {
        times.sort();
        times[times.len() / 2].as_secs_f64() * 1000.0
    });
    println!(
        "conversation with 0.53.0, median of {conversations}: bare {bare:.2} ms, harness {harness:.2} ms, ratio {:.3} (goal: below 1.10)",
        harness / bare
    );
}
