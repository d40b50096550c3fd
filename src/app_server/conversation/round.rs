//! One round of a turn: one accepted request and what its events mean.

use super::cancel::{Interrupted, Interruption};
use super::session::Session;
use super::{tools, turn_items};
use crate::app_server::model_client::Prompt;
use crate::wire::{EventMsg, ItemDelta, ItemEvent, ResponseEvent, ResponseItem, TurnItem, UpstreamError};

/// What a whole round brought.
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
    /// The request or its stream failed.
    Upstream(UpstreamError),
}

/// A round under way.
#[derive(Debug)]
pub(super) struct Round<'a> {
    session: &'a Session,
    submission: &'a str,
    /// The item that deltas belong to.
    active: Option<String>,
    outcome: RoundOutcome,
}

impl<'a> Round<'a> {
    pub(super) fn new(session: &'a Session, submission: &'a str) -> Round<'a> {
        Round {
            session,
            submission,
            active: None,
            outcome: RoundOutcome::default(),
        }
    }

    /// Asks the model and follows its answer to the end.
    pub(super) async fn run(mut self, interruption: &Interruption) -> Result<RoundOutcome, RoundError> {
        let history = self.session.history();
        let prompt = Prompt {
            model: &self.session.settings.model,
            input: &history,
        };
        let mut stream = interruption.or(self.session.client.stream(prompt)).await??;
        loop {
            let event = interruption.or(stream.next()).await??;
            let shown = EventMsg::ResponseEvent { event: event.clone() };
            self.emit(shown).await;
            let is_last = matches!(event, ResponseEvent::Completed { .. });
            self.apply(event).await;
            if is_last {
                return Ok(self.outcome);
            }
        }
    }

    async fn apply(&mut self, event: ResponseEvent) {
        match event {
            ResponseEvent::Created => {}
            ResponseEvent::RateLimits { snapshot } => {
                self.session.set_rate_limits(self.submission, snapshot).await;
            }
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
                self.emit(EventMsg::AgentReasoningSectionBreak {}).await
            }
            ResponseEvent::Completed { token_usage, .. } => {
                self.session
                    .add_tokens(self.submission, token_usage.as_ref())
                    .await;
            }
        }
    }

    async fn item_added(&mut self, item: &ResponseItem) {
        if let Some(item) = turn_items::of_model(item) {
            self.active = Some(turn_items::id_of(&item).to_owned());
            self.started(item).await;
        }
    }

    async fn item_done(&mut self, item: ResponseItem) {
        let was_active = self.active.take().is_some();
        if let Some(answer) = tools::answer(&item) {
            if let Some(event) = answer.event {
                self.emit(event).await;
            }
            self.outcome.asks_again = true;
            self.outcome.items.extend([item, answer.output]);
            return;
        }
        if let Some(shown) = turn_items::of_model(&item) {
            if !was_active {
                self.started(shown.clone()).await;
            }
            self.completed(shown).await;
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
        let piece = ItemDelta {
            thread_id: self.session.id.clone(),
            turn_id: self.submission.to_owned(),
            item_id,
            delta,
        };
        self.emit(with_item(piece)).await;
        self.emit(plain).await;
    }

    async fn started(&self, item: TurnItem) {
        item_started(self.session, self.submission, item).await;
    }

    async fn completed(&self, item: TurnItem) {
        item_completed(self.session, self.submission, item).await;
    }

    async fn emit(&self, msg: EventMsg) {
        self.session.feed.emit(self.submission, msg).await;
    }
}

/// Tells that an item begins.
pub(super) async fn item_started(session: &Session, submission: &str, item: TurnItem) {
    let event = item_event(session, submission, item);
    session.feed.emit(submission, EventMsg::ItemStarted(event)).await;
}

/// Tells that an item is whole, in both vocabularies.
pub(super) async fn item_completed(session: &Session, submission: &str, item: TurnItem) {
    let older = turn_items::older_events(&item, session.settings.show_raw_agent_reasoning);
    let event = item_event(session, submission, item);
    session
        .feed
        .emit(submission, EventMsg::ItemCompleted(event))
        .await;
    for msg in older {
        session.feed.emit(submission, msg).await;
    }
}

fn item_event(session: &Session, submission: &str, item: TurnItem) -> ItemEvent {
    ItemEvent {
        thread_id: session.id.clone(),
        turn_id: submission.to_owned(),
        item,
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
