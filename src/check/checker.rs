//! One or two app-servers, one upstream, and recordings driven through them.

use super::pool::Pool;
use super::problems::problems_of;
use super::side::Side;
use crate::compare::{Allowances, Comparison, compare, compare_across_dialects};
use crate::observe::{Channel, Observation, observe};
use crate::recording::Recording;
use crate::replay::{Path, ReplayError, ReplayOptions, Replayed, local_http_client};
use crate::report::{Checked, Compared, Failure, Noise, Seen, Summary};
use crate::session::{Deadlines, SessionError};
use crate::upstream::{Speed, Upstream};
use crate::wire::Dialect;
use futures_util::StreamExt;
use futures_util::future::{join_all, try_join_all};
use std::time::Instant;

/// What is checked, and how.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// Two sides are compared; one alone is replayed and compared with nothing.
    pub sides: Vec<Side>,
    /// How many recordings are replayed at once; at least 1.
    pub jobs: usize,
    /// How many times each side replays a recording; at least 1. What differs between two of them is noise.
    pub repeat: usize,
    /// Whether what a recorded tool call wants to do may be done.
    pub allow_tools: bool,
    /// What may differ between the sides.
    pub allowed: Allowances,
    /// How fast answers are delivered.
    pub speed: Speed,
    /// How long anything may take.
    pub deadlines: Deadlines,
}

impl CheckOptions {
    /// Everything else as it is usual: one recording at a time, once, at full speed.
    pub fn new(sides: Vec<Side>) -> CheckOptions {
        CheckOptions {
            sides,
            jobs: 1,
            repeat: 1,
            allow_tools: false,
            allowed: Allowances::default(),
            speed: Speed::Max,
            deadlines: Deadlines::default(),
        }
    }
}

/// The app-servers of every side, and the upstream all of them use.
#[derive(Debug)]
pub struct Checker {
    pools: Vec<Pool>,
    upstream: Upstream,
    replay: ReplayOptions,
    repeat: usize,
    allowed: Allowances,
}

impl Checker {
    /// Starts the app-servers and the upstream.
    ///
    /// # Errors
    /// Where one of them does not start, where an app-server does not answer `initialize`, and where one that is to
    /// take the delegated path has none.
    pub async fn start(options: &CheckOptions) -> Result<Checker, ReplayError> {
        let upstream = Upstream::start().await.map_err(|error| ReplayError::Upstream(error.to_string()))?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let processes = options.jobs.min(cores);
        let pools = options.sides.iter().map(|side| Pool::start(side, &options.deadlines, processes));
        let replay = ReplayOptions {
            http: local_http_client()?,
            dialect: Dialect::default(),
            allow_tools: options.allow_tools,
            speed: options.speed,
            turn_deadline: options.deadlines.turn,
        };
        let pools = try_join_all(pools).await?;
        let checker = Checker {
            pools,
            upstream,
            replay,
            repeat: options.repeat.max(1),
            allowed: options.allowed.clone(),
        };
        checker.refuse_without_delegated_path().await?;
        Ok(checker)
    }

    /// Replays one recording on every side, at the same time, and compares what they show. `number` says which of the
    /// pooled processes is used.
    pub async fn check(&self, number: usize, recording: &Recording) -> Checked {
        let begun = Instant::now();
        let runs = join_all(self.pools.iter().map(|pool| self.replays(pool, number, recording))).await;
        Checked {
            name: recording.name.clone(),
            origin: recording.origin.clone(),
            elapsed: begun.elapsed(),
            result: runs.into_iter().collect::<Result<Vec<_>, _>>().map(|runs| self.compared(&runs)),
        }
    }

    /// Ends the app-servers, and gives what they sent that belongs to no conversation and to no request.
    ///
    /// # Errors
    /// Where one does not end when its stdin does.
    pub async fn finish(self) -> Result<Vec<String>, SessionError> {
        let mut strays: Vec<_> = self.other_introduction().into_iter().collect();
        for pool in self.pools {
            strays.extend(pool.finish().await?);
        }
        let stray = self.upstream.strays();
        strays.extend(
            stray.first.iter().map(|request| format!("upstream: {} {}", request.method, request.path)),
        );
        strays.extend(
            (stray.count > stray.first.len()).then(|| format!("upstream: {} requests in all", stray.count)),
        );
        Ok(strays)
    }

    async fn replays(
        &self,
        pool: &Pool,
        number: usize,
        recording: &Recording,
    ) -> Result<Vec<Replayed>, Failure> {
        let mut replays = Vec::with_capacity(self.repeat);
        for _ in 0..self.repeat {
            let replayed = pool.replay(number, recording, &self.upstream, &self.replay).await;
            let failed =
                |error: ReplayError| Failure { side: pool.side().name.clone(), problem: error.to_string() };
            replays.push(replayed.map_err(failed)?);
        }
        Ok(replays)
    }

    /// The first replay of each side is compared with the other side's; the rest only with the first.
    fn compared(&self, runs: &[Vec<Replayed>]) -> Compared {
        let sides: Vec<_> = self.pools.iter().map(Pool::side).zip(runs.iter().map(|runs| &runs[0])).collect();
        let seen: Vec<_> = sides
            .iter()
            .map(|(side, replayed)| Seen { side: side.name.clone(), observation: observe(replayed) })
            .collect();
        let (comparison, allowed) = self.comparison(&seen);
        let problems = problems_of(&comparison, &sides);
        let noise = runs.iter().zip(&seen).flat_map(|(runs, first)| noise_of(&runs[1..], first)).collect();
        Compared { comparison, allowed, problems, noise, seen }
    }

    /// Also which of the allowed differences there were.
    fn comparison(&self, seen: &[Seen]) -> (Comparison, Vec<usize>) {
        let (mut left, mut right) = (seen[0].observation.clone(), seen[seen.len() - 1].observation.clone());
        // Two servers need not both show them. One server that shows them on one path alone has something to answer for.
        let shows = |observation: &Observation| !observation.channel(Channel::ResponseEvents).is_empty();
        if !self.is_one_server() && shows(&left) != shows(&right) {
            (left, right) = (left.without_response_events(), right.without_response_events());
        }
        let allowed = self.allowed.apply(&mut left, &mut right);
        let dialects = self.pools.iter().map(Pool::dialect).collect::<std::collections::BTreeSet<_>>();
        let comparison =
            if dialects.len() > 1 { compare_across_dialects(&left, &right) } else { compare(&left, &right) };
        (comparison, allowed)
    }

    fn is_one_server(&self) -> bool {
        let commands = self.pools.iter().map(|pool| pool.side().command.to_string());
        commands.collect::<std::collections::BTreeSet<_>>().len() == 1
    }

    /// The same app-server says the same of itself, whichever path it takes.
    fn other_introduction(&self) -> Option<String> {
        let [left, right] = self.pools.as_slice() else { return None };
        let differ = left.introduction().user_agent != right.introduction().user_agent;
        (self.is_one_server() && differ).then(|| {
            let [left, right] =
                [left, right].map(|pool| (&pool.side().name, &pool.introduction().user_agent));
            format!("{} is introduced as {:?}, but {} as {:?}", left.0, left.1, right.0, right.1)
        })
    }

    /// Said once and at the start, instead of with every recording.
    async fn refuse_without_delegated_path(&self) -> Result<(), ReplayError> {
        let probe = Recording::probe();
        for pool in self.pools.iter().filter(|pool| pool.side().path == Path::Delegated) {
            let replayed = pool.replay(0, &probe, &self.upstream, &self.replay).await;
            // What goes wrong otherwise goes wrong with the first recording too, and is told with it.
            if replayed.is_ok_and(|replayed| replayed.delegated_calls() == 0 && !replayed.requests.is_empty())
            {
                return Err(ReplayError::NoDelegatedPath { command: pool.side().command.to_string() });
            }
        }
        Ok(())
    }
}

/// Checks all recordings, `options.jobs` at a time, and tells `on_checked` of each as it is done.
///
/// # Errors
/// Those of [`Checker::start`]. What goes wrong with one recording is in its [`Checked`].
pub async fn check_all(
    recordings: &[Recording],
    options: &CheckOptions,
    mut on_checked: impl FnMut(&Checked),
) -> Result<Summary, ReplayError> {
    let begun = Instant::now();
    let checker = Checker::start(options).await?;
    let mut running = futures_util::stream::iter(recordings.iter().enumerate())
        .map(|(number, recording)| checker.check(number, recording))
        .buffer_unordered(options.jobs.max(1));
    let mut checked = Vec::with_capacity(recordings.len());
    while let Some(done) = running.next().await {
        on_checked(&done);
        checked.push(done);
    }
    drop(running);
    checked.sort_by(|a, b| a.name.cmp(&b.name));
    let strays = match checker.finish().await {
        Ok(strays) => strays,
        // A server that died has failed every recording it had; that says more.
        Err(_) if checked.iter().any(|checked| checked.result.is_err()) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(Summary { checked, strays, elapsed: begun.elapsed() })
}

fn noise_of(repeats: &[Replayed], first: &Seen) -> Vec<Noise> {
    let comparisons = repeats.iter().map(|replayed| compare(&first.observation, &observe(replayed)));
    let divergences =
        comparisons.flat_map(|comparison| comparison.divergences().cloned().collect::<Vec<_>>());
    divergences.map(|divergence| Noise { side: first.side.clone(), divergence }).collect()
}
