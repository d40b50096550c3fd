//! Interrupting a turn where it waits for the upstream, and only there.

use std::future::Future;
use tokio::sync::watch;

/// Ends a turn.
#[derive(Debug)]
pub(super) struct Interrupter(watch::Sender<bool>);

/// What a turn watches while it waits.
#[derive(Clone, Debug)]
pub(super) struct Interruption(watch::Receiver<bool>);

/// The turn was ended from outside.
#[derive(Debug)]
pub(super) struct Interrupted;

pub(super) fn interruption() -> (Interrupter, Interruption) {
    let (sender, receiver) = watch::channel(false);
    (Interrupter(sender), Interruption(receiver))
}

impl Interrupter {
    pub(super) fn interrupt(&self) {
        self.0.send_replace(true);
    }
}

impl Interruption {
    /// Waits for `step`, unless the turn is ended first or has been already; then `step` is dropped.
    pub(super) async fn or<T>(&self, step: impl Future<Output = T>) -> Result<T, Interrupted> {
        let mut watched = self.0.clone();
        tokio::select! {
            biased;
            // An interrupter that is gone means that the server is ending.
            _ = watched.wait_for(|interrupted| *interrupted) => Err(Interrupted),
            value = step => Ok(value),
        }
    }
}
