//! A turn: from the user's message to `task_complete`, with the retries of its streams.

use super::cancel::Interruption;
use super::error_text::error_text;
use super::inbox::Inbox;
use super::round::{self, RoundError, RoundOutcome};
use super::submission::Submission;
use super::turn_items;
use crate::app_server::model_client::backoff;
use crate::wire::{AbortReason, EventMsg, InputItem, UpstreamError};
use std::time::Duration;

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TurnEnd {
    /// By itself, well or not; `task_complete` was told.
    Complete,
    /// From outside; `turn_aborted` was told.
    Aborted,
}

/// A turn about to run.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    pub(super) submission: Submission<'a>,
    pub(super) interruption: &'a Interruption,
    pub(super) inbox: &'a Inbox,
}

impl Turn<'_> {
    /// Runs the turn to its end. To say nothing is to start nothing (0.53.0).
    pub(super) async fn run(self, input: &[InputItem]) -> TurnEnd {
        if input.is_empty() {
            self.inbox.close();
            return self.complete(None).await;
        }
        let started = EventMsg::TaskStarted { model_context_window: None };
        self.submission.tell(started).await;
        self.tell_input(input).await;
        let outcome = self.rounds().await;
        // Those that came too late to be answered are not lost: the next turn's history has them.
        self.submission.record(self.inbox.close()).await;
        match outcome {
            Ok(last_agent_message) => self.complete(last_agent_message).await,
            Err(RoundError::Upstream(error)) => {
                let message = error_text(&error, &self.submission.session.client.environment);
                self.submission.tell(EventMsg::Error { message }).await;
                self.complete(None).await
            }
            Err(RoundError::Interrupted) => {
                let reason = AbortReason::Interrupted;
                self.submission.tell(EventMsg::TurnAborted { reason }).await;
                TurnEnd::Aborted
            }
        }
    }

    async fn complete(&self, last_agent_message: Option<String>) -> TurnEnd {
        self.submission.tell(EventMsg::TaskComplete { last_agent_message }).await;
        TurnEnd::Complete
    }

    async fn tell_input(&self, input: &[InputItem]) {
        let message = turn_items::message_of(input);
        let shown = turn_items::shown(&message);
        self.submission.record(vec![message]).await;
        if let Some(shown) = shown {
            self.submission.item_started(shown.clone()).await;
            self.submission.item_completed(shown).await;
        }
    }

    /// Asks the model until it calls no more tools and the user has said no more. Gives the last thing it said.
    async fn rounds(&self) -> Result<Option<String>, RoundError> {
        loop {
            self.submission.record(self.inbox.take()).await;
            let RoundOutcome { items, asks_again } = self.round_with_retries().await?;
            let last_agent_message = turn_items::last_agent_message(&items);
            self.submission.record(items).await;
            if !asks_again && self.inbox.close_if_empty() {
                return Ok(last_agent_message);
            }
        }
    }

    async fn round_with_retries(&self) -> Result<RoundOutcome, RoundError> {
        let session = self.submission.session;
        let most = session.client.provider.stream_max_retries;
        let mut retries = 0;
        loop {
            let error = match round::run(self.submission, self.interruption).await {
                Err(RoundError::Upstream(error)) => error,
                done => return done,
            };
            if let UpstreamError::UsageLimitReached { rate_limits, .. } = &error {
                session.set_rate_limits(self.submission.name, rate_limits.clone()).await;
            }
            if !error.allows_stream_retry() || retries >= most {
                return Err(RoundError::Upstream(error));
            }
            retries += 1;
            tracing::warn!(retries, most, "asking for the stream again: {error}");
            let message = format!("Re-connecting... {retries}/{most}");
            self.submission.tell(EventMsg::StreamError { message }).await;
            let pause = tokio::time::sleep(wait(&error, retries));
            self.interruption.or(pause).await?;
        }
    }
}

fn wait(error: &UpstreamError, retries: u64) -> Duration {
    match error {
        UpstreamError::Stream { retry_after: Some(asked), .. } => *asked,
        _ => backoff(retries),
    }
}
