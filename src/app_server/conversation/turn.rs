//! A turn: from the user's message to `task_complete`, with the retries of its streams.

use super::cancel::Interruption;
use super::error_text::error_text;
use super::round::{Round, RoundError, RoundOutcome, item_completed, item_started};
use super::session::Session;
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

/// Runs a turn. `submission` names it.
pub(super) async fn run(
    session: &Session,
    submission: &str,
    input: &[InputItem],
    interruption: &Interruption,
) -> TurnEnd {
    let started = EventMsg::TaskStarted {
        model_context_window: None,
    };
    session.feed.emit(submission, started).await;
    tell_input(session, submission, input).await;
    let last_agent_message = match rounds(session, submission, interruption).await {
        Ok(message) => message,
        Err(RoundError::Upstream(error)) => {
            let message = error_text(&error);
            session.feed.emit(submission, EventMsg::Error { message }).await;
            None
        }
        Err(RoundError::Interrupted) => {
            let reason = AbortReason::Interrupted;
            session
                .feed
                .emit(submission, EventMsg::TurnAborted { reason })
                .await;
            return TurnEnd::Aborted;
        }
    };
    let complete = EventMsg::TaskComplete { last_agent_message };
    session.feed.emit(submission, complete).await;
    TurnEnd::Complete
}

async fn tell_input(session: &Session, submission: &str, input: &[InputItem]) {
    let (shown, remembered) = turn_items::of_user(input);
    session.record(submission, vec![remembered]).await;
    item_started(session, submission, shown.clone()).await;
    item_completed(session, submission, shown).await;
}

/// Asks the model until it calls no more tools. Gives the last thing it said.
async fn rounds(
    session: &Session,
    submission: &str,
    interruption: &Interruption,
) -> Result<Option<String>, RoundError> {
    loop {
        let RoundOutcome { items, asks_again } =
            round_with_retries(session, submission, interruption).await?;
        let last_agent_message = turn_items::last_agent_message(&items);
        session.record(submission, items).await;
        if !asks_again {
            return Ok(last_agent_message);
        }
    }
}

async fn round_with_retries(
    session: &Session,
    submission: &str,
    interruption: &Interruption,
) -> Result<RoundOutcome, RoundError> {
    let most = session.client.provider.stream_max_retries;
    let mut retries = 0;
    loop {
        let error = match Round::new(session, submission).run(interruption).await {
            Err(RoundError::Upstream(error)) => error,
            done => return done,
        };
        if let UpstreamError::UsageLimitReached { rate_limits, .. } = &error {
            session.set_rate_limits(submission, rate_limits.clone()).await;
        }
        if !error.allows_stream_retry() || retries >= most {
            return Err(RoundError::Upstream(error));
        }
        retries += 1;
        tracing::warn!(retries, most, "asking for the stream again: {error}");
        let message = format!("Re-connecting... {retries}/{most}");
        session
            .feed
            .emit(submission, EventMsg::StreamError { message })
            .await;
        interruption.or(tokio::time::sleep(wait(&error, retries))).await?;
    }
}

fn wait(error: &UpstreamError, retries: u64) -> Duration {
    match error {
        UpstreamError::Stream {
            retry_after: Some(asked),
            ..
        } => *asked,
        _ => backoff(retries),
    }
}
