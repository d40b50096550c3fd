//! Every line to whom it is for.

use super::request_error::RequestError;
use crate::app_server::conversation::Conversation;
use crate::app_server::model_client::{Calls, HttpClients};
use crate::app_server::outgoing::Outgoing;
use crate::app_server::{Environment, Options};
use crate::wire::{CallEvent, ConversationId, EventLine, Message, ParseError, RequestId, codes, methods};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One client's server.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) options: Options,
    pub(super) environment: Arc<Environment>,
    pub(super) outgoing: Outgoing,
    pub(super) calls: Arc<Calls>,
    pub(super) http: HttpClients,
    /// What the server calls itself, once it knows its client.
    pub(super) user_agent: Option<String>,
    pub(super) conversations: BTreeMap<ConversationId, Conversation>,
    /// Whose events each subscription is for.
    pub(super) subscriptions: BTreeMap<String, ConversationId>,
}

impl Server {
    /// A server whose client is reached through `outgoing`.
    pub(super) fn new(options: Options, environment: Environment, outgoing: Outgoing) -> Server {
        Server {
            options,
            http: HttpClients::default(),
            environment: Arc::new(environment),
            calls: Calls::new(outgoing.clone()),
            outgoing,
            user_agent: None,
            conversations: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
        }
    }

    /// Handles one line, to the end of everything it asks for but a turn.
    pub(super) async fn line(&mut self, line: &[u8]) {
        if line.trim_ascii().is_empty() {
            return;
        }
        let parsed = match std::str::from_utf8(line) {
            Ok(text) => {
                if let Some(event) = EventLine::read(text) {
                    return self.calls.event(&event.call_id, event.event.to_owned()).await;
                }
                Message::parse(text)
            }
            Err(error) => Err(ParseError { problem: format!("not text: {error}"), id: None }),
        };
        match parsed {
            Ok(message) => self.message(message).await,
            Err(error) => self.unreadable(error).await,
        }
    }

    /// Answers a request.
    pub(super) async fn answer(&self, id: RequestId, result: &impl Serialize) {
        self.outgoing.send(&Message::response(id, result)).await;
    }

    async fn message(&mut self, message: Message) {
        match message {
            Message::Request { id, method, params } => {
                if let Err(error) = self.request(id.clone(), &method, params.as_deref()).await {
                    self.refuse(Some(id), error.to_string()).await;
                }
            }
            Message::Notification { method, params } => self.notification(&method, params.as_deref()).await,
            Message::Response { id, result } => {
                if !self.calls.answered(&id, Ok(&result)).await {
                    tracing::warn!(%id, "an answer to nothing; ignored");
                }
            }
            Message::Error { id: Some(id), error } => {
                if !self.calls.answered(&id, Err(&error)).await {
                    tracing::warn!(%id, "an error answer to nothing; ignored: {}", error.message);
                }
            }
            Message::Error { id: None, error } => {
                tracing::warn!("the client could not read a message: {}", error.message);
            }
        }
    }

    async fn notification(&self, method: &str, params: Option<&RawValue>) {
        match method {
            methods::INITIALIZED => {}
            methods::RESPONSES_API_STARTED => {
                if let Some(started) = understood(method, params) {
                    self.calls.started(started).await;
                }
            }
            methods::RESPONSES_API_EVENT => {
                if let Some(CallEvent { call_id, event }) = understood(method, params) {
                    self.calls.event(&call_id, String::from(Box::<str>::from(event))).await;
                }
            }
            _ => tracing::warn!("unknown notification {method:?}; ignored"),
        }
    }

    async fn unreadable(&self, error: ParseError) {
        match error.id {
            Some(id) => self.refuse(Some(id), format!("Invalid request: {}", error.problem)).await,
            None => tracing::warn!("a line that is no JSON-RPC message; ignored: {}", error.problem),
        }
    }

    async fn refuse(&self, id: Option<RequestId>, why: String) {
        self.outgoing.send(&Message::error(id, codes::INVALID_REQUEST, why)).await;
    }
}

/// A request's params.
///
/// # Errors
/// They are missing or do not fit.
pub(super) fn params<T: DeserializeOwned>(
    method: &'static str,
    params: Option<&RawValue>,
) -> Result<T, RequestError> {
    read_params(params).map_err(|problem| RequestError::Params { method, problem })
}

/// A notification's params. Says so where they do not fit.
fn understood<T: DeserializeOwned>(method: &str, params: Option<&RawValue>) -> Option<T> {
    match read_params(params) {
        Ok(params) => Some(params),
        Err(problem) => {
            tracing::warn!("{method}: {problem}; ignored");
            None
        }
    }
}

fn read_params<T: DeserializeOwned>(params: Option<&RawValue>) -> Result<T, String> {
    let params = params.ok_or_else(|| "no params".to_owned())?;
    serde_json::from_str(params.get()).map_err(|error| error.to_string())
}
