//! Proof that the harness sees: a relay between it and the app-server corrupts the delegated path, in one named way
//! at a time, and every one must be caught.
//!
//! The relay is this very program, started with `relay MUTATION PROGRAM ARGUMENTS…`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod mutations;
mod relay;

use libtest_mimic::{Arguments, Failed, Trial};
use mutations::Mutation;
use responses_parity::check::{CheckOptions, Checker, both_paths};
use responses_parity::observe::Channel;
use responses_parity::recording::load;
use responses_parity::report::{Checked, Verdict, failure};
use responses_parity::session::{Deadlines, ServerCommand};
use std::path::Path;
use std::time::Duration;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [first, mutation, command @ ..] = arguments.as_slice()
        && first == "relay"
    {
        relay::run(Mutation::named(mutation).unwrap(), command);
        return;
    }
    let mut trials = vec![Trial::test("an honest relay changes nothing", honest)];
    for mutation in Mutation::ALL.iter().copied().filter(|mutation| *mutation != Mutation::None) {
        trials.push(Trial::test(mutation.name(), move || caught(mutation)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// Without it, a relay that breaks everything would pass every other test.
fn honest() -> Result<(), Failed> {
    let checked = check_through(Mutation::None);
    match checked.verdict() {
        Verdict::Identical => Ok(()),
        _ => Err(failure(&checked).into()),
    }
}

fn caught(mutation: Mutation) -> Result<(), Failed> {
    let checked = check_through(mutation);
    if checked.verdict() != Verdict::Divergent {
        return Err(
            format!("survived: {} is {}\n{}", mutation.name(), checked.verdict(), failure(&checked)).into()
        );
    }
    let comparison = checked.result.as_ref().map_err(|failure| failure.problem.clone())?.comparison.clone();
    let channels: Vec<Channel> = comparison.divergences().map(|divergence| divergence.channel).collect();
    if !channels.contains(&mutation.shows_in()) {
        return Err(format!(
            "caught in {channels:?} and not in {}\n{}",
            mutation.shows_in(),
            failure(&checked)
        )
        .into());
    }
    Ok(())
}

fn check_through(mutation: Mutation) -> Checked {
    let relay = std::env::current_exe().unwrap();
    let subject = ServerCommand::new(relay).args([
        "relay",
        mutation.name(),
        env!("CARGO_BIN_EXE_responses-parity"),
        "app-server",
    ]);
    let deadlines = Deadlines { turn: Duration::from_secs(5), ..Deadlines::default() };
    let recording =
        load(Path::new("recordings/text/plain"), "text/plain").unwrap_or_else(|error| panic!("{error}"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let checker = Checker::start(&CheckOptions { deadlines, ..CheckOptions::new(both_paths(subject)) })
            .await
            .unwrap_or_else(|error| panic!("{error}"));
        checker.check(0, &recording).await
    })
}
