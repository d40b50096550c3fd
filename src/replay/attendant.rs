//! Answers what an app-server asks of its client.

use super::delegate_client::{DelegateClient, call_params};
use crate::session::{Conversation, Direction, Entry, SessionError};
use crate::wire::{CancelParams, Meaning, Message, RequestId, codes, methods};
use serde_json::value::RawValue;

/// The client of one conversation, as far as an app-server asks something of it: delegated calls are performed,
/// approvals are declined unless told otherwise, and anything else is refused.
#[derive(Debug)]
pub struct Attendant {
    delegate: DelegateClient,
    allow_tools: bool,
    calls: usize,
}

impl Attendant {
    /// One that performs calls with `delegate`. `allow_tools` consents to what the app-server wants to do.
    pub fn new(delegate: DelegateClient, allow_tools: bool) -> Attendant {
        Attendant { delegate, allow_tools, calls: 0 }
    }

    /// Does what a message of the conversation asks for, and says what it means where it is a notification.
    ///
    /// # Errors
    /// [`SessionError::Ended`].
    pub async fn attend(
        &mut self,
        conversation: &Conversation,
        entry: &Entry,
    ) -> Result<Option<Meaning>, SessionError> {
        if entry.direction == Direction::Sent {
            return Ok(None);
        }
        let meaning = |method: &str, params| conversation.dialect().meaning(method, params);
        match &entry.message {
            Message::Notification { method, params } => {
                let meaning = meaning(method, params.as_deref());
                if meaning == Meaning::UpstreamTraffic {
                    self.cancel(params.as_deref());
                }
                Ok(Some(meaning))
            }
            Message::Request { id, method, params } => {
                let meaning = meaning(method, params.as_deref());
                self.answer(conversation, id, method, params.as_deref(), &meaning).await?;
                Ok(None)
            }
            Message::Response { .. } | Message::Error { .. } => Ok(None),
        }
    }

    /// How many calls it was asked to perform.
    pub fn calls(&self) -> usize {
        self.calls
    }

    /// The URLs that it was asked to call and did not.
    pub fn refused(&self) -> &[String] {
        self.delegate.refused()
    }

    /// Ends the calls that are still running, and waits until they have.
    pub async fn stop(&mut self) {
        self.delegate.stop().await;
    }

    /// `responsesApi/cancel` is the only notification of the delegated path that comes from the server.
    fn cancel(&mut self, params: Option<&RawValue>) {
        let params = params.and_then(|params| serde_json::from_str::<CancelParams>(params.get()).ok());
        if let Some(CancelParams { call_id }) = params {
            self.delegate.cancel(&call_id);
        }
    }

    async fn answer(
        &mut self,
        conversation: &Conversation,
        id: &RequestId,
        method: &str,
        params: Option<&RawValue>,
        meaning: &Meaning,
    ) -> Result<(), SessionError> {
        match meaning {
            Meaning::UpstreamTraffic if method == methods::RESPONSES_API_CALL => match call_params(params) {
                Ok(params) => {
                    self.calls += 1;
                    self.delegate.call(id.clone(), params, conversation.sender());
                    Ok(())
                }
                Err(problem) => {
                    conversation.respond_error(id.clone(), codes::INVALID_REQUEST, &problem).await
                }
            },
            // A recorded tool call is not to be carried out, unless somebody wants just that.
            Meaning::Approval { decline, consent } => {
                conversation.respond(id.clone(), if self.allow_tools { consent } else { decline }).await
            }
            _ => {
                let problem = format!("the harness does not serve {method}");
                conversation.respond_error(id.clone(), codes::METHOD_NOT_FOUND, &problem).await
            }
        }
    }
}
