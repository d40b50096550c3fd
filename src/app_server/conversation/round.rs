//! One round of a turn: one accepted request and what its events mean.

use super::cancel::{Interrupted, Interruption};
use super::submission::Submission;
use super::{tools, turn_items};
use crate::app_server::model_client::Prompt;
use crate::wire::{EventMsg, ItemDelta, ResponseEvent, ResponseItem, UpstreamError};

/// What a round brought.
#[derive(Debug, Default)]
pub(super) struct RoundOutcome {
    /// What the model said, with the outputs of its tool calls, in order.
    pub(super) items: Vec<ResponseItem>,
    /// Whether a tool was called, so that the model is to be asked again.
    pub(super) asks_again: bool,
}

/// Why a round did not complete.
#[derive(Debug)]
pub(super) enum RoundError {
    /// The turn was ended from outside.
    Interrupted,
    /// The request or its stream failed. What it had brought is forgotten (0.53.0).
    Upstream(UpstreamError),
}

/// Asks the model and follows its answer to the end.
///
/// # Errors
/// [`RoundError`]. What an interrupted round had brought is recorded (0.53.0).
pub(super) async fn run(
    submission: Submission<'_>,
    interruption: &Interruption,
) -> Result<RoundOutcome, RoundError> {
    let mut round = Round { submission, active: None, outcome: RoundOutcome::default() };
    match round.follow(interruption).await {
        Ok(()) => Ok(round.outcome),
        Err(RoundError::Interrupted) => {
            submission.record(round.outcome.items).await;
            Err(RoundError::Interrupted)
        }
        Err(error) => Err(error),
    }
}

/// A round under way.
#[derive(Debug)]
struct Round<'a> {
    submission: Submission<'a>,
    /// The item that deltas belong to.
    active: Option<String>,
    outcome: RoundOutcome,
}

impl Round<'_> {
    async fn follow(&mut self, interruption: &Interruption) -> Result<(), RoundError> {
        let session = self.submission.session;
        let history = session.history();
        let prompt = Prompt { model: &session.settings.model, input: &history };
        let mut stream = interruption.or(session.client.stream(prompt)).await??;
        loop {
            let event = interruption.or(stream.next()).await??;
            let shown = EventMsg::ResponseEvent { event: event.clone() };
            self.submission.tell(shown).await;
            let is_last = matches!(event, ResponseEvent::Completed { .. });
            self.apply(event).await;
            if is_last {
                return Ok(());
            }
        }
    }

    async fn apply(&mut self, event: ResponseEvent) {
        let Submission { session, name } = self.submission;
        match event {
            ResponseEvent::Created => {}
            ResponseEvent::RateLimits { snapshot } => session.set_rate_limits(name, snapshot).await,
            ResponseEvent::OutputItemAdded { item } => self.item_added(&item).await,
            ResponseEvent::OutputItemDone { item } => self.item_done(item).await,
            ResponseEvent::OutputTextDelta { delta } => {
                let plain = EventMsg::AgentMessageDelta { delta: delta.clone() };
                self.delta(delta, EventMsg::AgentMessageContentDelta, plain).await;
            }
            ResponseEvent::ReasoningSummaryDelta { delta } => {
                let plain = EventMsg::AgentReasoningDelta { delta: delta.clone() };
                self.delta(delta, EventMsg::ReasoningContentDelta, plain).await;
            }
            ResponseEvent::ReasoningContentDelta { delta } => {
                let plain = EventMsg::AgentReasoningRawContentDelta { delta: delta.clone() };
                self.delta(delta, EventMsg::ReasoningRawContentDelta, plain).await;
            }
            ResponseEvent::ReasoningSummaryPartAdded => {
                self.submission.tell(EventMsg::AgentReasoningSectionBreak {}).await;
            }
            ResponseEvent::Completed { token_usage, .. } => {
                session.add_tokens(name, token_usage.as_ref()).await
            }
        }
    }

    async fn item_added(&mut self, item: &ResponseItem) {
        if let Some(item) = turn_items::shown(item) {
            self.active = Some(turn_items::id_of(&item).to_owned());
            self.submission.item_started(item).await;
        }
    }

    async fn item_done(&mut self, item: ResponseItem) {
        let was_active = self.active.take().is_some();
        if let Some(answer) = tools::answer(&item) {
            if let Some(event) = answer.event {
                self.submission.tell(event).await;
            }
            self.outcome.asks_again = true;
            self.outcome.items.extend([item, answer.output]);
            return;
        }
        if let Some(shown) = turn_items::shown(&item) {
            if !was_active {
                self.submission.item_started(shown.clone()).await;
            }
            self.submission.item_completed(shown).await;
        }
        if is_remembered(&item) {
            self.outcome.items.push(item);
        }
    }

    async fn delta(&self, delta: String, with_item: fn(ItemDelta) -> EventMsg, plain: EventMsg) {
        let Some(item_id) = self.active.clone() else {
            tracing::error!("a delta without an active item");
            return;
        };
        let piece = self.submission.piece(item_id, delta);
        self.submission.tell(with_item(piece)).await;
        self.submission.tell(plain).await;
    }
}

/// What goes into the history beside tool calls and their outputs (0.53.0).
fn is_remembered(item: &ResponseItem) -> bool {
    match item {
        ResponseItem::Message { role, .. } => role == "assistant",
        ResponseItem::Reasoning { .. } => true,
        _ => false,
    }
}

impl From<Interrupted> for RoundError {
    fn from(Interrupted: Interrupted) -> RoundError {
        RoundError::Interrupted
    }
}

impl From<UpstreamError> for RoundError {
    fn from(error: UpstreamError) -> RoundError {
        RoundError::Upstream(error)
    }
}
