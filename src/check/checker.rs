//! Two app-servers, one upstream, and recordings driven through both.

use super::problems::problems_of;
use super::subject::config_toml;
use crate::compare::compare;
use crate::observe::observe;
use crate::recording::Recording;
use crate::replay::{Path, ReplayError, ReplayOptions, Replayed, replay};
use crate::report::{Checked, Compared, Failure, Summary};
use crate::session::{Deadlines, Direction, McpProcess, ServerCommand, SessionError};
use crate::upstream::{Speed, Upstream};
use crate::wire::{Dialect, Message};
use futures_util::StreamExt;
use std::time::Instant;

/// What is checked, and how.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// The app-server under test.
    pub subject: ServerCommand,
    /// How many recordings are replayed at once; at least 1.
    pub jobs: usize,
    /// How fast answers are delivered.
    pub speed: Speed,
    /// How long anything may take.
    pub deadlines: Deadlines,
}

/// One app-server process per path, and the upstream both use.
#[derive(Debug)]
pub struct Checker {
    direct: McpProcess,
    delegated: McpProcess,
    upstream: Upstream,
    replay: ReplayOptions,
}

impl Checker {
    /// Starts the app-servers and the upstream.
    ///
    /// # Errors
    /// Where one of them does not start, or the app-server does not answer `initialize`.
    pub async fn start(options: &CheckOptions) -> Result<Checker, ReplayError> {
        let upstream = Upstream::start().await.map_err(|error| ReplayError::Upstream(error.to_string()))?;
        let (direct, delegated) =
            tokio::try_join!(start_subject(options, Path::Direct), start_subject(options, Path::Delegated))?;
        let replay = ReplayOptions {
            http: delegate_http_client()?,
            dialect: Dialect::V1,
            allow_tools: false,
            speed: options.speed,
            turn_deadline: options.deadlines.turn,
        };
        Ok(Checker { direct, delegated, upstream, replay })
    }

    /// Replays one recording down both paths, at the same time, and compares them.
    pub async fn check(&self, recording: &Recording) -> Checked {
        let begun = Instant::now();
        let (direct, delegated) =
            tokio::join!(self.replay(recording, Path::Direct), self.replay(recording, Path::Delegated));
        let result = match (direct, delegated) {
            (Ok(direct), Ok(delegated)) => Ok(compared(recording, &direct, &delegated)),
            (Err(error), _) => Err(Failure { path: Path::Direct, problem: error.to_string() }),
            (_, Err(error)) => Err(Failure { path: Path::Delegated, problem: error.to_string() }),
        };
        Checked {
            name: recording.name.clone(),
            origin: recording.origin.clone(),
            elapsed: begun.elapsed(),
            result,
        }
    }

    /// Replays one recording down one path.
    ///
    /// # Errors
    /// Those of [`replay`].
    pub async fn replay(&self, recording: &Recording, path: Path) -> Result<Replayed, ReplayError> {
        let server = match path {
            Path::Direct => &self.direct,
            Path::Delegated => &self.delegated,
        };
        replay(recording, server, &self.upstream, &self.replay).await
    }

    /// Ends the app-servers, and gives what they sent that belongs to no conversation and to no request.
    ///
    /// # Errors
    /// Where one does not end when its stdin does.
    pub async fn finish(self) -> Result<Vec<String>, SessionError> {
        let mut strays = Vec::new();
        for (path, server) in [(Path::Direct, self.direct), (Path::Delegated, self.delegated)] {
            strays.extend(strays_of(&server).map(|line| format!("{path}: {line}")));
            server.shutdown().await?;
        }
        Ok(strays)
    }
}

/// Checks all recordings, `options.jobs` at a time, and tells `on_checked` of each as it is done.
///
/// # Errors
/// Where the app-servers do not start. What goes wrong with one recording is in its [`Checked`].
pub async fn check_all(
    recordings: &[Recording],
    options: &CheckOptions,
    mut on_checked: impl FnMut(&Checked),
) -> Result<Summary, ReplayError> {
    let begun = Instant::now();
    let checker = Checker::start(options).await?;
    let mut running = futures_util::stream::iter(recordings)
        .map(|recording| checker.check(recording))
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

fn compared(recording: &Recording, direct: &Replayed, delegated: &Replayed) -> Compared {
    let (left, right) = (observe(direct), observe(delegated));
    let comparison = compare(&left, &right);
    let problems = problems_of(recording, &comparison, direct, delegated);
    let served = direct.requests.iter().filter(|request| request.answered_by.is_some()).count();
    Compared { direct: left, delegated: right, comparison, problems, served }
}

async fn start_subject(options: &CheckOptions, path: Path) -> Result<McpProcess, ReplayError> {
    let command = options.subject.clone().config_toml(config_toml(path));
    let server = McpProcess::spawn(&command, options.deadlines.clone()).await?;
    server.initialize().await?;
    Ok(server)
}

/// The upstream is on this machine, whatever proxies the environment names.
fn delegate_http_client() -> Result<reqwest::Client, ReplayError> {
    reqwest::Client::builder().no_proxy().build().map_err(|error| ReplayError::Upstream(error.to_string()))
}

/// What a server sent beside conversations that somebody listens to: notifications and requests that name none, and
/// whatever came after a conversation was over.
fn strays_of(server: &McpProcess) -> impl Iterator<Item = String> {
    let late = server.strays();
    let unseen = late.count - late.last.len() as u64;
    let homeless = server.entries().into_iter().filter(|entry| {
        let asks_or_tells = matches!(entry.message, Message::Notification { .. } | Message::Request { .. });
        entry.direction == Direction::Received && asks_or_tells
    });
    let lines = homeless.chain(late.last).map(|entry| entry.line.to_string());
    lines.chain((unseen > 0).then(|| format!("… and {unseen} more after the end of their conversations")))
}
