//! One conversation of many in a server.

use super::deadlines::Deadlines;
use super::entry::{Entry, Transcript};
use super::error::SessionError;
use super::floor::Floor;
use super::link::{Link, Look, Registration};
use super::router::Owner;
use crate::wire::{
    AddListenerParams, AddListenerResult, ConversationId, Dialect, InputItem, InterruptParams,
    InterruptResult, Message, NewConversationResult, RemoveListenerParams, RequestId, SendUserMessageParams,
    TextInput, methods, to_raw,
};
use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::time::timeout;

/// One conversation: what is sent on its behalf, and what the server sends for it. Dropping it drops its log.
///
/// Made by [`McpProcess::open`](super::McpProcess::open), in either dialect, or by
/// [`McpProcess::new_conversation`](super::McpProcess::new_conversation). It does not keep the process alive.
#[derive(Debug)]
pub struct Conversation {
    registration: Registration,
    started: NewConversationResult,
    pub(super) dialect: Dialect,
    /// What it is subscribed by, where it was opened by [`McpProcess::open`](super::McpProcess::open).
    pub(super) subscription: Option<String>,
    /// The turn that was started last, where the dialect names turns.
    pub(super) turn: Option<String>,
    /// Where in the log `next` goes on.
    position: usize,
    /// Held from its first turn on, where the dialect leaves open whose some messages are.
    pub(super) floor: Option<Floor>,
}

/// Sends on behalf of a conversation, from anywhere: a task that streams events needs no [`Conversation`] for it.
///
/// Sending returns as soon as a message is logged and queued, in this order and in one step; a task of the session
/// writes it. So a server that does not read its stdin blocks nobody, and memory holds what it has not read.
#[derive(Clone, Debug)]
pub struct ConversationSender {
    link: Arc<Link>,
    owner: Owner,
}

impl Conversation {
    pub(super) fn new(
        registration: Registration,
        started: NewConversationResult,
        dialect: Dialect,
    ) -> Conversation {
        Conversation {
            registration,
            started,
            dialect,
            subscription: None,
            turn: None,
            position: 0,
            floor: None,
        }
    }

    /// Its name.
    pub fn id(&self) -> &ConversationId {
        &self.registration.id
    }

    /// What the server said when it opened it.
    pub fn started(&self) -> &NewConversationResult {
        &self.started
    }

    /// How long the server may take for what.
    pub fn deadlines(&self) -> &Deadlines {
        &self.link().deadlines
    }

    /// Subscribes to its notifications. `raw_events` asks for `raw_response_item`, `response_events` for
    /// `response_event`, which only the bundled server knows.
    ///
    /// # Errors
    /// As [`request`](Conversation::request).
    pub async fn add_listener(
        &self,
        raw_events: bool,
        response_events: bool,
    ) -> Result<AddListenerResult, SessionError> {
        let params = AddListenerParams {
            conversation_id: self.id().clone(),
            experimental_raw_events: raw_events,
            experimental_response_events: response_events,
        };
        self.request(methods::ADD_CONVERSATION_LISTENER, &params).await
    }

    /// Ends a subscription.
    ///
    /// # Errors
    /// As [`request`](Conversation::request).
    pub async fn remove_listener(&self, subscription_id: &str) -> Result<(), SessionError> {
        let params = RemoveListenerParams { subscription_id: subscription_id.to_owned() };
        self.request_done(methods::REMOVE_CONVERSATION_LISTENER, &params).await
    }

    /// Starts a turn, and waits until the server has taken the message (not until the turn is over).
    ///
    /// # Errors
    /// As [`request`](Conversation::request).
    pub async fn send_user_message(&self, text: &str) -> Result<(), SessionError> {
        let params = SendUserMessageParams {
            conversation_id: self.id().clone(),
            items: vec![InputItem::Text(TextInput { text: text.to_owned() })],
        };
        self.request_done(methods::SEND_USER_MESSAGE, &params).await
    }

    /// Ends the running turn.
    ///
    /// # Errors
    /// As [`request`](Conversation::request).
    pub async fn interrupt(&self) -> Result<InterruptResult, SessionError> {
        let params = InterruptParams { conversation_id: self.id().clone() };
        self.request(methods::INTERRUPT_CONVERSATION, &params).await
    }

    /// Sends a request on its behalf, and waits for the answer for [`Deadlines::answer`]. Both are in the transcript.
    ///
    /// # Errors
    /// [`SessionError::Rejected`] if the answer is an error, [`SessionError::UnexpectedAnswer`] if it is no `R`,
    /// [`SessionError::Deadline`] if none comes, [`SessionError::Ended`] if none will.
    ///
    /// # Panics
    /// If `params` cannot be written as JSON; the types of [`wire`](crate::wire) always can.
    pub async fn request<R: DeserializeOwned>(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<R, SessionError> {
        self.link().request(self.owner(), method, params, self.deadlines().answer).await
    }

    /// A request whose result says nothing.
    pub(super) async fn request_done(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<(), SessionError> {
        self.request::<IgnoredAny>(method, params).await.map(|IgnoredAny| ())
    }

    /// Sends a request that is nobody's, and waits for its answer.
    pub(super) async fn process_request_done(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<(), SessionError> {
        let within = self.deadlines().answer;
        self.link().request(Owner::Process, method, params, within).await.map(|IgnoredAny| ())
    }

    /// Sends a notification on its behalf. This and the following three: see [`ConversationSender`].
    ///
    /// # Errors
    /// [`SessionError::Ended`].
    pub async fn notify(&self, method: &str, params: &impl Serialize) -> Result<(), SessionError> {
        self.sender().notify(method, params).await
    }

    /// The same with params that are JSON text already, which stays as it is.
    ///
    /// # Errors
    /// [`SessionError::Ended`].
    pub async fn notify_raw(&self, method: &str, params: Box<RawValue>) -> Result<(), SessionError> {
        self.sender().notify_raw(method, params).await
    }

    /// Answers a request of the server.
    ///
    /// # Errors
    /// [`SessionError::Ended`].
    pub async fn respond(&self, id: RequestId, result: &impl Serialize) -> Result<(), SessionError> {
        self.sender().respond(id, result).await
    }

    /// Answers a request of the server with an error; see [`codes`](crate::wire::codes).
    ///
    /// # Errors
    /// [`SessionError::Ended`].
    pub async fn respond_error(&self, id: RequestId, code: i64, message: &str) -> Result<(), SessionError> {
        self.sender().respond_error(id, code, message).await
    }

    /// The next message received for this conversation that this has not given yet: notifications, requests, and
    /// also answers to requests, beginning with that to `newConversation`. `waiting_for` names what the caller hopes
    /// for and stands in the error.
    ///
    /// Dropping the future before it is done loses nothing.
    ///
    /// # Errors
    /// [`SessionError::Deadline`] if nothing comes in time. [`SessionError::Ended`] if nothing will come any more; what
    /// came before is given first.
    pub async fn next(&mut self, waiting_for: &str, within: Duration) -> Result<Arc<Entry>, SessionError> {
        let began = Instant::now();
        loop {
            let arrived = match self.link().look(self.id(), self.position) {
                Look::Found { entry, position } => {
                    self.position = position + 1;
                    return Ok(entry);
                }
                Look::Ended => return Err(self.link().ended_error(waiting_for)),
                Look::Nothing(arrived) => arrived,
            };
            let left = within.saturating_sub(began.elapsed());
            if timeout(left, arrived.notified()).await.is_err() {
                return Err(self.link().deadline_error(&self.owner(), waiting_for.to_owned(), within));
            }
        }
    }

    /// Everything so far, in order.
    pub fn transcript(&self) -> Transcript {
        self.link().transcript(self.id(), self.dialect)
    }

    /// A handle that can send on this conversation's behalf from another task.
    pub fn sender(&self) -> ConversationSender {
        ConversationSender { link: Arc::clone(self.link()), owner: self.owner() }
    }

    pub(super) fn link(&self) -> &Arc<Link> {
        &self.registration.link
    }

    fn owner(&self) -> Owner {
        Owner::Conversation(self.id().clone())
    }
}

impl ConversationSender {
    /// Sends a notification.
    ///
    /// # Errors
    /// [`SessionError::Ended`].
    pub async fn notify(&self, method: &str, params: &impl Serialize) -> Result<(), SessionError> {
        self.notify_raw(method, to_raw(params)).await
    }

    /// Sends a notification whose params are JSON text already, which stays as it is.
    ///
    /// # Errors
    /// [`SessionError::Ended`].
    pub async fn notify_raw(&self, method: &str, params: Box<RawValue>) -> Result<(), SessionError> {
        let notification = Message::Notification { method: method.to_owned(), params: Some(params) };
        self.link.post(&self.owner, notification)
    }

    /// Answers a request of the server.
    ///
    /// # Errors
    /// [`SessionError::Ended`].
    pub async fn respond(&self, id: RequestId, result: &impl Serialize) -> Result<(), SessionError> {
        self.link.post(&self.owner, Message::response(id, result))
    }

    /// Answers a request of the server with an error; see [`codes`](crate::wire::codes).
    ///
    /// # Errors
    /// [`SessionError::Ended`].
    pub async fn respond_error(&self, id: RequestId, code: i64, message: &str) -> Result<(), SessionError> {
        self.link.post(&self.owner, Message::error(Some(id), code, message))
    }
}
