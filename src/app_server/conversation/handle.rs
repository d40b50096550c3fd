//! A conversation, as requests reach it.

use super::cancel::{Interrupter, interruption};
use super::feed::Listener;
use super::inbox::Inbox;
use super::session::Session;
use super::submission::Submission;
use super::turn::{Turn, TurnEnd};
use super::turn_items;
use crate::wire::{InputItem, Message};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// One conversation and its running turn. To drop it is to stop the turn.
#[derive(Debug)]
pub(crate) struct Conversation {
    session: Arc<Session>,
    next_submission: u64,
    running: Option<RunningTurn>,
}

#[derive(Debug)]
struct RunningTurn {
    interrupter: Interrupter,
    inbox: Arc<Inbox>,
    task: JoinHandle<TurnEnd>,
}

impl Conversation {
    pub(crate) fn new(session: Session) -> Conversation {
        Conversation { session: Arc::new(session), next_submission: 0, running: None }
    }

    /// Takes what the user says: for the running turn, or else as the start of a new one.
    ///
    /// Real servers (0.53.0) hand it to the running turn as well, but forget it if the model is not asked again;
    /// here the model is asked again.
    pub(crate) async fn say(&mut self, input: Vec<InputItem>) {
        let submission = self.take_submission();
        if let Some(running) = self.running.take() {
            if !running.task.is_finished() && running.inbox.put(turn_items::message_of(&input)) {
                self.running = Some(running);
                return;
            }
            // It is over but for its last word, which has to come before the first of the next.
            if let Err(error) = running.task.await {
                tracing::error!("a turn ended badly: {error}");
            }
        }
        self.running = Some(start(Arc::clone(&self.session), submission, input));
    }

    /// Ends the running turn. `false` if there was none, or it ended by itself.
    pub(crate) async fn interrupt(&mut self) -> bool {
        // Real servers (0.53.0) count this as a submission too.
        self.take_submission();
        let Some(running) = self.running.take() else {
            return false;
        };
        running.interrupter.interrupt();
        matches!(running.task.await, Ok(TurnEnd::Aborted))
    }

    /// Adds a listener, says so with `answer`, and delivers what nobody has heard yet.
    pub(crate) async fn add_listener(&self, subscription_id: String, listener: Listener, answer: &Message) {
        self.session.feed.add_listener(subscription_id, listener, answer).await;
    }

    /// Ends a subscription.
    pub(crate) async fn remove_listener(&self, subscription_id: &str) {
        self.session.feed.remove_listener(subscription_id).await;
    }

    fn take_submission(&mut self) -> String {
        let submission = self.next_submission.to_string();
        self.next_submission += 1;
        submission
    }
}

impl Drop for Conversation {
    fn drop(&mut self) {
        if let Some(running) = &self.running {
            running.task.abort();
        }
    }
}

fn start(session: Arc<Session>, submission: String, input: Vec<InputItem>) -> RunningTurn {
    let (interrupter, interruption) = interruption();
    let inbox = Arc::new(Inbox::default());
    let its_inbox = Arc::clone(&inbox);
    let task = tokio::spawn(async move {
        let turn = Turn {
            submission: Submission { session: &session, name: &submission },
            interruption: &interruption,
            inbox: &its_inbox,
        };
        turn.run(&input).await
    });
    RunningTurn { interrupter, inbox, task }
}
