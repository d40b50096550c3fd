//! The task that reads a server's stdout and declares the session ended.

use super::ended::EndCause;
use super::link::Link;
use super::transport::Lines;
use std::io;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;
use tokio::process::ChildStdout;
use tokio::sync::{oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// Stdout's end, the exit status and the end of stderr belong together but come apart. How long to wait for the
/// others after the first: an exit follows at once, or the server lives on.
const GRACE: Duration = Duration::from_secs(1);

/// The same after a line that ends the session, where the server may well live on.
const SHORT_GRACE: Duration = Duration::from_millis(200);

/// What else tells of a server's end.
pub(super) struct Signs {
    pub(super) exit: watch::Receiver<Option<ExitStatus>>,
    pub(super) write_failure: oneshot::Receiver<io::Error>,
    pub(super) stderr: JoinHandle<()>,
}

/// Reads until the session is over.
pub(super) async fn read_all(link: Arc<Link>, stdout: ChildStdout, signs: Signs) {
    let Signs { exit, write_failure, stderr } = signs;
    let cause = tokio::select! {
        cause = read_lines(&link, stdout) => cause,
        cause = gone_with_stdout_open(exit.clone()) => cause,
        cause = writing_failed(write_failure) => cause,
    };
    let status = last_words(&cause, exit, stderr).await;
    link.end(cause, status);
}

async fn read_lines(link: &Arc<Link>, stdout: ChildStdout) -> EndCause {
    let mut lines = Lines::new(stdout, link.partial.clone());
    loop {
        match lines.next().await {
            Ok(Some(line)) => {
                if let Err(cause) = link.receive(&line) {
                    return cause;
                }
            }
            Ok(None) => return EndCause::Gone,
            Err(cause) => return cause,
        }
    }
}

/// A child of the server may hold stdout open after the server's exit; what is in the pipe is still read.
async fn gone_with_stdout_open(exit: watch::Receiver<Option<ExitStatus>>) -> EndCause {
    if exit_of(exit).await.is_none() {
        return std::future::pending().await;
    }
    sleep(GRACE).await;
    EndCause::Gone
}

/// Writing usually fails because the server ended; then that is the story to tell.
async fn writing_failed(failure: oneshot::Receiver<io::Error>) -> EndCause {
    let Ok(error) = failure.await else {
        return std::future::pending().await;
    };
    sleep(GRACE).await;
    EndCause::Write { problem: error.to_string() }
}

async fn last_words(
    cause: &EndCause,
    exit: watch::Receiver<Option<ExitStatus>>,
    stderr: JoinHandle<()>,
) -> Option<ExitStatus> {
    let grace = match cause {
        EndCause::Gone | EndCause::CutOff { .. } => GRACE,
        _ => SHORT_GRACE,
    };
    let status = timeout(grace, exit_of(exit)).await.ok()??;
    // A child of the server may hold stderr open, too.
    let _ = timeout(SHORT_GRACE, stderr).await;
    Some(status)
}

/// Waits for the exit; `None` if its status was not to be had.
pub(super) async fn exit_of(mut exit: watch::Receiver<Option<ExitStatus>>) -> Option<ExitStatus> {
    let status = exit.wait_for(Option::is_some).await.ok()?;
    *status
}
