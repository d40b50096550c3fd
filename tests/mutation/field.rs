//! The recordings on which mutations are tried, and what a trial brings.

use crate::mutation::{Mutation, Sides};
use crate::relay::EVERYBODY;
use crate::traffic::TAG;
use responses_parity::check::{CheckOptions, Side, both_paths, check_all};
use responses_parity::compare::{Divergence, compare};
use responses_parity::observe::Observation;
use responses_parity::recording::{Recording, Retries, discover};
use responses_parity::replay::Path as ReplayPath;
use responses_parity::report::{Checked, Seen, Summary};
use responses_parity::session::{Deadlines, ServerCommand};
use responses_parity::wire::Dialect;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::Mutex;

/// How often a recording is looked at, at most.
const LOOKS: usize = 4;

/// All recordings but those that take many seconds to fail.
pub(crate) struct Field {
    recordings: Vec<Recording>,
    /// What each shows on the direct path, where nothing is mutated, as far as somebody wanted to know.
    kept: Mutex<BTreeMap<String, Observation>>,
    logs: TempDir,
}

/// What came of a mutation.
pub(crate) struct Run {
    pub(crate) checked: Vec<Checked>,
    pub(crate) strays: Vec<String>,
    /// The recordings in which it found something to do.
    pub(crate) reached: BTreeSet<String>,
}

impl Field {
    pub(crate) fn new() -> Field {
        let found = discover(Path::new("recordings")).unwrap_or_else(|error| panic!("{error}"));
        let recordings = found.iter().map(|found| found.load().unwrap_or_else(|error| panic!("{error}")));
        let recordings = recordings.filter(|recording| !leaves_retries_to_the_server(recording)).map(tagged);
        let logs = tempfile::tempdir().unwrap();
        Field { recordings: recordings.collect(), kept: Mutex::default(), logs }
    }

    /// How many recordings there are.
    pub(crate) fn len(&self) -> usize {
        self.recordings.len()
    }

    pub(crate) async fn run(&self, mutation: &Mutation) -> Run {
        let log = self.logs.path().join(mutation.name);
        std::fs::write(&log, "").unwrap();
        let tried = self.recordings.iter().filter(|recording| (mutation.reaches)(recording));
        let (mut checked, mut strays) = self.check(mutation, &log, tried, mutation.jobs).await;
        // As a `Checker` does it: what is found about times is looked at again. This machine may be very busy.
        for _ in 1..LOOKS {
            let doubtful = checked.extract_if(.., |checked| differs_in_time_alone(checked));
            let doubtful: Vec<_> = doubtful.map(|checked| checked.name).collect();
            if doubtful.is_empty() {
                break;
            }
            self.kept.lock().await.retain(|name, _| !doubtful.contains(name));
            let again = self.recordings.iter().filter(|recording| doubtful.contains(&recording.name));
            let (again, more) = self.check(mutation, &log, again, 1).await;
            checked.extend(again);
            strays.extend(more);
        }
        let log = std::fs::read_to_string(&log).unwrap();
        let reached = match log.lines().any(|name| name == EVERYBODY) {
            true => checked.iter().map(|checked| checked.name.clone()).collect(),
            false => log.lines().map(str::to_owned).collect(),
        };
        Run { checked, strays, reached }
    }

    async fn check(
        &self,
        mutation: &Mutation,
        log: &Path,
        recordings: impl Iterator<Item = &Recording>,
        jobs: usize,
    ) -> (Vec<Checked>, Vec<String>) {
        let recordings: Vec<_> = recordings.cloned().collect();
        let mut sides = both_paths(relayed(mutation, log));
        if mutation.sides == Sides::Kept {
            sides.retain(|side| side.path == ReplayPath::Delegated);
        }
        let direct = self.direct(&recordings).await;
        let Summary { mut checked, strays, .. } = check(&recordings, sides, jobs, mutation.patience).await;
        if mutation.sides == Sides::Kept {
            checked.iter_mut().for_each(|checked| compare_with_kept(checked, &direct));
        }
        (checked, strays)
    }

    /// What these show on the direct path, where there is no relay.
    async fn direct(&self, recordings: &[Recording]) -> BTreeMap<String, Observation> {
        let mut kept = self.kept.lock().await;
        let new = recordings.iter().filter(|recording| !kept.contains_key(&recording.name));
        let new: Vec<_> = new.cloned().collect();
        if !new.is_empty() {
            let sides = vec![Side::of_path(app_server(), ReplayPath::Direct)];
            let summary = check(&new, sides, 16, Deadlines::default().turn).await;
            kept.extend(summary.checked.into_iter().map(observed));
        }
        let of_these =
            kept.iter().filter(|(name, _)| recordings.iter().any(|recording| recording.name == **name));
        of_these.map(|(name, observation)| (name.clone(), observation.clone())).collect()
    }
}

fn observed(checked: Checked) -> (String, Observation) {
    let compared = checked.result.unwrap_or_else(|failure| panic!("{}: {}", checked.name, failure.problem));
    let seen = compared.seen.into_iter().next().expect("one side");
    (checked.name, seen.observation)
}

async fn check(recordings: &[Recording], sides: Vec<Side>, jobs: usize, patience: Duration) -> Summary {
    let sides = sides.into_iter().map(|side| Side { dialect: Some(Dialect::V1), ..side }).collect();
    let deadlines = Deadlines { turn: patience, answer: patience, ..Deadlines::default() };
    let options = CheckOptions { jobs, deadlines, ..CheckOptions::new(sides) };
    check_all(recordings, &options, |_| {}).await.unwrap_or_else(|error| panic!("{error}"))
}

/// As if both sides had been replayed at the same time.
fn compare_with_kept(checked: &mut Checked, kept: &BTreeMap<String, Observation>) {
    let Ok(compared) = &mut checked.result else { return };
    let direct = kept[&checked.name].clone();
    compared.comparison = compare(&direct, &compared.seen[0].observation);
    compared.seen.insert(
        0,
        Seen { side: ReplayPath::Direct.name().to_owned(), observation: direct, ..Seen::default() },
    );
}

fn differs_in_time_alone(checked: &Checked) -> bool {
    checked.result.as_ref().is_ok_and(|compared| {
        let comparison = &compared.comparison;
        !comparison.is_identical() && comparison.divergences().all(Divergence::is_of_time)
    })
}

fn app_server() -> ServerCommand {
    ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server")
}

/// The app-server behind the relay, which is this very program.
fn relayed(mutation: &Mutation, log: &Path) -> ServerCommand {
    let relay = std::env::current_exe().unwrap();
    ServerCommand::new(relay)
        .args(["relay", mutation.name])
        .arg(log)
        .args([env!("CARGO_BIN_EXE_responses-parity"), "app-server"])
}

/// Those take seconds to fail, and fail as those do that say how often.
fn leaves_retries_to_the_server(recording: &Recording) -> bool {
    let settings = &recording.provider;
    [settings.request_max_retries, settings.stream_max_retries].contains(&Retries::Default)
}

/// With its name among the user's words, so that the relay can tell what it did to which recording.
fn tagged(mut recording: Recording) -> Recording {
    for turn in &mut recording.turns {
        turn.user = format!("{}{TAG}{}", turn.user, recording.name);
    }
    recording
}
