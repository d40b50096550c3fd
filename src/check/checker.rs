//! One or two app-servers, one upstream, and recordings driven through them.

use super::judge::{Judge, Run};
use super::options::CheckOptions;
use super::pool::Pool;
use super::side::Side;
use crate::compare::Divergence;
use crate::recording::Recording;
use crate::replay::{Ended, Path, ReplayError, ReplayOptions, Replayed, local_http_client};
use crate::report::{Checked, Compared, Failure, Problem, Silence, Summary};
use crate::session::SessionError;
use crate::upstream::Upstream;
use crate::wire::Dialect;
use futures_util::future::{join_all, try_join_all};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;
use tokio::task::JoinSet;

/// The app-servers of every side, and the upstream all of them use.
#[derive(Debug)]
pub struct Checker {
    pools: Vec<Pool>,
    upstream: Upstream,
    replay: ReplayOptions,
    repeat: usize,
    judge: Arc<Judge>,
}

impl Checker {
    /// Starts the app-servers and the upstream.
    ///
    /// # Errors
    /// Where one of them does not start, where an app-server does not answer `initialize`, and where one that is to
    /// take the delegated path has none.
    pub async fn start(options: &CheckOptions) -> Result<Checker, ReplayError> {
        let upstream = Upstream::start().await.map_err(|error| ReplayError::Upstream(error.to_string()))?;
        let pools = options.sides.iter().map(|side| Pool::start(side, options));
        let replay = ReplayOptions {
            http: local_http_client()?,
            dialect: Dialect::default(),
            allow_tools: options.allow_tools,
            speed: options.speed,
            turn_deadline: options.deadlines.turn,
        };
        let pools = try_join_all(pools).await?;
        let dialects: BTreeSet<_> = pools.iter().map(Pool::dialect).collect();
        let judge = Arc::new(Judge::new(options, dialects));
        let checker = Checker { pools, upstream, replay, repeat: options.repeat.max(1), judge };
        checker.refuse_without_delegated_path().await?;
        Ok(checker)
    }

    /// Replays one recording on every side, at the same time, and compares what they show.
    ///
    /// Needs a tokio runtime: comparisons are made on its threads for blocking work, so that a long one holds up no
    /// delivery of another recording.
    pub async fn check(&self, recording: &Recording) -> Checked {
        let begun = Instant::now();
        let mut result = self.compared(recording).await;
        if let Ok(compared) = &mut result
            && (compared.problems.iter().any(Problem::is_of_time) || differs_in_time_alone(compared))
        {
            self.confirm(compared, recording).await;
        }
        Checked {
            name: recording.name.clone(),
            origin: recording.origin.clone(),
            digest: recording.digest(),
            elapsed: begun.elapsed(),
            result,
        }
    }

    /// Keeps of what was found about times only what is found again: a busy machine makes one wait long, another
    /// schedule makes each of them long.
    async fn confirm(&self, compared: &mut Compared, recording: &Recording) {
        let Ok(mut again) = self.compared(recording).await else { return };
        if differs_in_time_alone(compared) {
            std::mem::swap(compared, &mut again);
        }
        compared.silences.append(&mut again.silences);
        let places: Vec<_> = again.problems.iter().filter_map(Problem::place_in_time).collect();
        compared
            .problems
            .retain(|problem| problem.place_in_time().is_none_or(|place| places.contains(&place)));
    }

    async fn compared(&self, recording: &Recording) -> Result<Compared, Failure> {
        let runs = self.runs(recording).await?;
        let (judge, recording) = (Arc::clone(&self.judge), recording.clone());
        let compared = tokio::task::spawn_blocking(move || judge.compared(&recording, runs)).await;
        // It is never aborted, so that it can only have panicked: a defect, to be shown as one.
        Ok(compared.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())))
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

    /// Replays one recording on every side, and judges nothing.
    pub(super) async fn replays_of(&self, recording: &Recording) -> Result<Vec<Replayed>, Failure> {
        Ok(self.runs(recording).await?.into_iter().flat_map(|run| run.replays).collect())
    }

    /// The dialects of all sides.
    pub(super) fn dialects(&self) -> BTreeSet<Dialect> {
        self.pools.iter().map(Pool::dialect).collect()
    }

    /// The replays of every side.
    async fn runs(&self, recording: &Recording) -> Result<Vec<Run>, Failure> {
        let runs = join_all(self.pools.iter().map(|pool| self.replays(pool, recording))).await;
        runs.into_iter().collect()
    }

    async fn replays(&self, pool: &Pool, recording: &Recording) -> Result<Run, Failure> {
        let mut run = Run::default();
        for _ in 0..self.repeat {
            let replayed = self.replay(pool, recording).await?;
            let replayed = match Silence::of(pool.side(), &replayed) {
                Some(silence) => self.once_more(pool, recording, replayed, silence, &mut run).await?,
                None => replayed,
            };
            run.replays.push(replayed);
        }
        Ok(run)
    }

    async fn replay(&self, pool: &Pool, recording: &Recording) -> Result<Replayed, Failure> {
        let replayed = pool.replay(recording, &self.upstream, &self.replay).await;
        replayed.map_err(|error| Failure { side: pool.side().name.clone(), problem: error.to_string() })
    }

    /// Whoever falls silent must do so twice, as with all that is about time. What happened once is told, and no verdict.
    async fn once_more(
        &self,
        pool: &Pool,
        recording: &Recording,
        silent: Replayed,
        silence: Silence,
        run: &mut Run,
    ) -> Result<Replayed, Failure> {
        let again = self.replay(pool, recording).await?;
        if Silence::of(pool.side(), &again).is_some() {
            return Ok(silent);
        }
        run.silences.push(silence);
        Ok(again)
    }

    /// The same app-server says the same of itself, whichever path it takes.
    fn other_introduction(&self) -> Option<String> {
        let [left, right] = self.pools.as_slice() else { return None };
        let differ = left.introduction().user_agent != right.introduction().user_agent;
        (self.judge.is_one_server() && differ).then(|| {
            let [left, right] =
                [left, right].map(|pool| (&pool.side().name, &pool.introduction().user_agent));
            format!("{} is introduced as {:?}, but {} as {:?}", left.0, left.1, right.0, right.1)
        })
    }

    /// Said once and at the start, instead of with every recording.
    async fn refuse_without_delegated_path(&self) -> Result<(), ReplayError> {
        let probe = Recording::probe();
        for pool in self.pools.iter().filter(|pool| pool.side().path == Path::Delegated) {
            let replayed = pool.replay(&probe, &self.upstream, &self.replay).await;
            // What goes wrong otherwise goes wrong with the first recording too, and is told with it.
            if replayed.is_ok_and(|replayed| replayed.delegated_calls() == 0 && !replayed.requests.is_empty())
            {
                return Err(ReplayError::NoDelegatedPath { command: pool.side().command.to_string() });
            }
        }
        Ok(())
    }
}

impl Silence {
    /// The turn that did not end, where there is one; it was the last.
    fn of(side: &Side, replayed: &Replayed) -> Option<Silence> {
        let last = replayed.turns.last()?;
        let Ended::Never { after } = last.ended else { return None };
        Some(Silence { side: side.name.clone(), turn: replayed.turns.len(), after })
    }
}

fn differs_in_time_alone(compared: &Compared) -> bool {
    let comparison = &compared.comparison;
    !comparison.is_identical() && comparison.divergences().all(Divergence::is_of_time)
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
    let checker = Arc::new(Checker::start(options).await?);
    let mut waiting = recordings.iter();
    let mut running = JoinSet::new();
    let mut checked = Vec::with_capacity(recordings.len());
    loop {
        for recording in waiting.by_ref().take(options.jobs.max(1) - running.len()) {
            let (checker, recording) = (Arc::clone(&checker), recording.clone());
            running.spawn(async move { checker.check(&recording).await });
        }
        let Some(done) = running.join_next().await else { break };
        let done = done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()));
        on_checked(&done);
        checked.push(done);
    }
    let across_dialects = checker.judge.dialects_meet();
    checked.sort_by(|a, b| a.name.cmp(&b.name));
    // Every task has ended, and with it what it held.
    let finished = match Arc::into_inner(checker) {
        Some(checker) => checker.finish().await,
        None => Ok(Vec::new()),
    };
    let strays = match finished {
        Ok(strays) => strays,
        // A server that died has failed every recording it had; that says more.
        Err(_) if checked.iter().any(|checked| checked.result.is_err()) => Vec::new(),
        Err(error) => return Err(error.into()),
    };
    Ok(Summary { checked, strays, across_dialects, elapsed: begun.elapsed() })
}
