//! Proof that the harness sees: a relay between it and the app-server treats the delegated path in one named way at a
//! time, over all recordings. Every corruption must be caught in each recording that it reaches, and what changes
//! nothing must be found in none.
//!
//! The relay is this very program, started with `relay MUTATION LOG PROGRAM ARGUMENTS…`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod acts;
mod field;
mod holds;
mod json;
mod line;
mod mutation;
mod reach;
mod relay;
mod score;
#[path = "../support/relay.rs"]
mod subject;
mod table;
mod traffic;
mod upstream;

use field::{Field, Run};
use libtest_mimic::{Arguments, Failed, Trial};
use mutation::Mutation;
use responses_parity::report::failure;
use score::{Scores, judge};
use std::sync::{Arc, Mutex};
use tokio::runtime::Runtime;

/// Those whose report on `text/plain` is kept as a snapshot: one of each kind of divergence.
const EXEMPLARY: [&str; 4] = [
    "answer-before-the-last-event",
    "change-one-character-of-a-delta",
    "drop-one-notification",
    "send-one-notification-twice",
];

/// Asks the upstream which models there are, as a server may.
const ASKS_BESIDE: &str = "ask-for-models";

/// What the trials share.
struct Trials {
    runtime: Runtime,
    field: Field,
    scores: Mutex<Vec<score::Score>>,
}

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [first, mutation, log, command @ ..] = arguments.as_slice()
        && first == "relay"
    {
        relay::run(table::named(mutation).unwrap(), log, command);
        return;
    }
    let mut arguments = Arguments::from_args();
    // Most of what they do is wait.
    arguments.test_threads = arguments.test_threads.or(Some(6));
    let trials =
        Arc::new(Trials { runtime: Runtime::new().unwrap(), field: Field::new(), scores: Mutex::default() });
    let of_each = table::all().into_iter().map(|mutation| {
        let trials = Arc::clone(&trials);
        Trial::test(mutation.name, move || trials.run(&mutation))
    });
    let conclusion = libtest_mimic::run(&arguments, of_each.collect());
    trials.print_scores();
    conclusion.exit();
}

impl Trials {
    /// In the order of the table; they were done in any.
    #[expect(clippy::print_stdout, reason = "a score is to be seen")]
    fn print_scores(&self) {
        let mut scores = std::mem::take(&mut *self.scores.lock().unwrap());
        let names: Vec<_> = table::all().iter().map(|mutation| mutation.name).collect();
        scores.sort_by_key(|score| names.iter().position(|name| *name == score.name));
        if !scores.is_empty() {
            println!("{}", Scores { recordings: self.field.len(), scores });
        }
    }

    fn run(&self, mutation: &Mutation) -> Result<(), Failed> {
        let run = self.runtime.block_on(self.field.run(mutation));
        let (score, result) = judge(mutation, &run);
        self.scores.lock().unwrap().push(score);
        result?;
        if EXEMPLARY.contains(&mutation.name) {
            keep_report(mutation.name, &run);
        }
        if mutation.name == ASKS_BESIDE {
            shows_what_was_asked(&run);
        }
        Ok(())
    }
}

fn keep_report(name: &str, run: &Run) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../snapshots");
    settings.set_omit_expression(true);
    settings.add_filter(r" +\d+ ms", " [ms]");
    let checked = run.checked.iter().find(|checked| checked.name == "text/plain").unwrap();
    settings.bind(|| insta::assert_snapshot!(name, failure(checked)));
}

fn shows_what_was_asked(run: &Run) {
    for checked in &run.checked {
        for seen in &checked.result.as_ref().unwrap().seen {
            let asides: Vec<_> = seen.observation.asides().collect();
            assert_eq!(asides, ["GET /v1/models"], "{}: {}", checked.name, seen.side);
        }
    }
}
