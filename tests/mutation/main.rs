//! Proof that the harness sees: a relay between it and the app-server corrupts the delegated path, in one named way
//! at a time, and every one must be caught.
//!
//! The relay is this very program, started with `relay MUTATION PROGRAM ARGUMENTS…`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod mutations;
mod relay;

use libtest_mimic::{Arguments, Failed, Trial};
use mutations::{Mutation, Shows};
use responses_parity::check::{CheckOptions, Checker, Side, both_paths};
use responses_parity::recording::load;
use responses_parity::report::{Checked, Verdict, failure};
use responses_parity::session::{Deadlines, ServerCommand};
use responses_parity::wire::Dialect;
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
    let mut trials = vec![
        Trial::test("an honest relay changes nothing", honest),
        Trial::test("what is asked beside the recording is shown and nothing else", asking_for_models),
    ];
    for mutation in Mutation::ALL.iter().copied().filter(|mutation| !mutation.is_honest()) {
        trials.push(Trial::test(mutation.name(), move || caught(mutation)));
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

/// What a check through the relay comes to, and what belonged to no conversation.
struct Outcome {
    checked: Checked,
    strays: Vec<String>,
}

/// Without it, a relay that breaks everything would pass every other test.
fn honest() -> Result<(), Failed> {
    let Outcome { checked, strays } = check_through(Mutation::None);
    match checked.verdict() {
        Verdict::Identical if strays.is_empty() => Ok(()),
        _ => Err(format!("{}\n{strays:?}", failure(&checked)).into()),
    }
}

fn asking_for_models() -> Result<(), Failed> {
    let Outcome { checked, strays } = check_through(Mutation::AskForModels);
    if checked.verdict() != Verdict::Identical || !strays.is_empty() {
        return Err(format!("{}\n{strays:?}", failure(&checked)).into());
    }
    for seen in &checked.result.map_err(|failure| failure.problem)?.seen {
        let asides: Vec<_> = seen.observation.asides().collect();
        assert_eq!(asides, ["GET /v1/models"], "{}", seen.side);
    }
    Ok(())
}

fn caught(mutation: Mutation) -> Result<(), Failed> {
    let outcome = check_through(mutation);
    let report = failure(&outcome.checked);
    if !is_caught(mutation, &outcome) {
        let verdict = outcome.checked.verdict();
        return Err(
            format!("survived: {} is {verdict}\n{report}\n{:?}", mutation.name(), outcome.strays).into()
        );
    }
    if mutation.is_exemplary() {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../snapshots");
        settings.set_omit_expression(true);
        settings.add_filter(r" +\d+ ms  ", "  [ms]  ");
        settings.bind(|| insta::assert_snapshot!(mutation.name(), report));
    }
    Ok(())
}

fn is_caught(mutation: Mutation, Outcome { checked, strays }: &Outcome) -> bool {
    let Ok(compared) = &checked.result else { return false };
    match mutation.shows() {
        Shows::In(channel) => {
            compared.comparison.divergences().any(|divergence| divergence.channel == channel)
        }
        Shows::AsProblem(words) => {
            compared.problems.iter().any(|problem| problem.to_string().contains(words))
        }
        Shows::AsStray(words) => strays.iter().any(|stray| stray.contains(words)),
    }
}

fn check_through(mutation: Mutation) -> Outcome {
    let relay = std::env::current_exe().unwrap();
    let subject = ServerCommand::new(relay).args([
        "relay",
        mutation.name(),
        env!("CARGO_BIN_EXE_responses-parity"),
        "app-server",
    ]);
    let sides = both_paths(subject).into_iter().map(|side| Side { dialect: Some(Dialect::V1), ..side });
    let deadlines = Deadlines { turn: Duration::from_secs(5), ..Deadlines::default() };
    let options = CheckOptions { deadlines, ..CheckOptions::new(sides.collect()) };
    let name = mutation.recording();
    let recording = load(&Path::new("recordings").join(name), name).unwrap_or_else(|error| panic!("{error}"));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let checker = Checker::start(&options).await.unwrap_or_else(|error| panic!("{error}"));
        let checked = checker.check(&recording).await;
        Outcome { checked, strays: checker.finish().await.unwrap_or_else(|error| panic!("{error}")) }
    })
}
