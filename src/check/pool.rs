//! The processes of one side. Many conversations share each of them.

use super::options::CheckOptions;
use super::side::Side;
use super::subject::{ask_dialect, introduced, prepared};
use crate::recording::Recording;
use crate::replay::{ReplayError, ReplayOptions, Replayed, replay};
use crate::session::{Deadlines, McpProcess, ServerCommand, SessionError, Strays};
use crate::upstream::Upstream;
use crate::wire::{Dialect, InitializeResult, Meaning, Message};
use serde_json::value::RawValue;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Mutex as AsyncMutex;

/// Up to so many processes of one app-server, each started when it is first needed.
#[derive(Debug)]
pub(super) struct Pool {
    side: Side,
    dialect: Dialect,
    command: ServerCommand,
    introduction: InitializeResult,
    deadlines: Deadlines,
    slots: Vec<Slot>,
    /// Each process may fill the memory a session may hold, so only one at a time runs beside the slots.
    alone: AsyncMutex<()>,
    strays: Mutex<Vec<String>>,
}

/// A place for a process, and how many replays are at it.
#[derive(Debug, Default)]
struct Slot {
    process: AsyncMutex<Option<Arc<McpProcess>>>,
    busy: AtomicUsize,
}

/// One replay at a slot. Dropping it says that the replay is over.
struct Visit<'a>(&'a Slot);

impl Drop for Visit<'_> {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Pool {
    /// Starts the first process, and asks it for its dialect where that is not given.
    pub(super) async fn start(side: &Side, options: &CheckOptions) -> Result<Pool, ReplayError> {
        let deadlines = &options.deadlines;
        let dialect = dialect_of(side, deadlines).await?;
        let processes = options.jobs.min(processes_of(dialect));
        let command = prepared(&side.command, side.path, dialect, options.allow_tools);
        let (first, introduction) = introduced(&command, deadlines).await?;
        let mut slots: Vec<_> = (0..processes.max(1)).map(|_| Slot::default()).collect();
        slots[0].process = AsyncMutex::new(Some(Arc::new(first)));
        let (side, deadlines, strays) = (side.clone(), deadlines.clone(), Mutex::default());
        let alone = AsyncMutex::default();
        Ok(Pool { side, dialect, command, introduction, deadlines, slots, alone, strays })
    }

    pub(super) fn side(&self) -> &Side {
        &self.side
    }

    /// What the first process answered to `initialize`.
    pub(super) fn introduction(&self) -> &InitializeResult {
        &self.introduction
    }

    pub(super) fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Replays a recording in the process that has the least to do.
    ///
    /// Where that process ends meanwhile, nobody knows whose fault it was: the recording is replayed again, alone in a
    /// new process. If that one ends too, it was this recording's.
    pub(super) async fn replay(
        &self,
        recording: &Recording,
        upstream: &Upstream,
        options: &ReplayOptions,
    ) -> Result<Replayed, ReplayError> {
        let options = ReplayOptions { dialect: self.dialect, ..options.clone() };
        let Visit(slot) = &self.visit();
        let server = self.server_of(slot).await?;
        match replay(recording, &server, upstream, &options).await {
            Err(ReplayError::Session(SessionError::Ended { .. })) => {
                retire(slot, &server).await;
                drop(server);
                let _one_at_a_time = self.alone.lock().await;
                let alone = started(&self.command, &self.deadlines).await?;
                let replayed = replay(recording, &alone, upstream, &options).await?;
                self.end(alone).await?;
                Ok(replayed)
            }
            done => done,
        }
    }

    /// Ends the processes, and gives what they sent that belongs to no conversation and to no request.
    pub(super) async fn finish(mut self) -> Result<Vec<String>, SessionError> {
        for slot in std::mem::take(&mut self.slots) {
            if let Some(server) = slot.process.into_inner().and_then(Arc::into_inner) {
                self.end(server).await?;
            }
        }
        Ok(self.strays.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn visit(&self) -> Visit<'_> {
        let busy = |slot: &&Slot| slot.busy.load(Ordering::Relaxed);
        let slot = self.slots.iter().min_by_key(busy).unwrap_or(&self.slots[0]);
        slot.busy.fetch_add(1, Ordering::Relaxed);
        Visit(slot)
    }

    async fn server_of(&self, slot: &Slot) -> Result<Arc<McpProcess>, ReplayError> {
        let mut slot = slot.process.lock().await;
        if let Some(server) = &*slot {
            return Ok(Arc::clone(server));
        }
        let server = Arc::new(started(&self.command, &self.deadlines).await?);
        *slot = Some(Arc::clone(&server));
        Ok(server)
    }

    async fn end(&self, server: McpProcess) -> Result<(), SessionError> {
        let stopped = server.stop().await?;
        let strays = lines_of(stopped.strays, self.dialect).map(|line| format!("{}: {line}", self.side.name));
        self.strays.lock().unwrap_or_else(PoisonError::into_inner).extend(strays);
        Ok(())
    }
}

/// As many as there are cores. Where conversations have to take turns in a process, most of them wait and do not
/// compute, so that there may be twice as many.
fn processes_of(dialect: Dialect) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    if dialect.takes_turns() { cores * 2 } else { cores }
}

/// Starts one process of a side, for whoever has no need of a pool.
///
/// # Errors
/// Where it does not start, or does not answer `initialize`.
#[cfg(feature = "record")]
pub(crate) async fn start_one(
    side: &Side,
    deadlines: &Deadlines,
) -> Result<(McpProcess, Dialect), SessionError> {
    let dialect = dialect_of(side, deadlines).await?;
    let command = prepared(&side.command, side.path, dialect, false);
    Ok((started(&command, deadlines).await?, dialect))
}

async fn dialect_of(side: &Side, deadlines: &Deadlines) -> Result<Dialect, SessionError> {
    match side.dialect {
        Some(dialect) => Ok(dialect),
        None => ask_dialect(&side.command, deadlines).await,
    }
}

async fn started(command: &ServerCommand, deadlines: &Deadlines) -> Result<McpProcess, SessionError> {
    introduced(command, deadlines).await.map(|(server, _)| server)
}

/// Whoever comes next starts a new process, unless somebody has already.
async fn retire(slot: &Slot, server: &Arc<McpProcess>) {
    let mut slot = slot.process.lock().await;
    if slot.as_ref().is_some_and(|current| Arc::ptr_eq(current, server)) {
        *slot = None;
    }
}

/// What a server sent that belongs to no conversation and to no request, a line each. What a dialect says of the
/// connection is none of it.
fn lines_of(strays: Strays, dialect: Dialect) -> impl Iterator<Item = String> {
    let of_the_connection =
        move |method: &str, params: Option<&RawValue>| dialect.meaning(method, params) == Meaning::Connection;
    let forgotten = strays
        .forgotten
        .into_iter()
        .filter(move |(method, _)| method.as_ref().is_none_or(|method| !of_the_connection(method, None)));
    let last = strays.last.into_iter().filter(move |entry| match &entry.message {
        Message::Notification { method, params } => !of_the_connection(method, params.as_deref()),
        _ => true,
    });
    let earlier = forgotten.map(|(method, count)| match method {
        Some(method) => format!("{count} earlier notifications {method:?}"),
        None => format!("{count} earlier messages"),
    });
    earlier.chain(last.map(|entry| entry.line().into_owned()))
}
