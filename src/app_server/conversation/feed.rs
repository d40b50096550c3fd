//! What a conversation's listeners are told.

use crate::app_server::outgoing::Outgoing;
use crate::wire::{ConversationId, EventMsg, EventParams, Message, methods};
use std::collections::{BTreeMap, VecDeque};
use tokio::sync::Mutex;

/// What a listener wants to hear beside the usual.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listener {
    /// `raw_response_item`.
    pub(crate) raw_events: bool,
    /// `response_event`.
    pub(crate) response_events: bool,
}

/// The events of one conversation, in order, each delivered once however many listeners there are (0.53.0).
#[derive(Debug)]
pub(super) struct Feed {
    conversation_id: ConversationId,
    outgoing: Outgoing,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    listeners: BTreeMap<String, Listener>,
    /// What happened while nobody listened. As in real servers it has no bound: the turn goes on.
    backlog: VecDeque<Event>,
}

#[derive(Debug)]
struct Event {
    submission: String,
    msg: EventMsg,
}

impl Feed {
    pub(super) fn new(conversation_id: ConversationId, outgoing: Outgoing) -> Feed {
        Feed { conversation_id, outgoing, state: Mutex::default() }
    }

    /// Tells that something happened because of a submission.
    pub(super) async fn emit(&self, submission: &str, msg: EventMsg) {
        let event = Event { submission: submission.to_owned(), msg };
        let mut state = self.state.lock().await;
        if state.listeners.is_empty() {
            state.backlog.push_back(event);
        } else {
            self.deliver(&state, &event).await;
        }
    }

    /// Adds a listener, says so with `answer`, and delivers what nobody has heard yet.
    pub(super) async fn add_listener(&self, subscription_id: String, listener: Listener, answer: &Message) {
        let mut state = self.state.lock().await;
        state.listeners.insert(subscription_id, listener);
        self.outgoing.send(answer).await;
        while let Some(event) = state.backlog.pop_front() {
            self.deliver(&state, &event).await;
        }
    }

    /// Ends a subscription.
    pub(super) async fn remove_listener(&self, subscription_id: &str) {
        self.state.lock().await.listeners.remove(subscription_id);
    }

    async fn deliver(&self, state: &State, event: &Event) {
        if !state.listeners.values().any(|listener| listener.wants(&event.msg)) {
            return;
        }
        let params =
            EventParams { id: &event.submission, msg: &event.msg, conversation_id: &self.conversation_id };
        let notification = Message::notification(&event.msg.method(), &params);
        self.outgoing.send(&notification).await;
        if let EventMsg::TokenCount { rate_limits: Some(limits), .. } = &event.msg {
            let repeated = Message::notification(methods::RATE_LIMITS_UPDATED, limits);
            self.outgoing.send(&repeated).await;
        }
    }
}

impl Listener {
    fn wants(self, msg: &EventMsg) -> bool {
        match msg {
            EventMsg::RawResponseItem { .. } => self.raw_events,
            EventMsg::ResponseEvent { .. } => self.response_events,
            _ => true,
        }
    }
}
