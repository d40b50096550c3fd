//! What the user says while a turn runs.

use crate::wire::ResponseItem;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Messages for a running turn. Once it is closed, a message starts a turn of its own.
#[derive(Debug, Default)]
pub(super) struct Inbox(Mutex<Contents>);

#[derive(Debug, Default)]
struct Contents {
    waiting: Vec<ResponseItem>,
    closed: bool,
}

impl Inbox {
    /// Leaves a message for the turn. `false` if the turn takes no more.
    pub(super) fn put(&self, message: ResponseItem) -> bool {
        let mut contents = self.contents();
        if !contents.closed {
            contents.waiting.push(message);
        }
        !contents.closed
    }

    /// What has been left so far.
    pub(super) fn take(&self) -> Vec<ResponseItem> {
        std::mem::take(&mut self.contents().waiting)
    }

    /// Takes no more messages, unless one waits already; then it stays open, and this is `false`.
    pub(super) fn close_if_empty(&self) -> bool {
        let mut contents = self.contents();
        contents.closed = contents.waiting.is_empty();
        contents.closed
    }

    /// Takes no more messages. Gives those that still wait.
    pub(super) fn close(&self) -> Vec<ResponseItem> {
        let mut contents = self.contents();
        contents.closed = true;
        std::mem::take(&mut contents.waiting)
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        // Nothing that holds the lock can leave the contents half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
