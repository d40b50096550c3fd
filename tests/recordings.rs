//! One test for each recording: both paths must show the same, and it must be what the snapshot says.
//!
//! The comparison comes first and the snapshot second, asserted from both paths: accepting snapshots can therefore
//! never accept a difference between them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/mod.rs"]
mod support;

use libtest_mimic::{Arguments, Failed, Trial};
use responses_parity::check::{CheckOptions, Checker, both_paths};
use responses_parity::recording::{Found, discover};
use responses_parity::report::{Verdict, failure, snapshot};
use responses_parity::session::ServerCommand;
use std::path::Path;
use std::sync::Arc;
use support::{no_orphan_snapshots, settings, snapshot_name};
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;
use walkdir::WalkDir;

const RECORDINGS: &str = "recordings";
const SNAPSHOTS: &str = "snapshots";

/// The app-servers, started by the first test that needs them and shared by all of this process.
struct Harness {
    runtime: Runtime,
    checker: OnceCell<Checker>,
}

fn main() {
    let mut arguments = Arguments::from_args();
    // Most of what they do is wait.
    arguments.test_threads = arguments.test_threads.or(Some(16));
    let harness = Arc::new(Harness { runtime: Runtime::new().unwrap(), checker: OnceCell::new() });
    let recordings = discover(Path::new(RECORDINGS)).unwrap_or_else(|error| panic!("{error}"));
    let mut trials: Vec<_> = recordings.iter().map(|found| trial(found.clone(), harness.clone())).collect();
    let all = recordings.clone();
    trials.push(Trial::test("no snapshot without a recording", move || no_orphan_snapshots(SNAPSHOTS, &all)));
    trials.push(Trial::test("no folder without a recording", move || no_empty_folders(&recordings)));
    let conclusion = libtest_mimic::run(&arguments, trials);
    let Ok(harness) = Arc::try_unwrap(harness) else { conclusion.exit() };
    if let Some(checker) = harness.checker.into_inner() {
        let strays = harness.runtime.block_on(checker.finish()).unwrap_or_else(|error| panic!("{error}"));
        assert!(strays.is_empty(), "messages that belong to no conversation:\n{}", strays.join("\n"));
    }
    conclusion.exit();
}

fn trial(found: Found, harness: Arc<Harness>) -> Trial {
    let name = found.name.clone();
    Trial::test(name, move || harness.runtime.block_on(check(&found, &harness.checker)))
}

async fn check(found: &Found, checker: &OnceCell<Checker>) -> Result<(), Failed> {
    let recording = found.load()?;
    let checker = checker.get_or_try_init(start).await?;
    let checked = checker.check(&recording).await;
    if checked.verdict() != Verdict::Identical {
        return Err(failure(&checked).into());
    }
    let compared = checked.result.map_err(|failure| failure.problem)?;
    let name = snapshot_name(&found.name);
    let settings = settings(SNAPSHOTS, found, &recording);
    settings.bind(|| {
        insta::allow_duplicates! {
            for observation in compared.seen.iter().map(|seen| &seen.observation) {
                insta::assert_snapshot!(name.as_str(), snapshot(observation));
            }
        }
    });
    Ok(())
}

async fn start() -> Result<Checker, Failed> {
    let subject = ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server");
    let options = CheckOptions::new(both_paths(subject));
    Ok(Checker::start(&options).await?)
}

/// A folder that holds files but no recording would be a recording that nobody notices is not checked.
fn no_empty_folders(recordings: &[Found]) -> Result<(), Failed> {
    let covered = |path: &Path| {
        recordings.iter().any(|found| found.path.starts_with(path) || path.starts_with(&found.path))
    };
    let folders = WalkDir::new(RECORDINGS)
        .into_iter()
        .map(|entry| entry.unwrap().into_path())
        .filter(|path| path.is_dir());
    let empty: Vec<_> = folders
        .filter(|path| !covered(path))
        .map(|path| format!("{}: holds no recording", path.display()))
        .collect();
    if empty.is_empty() { Ok(()) } else { Err(empty.join("\n").into()) }
}
