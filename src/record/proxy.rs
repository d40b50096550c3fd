//! The recording proxy.

use super::address::{ListenAddress, UpstreamUrl};
use super::connect::Route;
use super::connection;
use super::error::RecordError;
use super::forward::Forwarder;
use super::journal::Journal;
use super::summary::ExchangeSummary;
use super::tape::{Progress, Tape};
use crate::replay::ApiKey;
use crate::session::Surroundings;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinSet};

/// How a proxy records.
#[derive(Debug)]
pub struct ProxyOptions {
    /// Where it listens.
    pub listen: ListenAddress,
    /// What it records.
    pub upstream: UpstreamUrl,
    /// The API key for requests that bring no `authorization` of their own. It is sent and nothing else.
    pub api_key: Option<ApiKey>,
    /// How long the upstream may be silent before its answer counts as stalled.
    pub longest_silence: Duration,
    /// Where what is recorded is kept at once, so that it survives this process.
    pub journal: Option<Journal>,
}

/// A reverse proxy in front of one upstream, which records every `POST …/responses` that goes through it.
///
/// Bytes are passed on the moment they arrive, in the chunks they arrive in, and no faster than the client takes them.
/// Dropping the proxy closes its port and every connection.
#[derive(Debug)]
pub struct RecordingProxy {
    base_url: String,
    tape: Arc<Tape>,
    progress: watch::Receiver<Progress>,
    accepting: AbortHandle,
}

impl RecordingProxy {
    /// Starts one, on the runtime that this is called on.
    ///
    /// # Errors
    /// Where the port cannot be had, or where the upstream would be the proxy itself.
    pub async fn start(mut options: ProxyOptions) -> Result<RecordingProxy, RecordError> {
        let journal = options.journal.take();
        let (listener, base_url, route) = match prepare(options.listen, &options).await {
            Ok(prepared) => prepared,
            Err(error) => {
                // There is nothing in it yet.
                journal.map(Journal::discard).transpose()?;
                return Err(error);
            }
        };
        let tape = Tape::new(journal);
        let forwarder = Forwarder {
            route,
            tape: Arc::clone(&tape),
            api_key: options.api_key,
            longest_silence: options.longest_silence,
        };
        let accepting = tokio::spawn(accept(listener, Arc::new(forwarder))).abort_handle();
        Ok(RecordingProxy { base_url, progress: tape.progress(), tape, accepting })
    }

    /// What clients use in place of the upstream's address.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The user says something; the exchanges from now on belong to that.
    pub fn turn(&self, user: &str) {
        self.tape.turn(user);
    }

    /// The folders that an app-server runs in differ from run to run, and are nobody's business: in the requests that
    /// are kept they are called `<work>` and the like, as in snapshots.
    pub(super) fn name_folders(&self, surroundings: &Surroundings) {
        let Surroundings { codex_home, home, work_dir, temp_dir, pid: _ } = surroundings;
        let named =
            [(work_dir, "<work>"), (codex_home, "<codex-home>"), (home, "<home>"), (temp_dir, "<tmp>")];
        self.tape.places(named.map(|(folder, name)| (folder.display().to_string(), name)).into());
    }

    /// Waits until this many exchanges have ended; without end where they do not.
    pub async fn ended(&self, exchanges: usize) {
        let mut progress = self.progress.clone();
        // The sender lives as long as the tape.
        let _ = progress.wait_for(|progress| progress.ended >= exchanges).await;
    }

    /// Waits until nothing further is recorded, which happens by itself when the disk takes no more.
    pub async fn stopped(&self) {
        let mut progress = self.progress.clone();
        // The sender lives as long as the tape.
        let _ = progress.wait_for(|progress| progress.stopped).await;
    }

    /// Waits until every exchange that has begun has ended, for so long at most.
    pub async fn settled(&self, within: Duration) {
        let mut progress = self.progress.clone();
        let all = progress.wait_for(|progress| progress.ended == progress.begun);
        // What has not ended then is cut, and says so.
        let _ = tokio::time::timeout(within, all).await;
    }

    /// Nothing further is recorded. What has not ended is cut here, for the reason `why`.
    pub fn cut(&self, why: &str) {
        self.tape.stop(why);
    }

    pub(super) fn tape(&self) -> &Tape {
        &self.tape
    }

    /// Which exchange ended as the `nth`, both counted from 0, and what there is to say of it; `None` where fewer have.
    pub fn nth_ended(&self, nth: usize) -> Option<(usize, ExchangeSummary)> {
        self.tape.nth_ended(nth)
    }
}

impl Drop for RecordingProxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Everything that may fail.
async fn prepare(
    ListenAddress(wanted): ListenAddress,
    options: &ProxyOptions,
) -> Result<(TcpListener, String, Route), RecordError> {
    let listening = |cause| RecordError::Listen { address: wanted, cause };
    let listener = TcpListener::bind(wanted).await.map_err(listening)?;
    let address = listener.local_addr().map_err(listening)?;
    let upstream = &options.upstream;
    if upstream.is_loopback() && upstream.port() == address.port() {
        return Err(RecordError::Itself { address });
    }
    let route = Route::new(upstream.clone()).map_err(|error| RecordError::Upstream(error.to_string()))?;
    Ok((listener, format!("http://{address}{}", upstream.base()), route))
}

/// Serves until it is aborted. The connections are in a set of its own, and end with it.
async fn accept(listener: TcpListener, forwarder: Arc<Forwarder>) {
    /// How long to wait where no connection is there to end.
    const BREATH: Duration = Duration::from_millis(20);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => {
                    connections.spawn(connection::serve(client, Arc::clone(&forwarder)));
                }
                // Out of file descriptors, most likely: one has to be given back before the next can be had.
                Err(_) => {
                    if connections.join_next().await.is_none() {
                        tokio::time::sleep(BREATH).await;
                    }
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
