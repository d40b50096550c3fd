//! A conversation, as requests reach it.

use super::cancel::{Interrupter, interruption};
use super::feed::Listener;
use super::session::Session;
use super::turn::{self, TurnEnd};
use crate::wire::{InputItem, Message};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// One conversation and its running turn. To drop it is to stop the turn.
#[derive(Debug)]
pub(in crate::app_server) struct Conversation {
    session: Arc<Session>,
    next_submission: u64,
    running: Option<RunningTurn>,
}

#[derive(Debug)]
struct RunningTurn {
    interrupter: Interrupter,
    task: JoinHandle<TurnEnd>,
}

impl Conversation {
    pub(in crate::app_server) fn new(session: Session) -> Conversation {
        Conversation {
            session: Arc::new(session),
            next_submission: 0,
            running: None,
        }
    }

    /// Starts a turn with what the user says.
    pub(in crate::app_server) fn say(&mut self, input: Vec<InputItem>) {
        let submission = self.next_submission.to_string();
        self.next_submission += 1;
        let (interrupter, interruption) = interruption();
        let session = Arc::clone(&self.session);
        let task = tokio::spawn(async move { turn::run(&session, &submission, &input, &interruption).await });
        self.running = Some(RunningTurn { interrupter, task });
    }

    /// Ends the running turn. `false` if there was none, or it ended by itself.
    pub(in crate::app_server) async fn interrupt(&mut self) -> bool {
        self.next_submission += 1;
        let Some(running) = self.running.take() else {
            return false;
        };
        running.interrupter.interrupt();
        matches!(running.task.await, Ok(TurnEnd::Aborted))
    }

    /// Adds a listener, says so with `answer`, and delivers what nobody has heard yet.
    pub(in crate::app_server) async fn add_listener(
        &self,
        subscription_id: String,
        listener: Listener,
        answer: &Message,
    ) {
        self.session
            .feed
            .add_listener(subscription_id, listener, answer)
            .await;
    }

    /// Ends a subscription.
    pub(in crate::app_server) async fn remove_listener(&self, subscription_id: &str) {
        self.session.feed.remove_listener(subscription_id).await;
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.task.abort();
        }
    }
}
