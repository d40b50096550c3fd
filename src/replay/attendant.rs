//! Attends one conversation: says what the user says, answers what the app-server asks, and sees each turn to its end.

use super::delegate_client::{DelegateClient, call_params};
use super::moment::Moment;
use super::replayed::Ended;
use crate::session::{Conversation, Direction, Entry, SessionError};
use crate::wire::{CancelParams, Meaning, Message, RequestId, TurnEnding, codes, methods};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What every wait of an attendant is for.
const THE_END: &str = "the end of the turn";

/// How many times as long as it may be silent a turn may take in all.
const SILENCES_A_TURN: u32 = 10;

/// The client of one conversation.
#[derive(Debug)]
pub struct Attendant {
    conversation: Conversation,
    delegate: DelegateClient,
    allow_tools: bool,
    turn_deadline: Duration,
}

impl Attendant {
    /// `delegate` performs the calls that the app-server delegates. `allow_tools` consents to what tool calls want to do.
    /// A turn may be silent for `turn_deadline`.
    pub fn new(
        conversation: Conversation,
        delegate: DelegateClient,
        allow_tools: bool,
        turn_deadline: Duration,
    ) -> Attendant {
        Attendant { conversation, delegate, allow_tools, turn_deadline }
    }

    /// From the user's words to the turn's end.
    ///
    /// # Errors
    /// Where the app-server refuses the words, breaks the protocol or ends. That a turn does not end is none.
    pub async fn turn(&mut self, user: &str) -> Result<Ended, SessionError> {
        let mut never = Moment::never(self.conversation.dialect());
        self.turn_until(user, &mut never).await
    }

    /// The same, interrupted when the moment comes.
    pub(super) async fn turn_until(
        &mut self,
        user: &str,
        moment: &mut Moment,
    ) -> Result<Ended, SessionError> {
        self.conversation.say(user).await?;
        self.until_the_end(moment).await
    }

    /// The conversation.
    pub fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// Ends the calls that are still running; gives also the URLs that were refused.
    pub async fn finish(mut self) -> (Conversation, Vec<String>) {
        self.delegate.stop().await;
        (self.conversation, self.delegate.refused().to_vec())
    }

    async fn until_the_end(&mut self, moment: &mut Moment) -> Result<Ended, SessionError> {
        let began = Instant::now();
        let most = self.turn_deadline * SILENCES_A_TURN;
        loop {
            if began.elapsed() > most {
                return Ok(Ended::Endless { after: most });
            }
            let entry = tokio::select! {
                biased;
                entry = self.conversation.next(THE_END, self.turn_deadline) => match entry {
                    Err(SessionError::Deadline { .. }) => return Ok(Ended::Never { after: self.turn_deadline }),
                    entry => Some(entry?),
                },
                () = moment.requested() => None,
            };
            let is_now = entry.as_ref().is_none_or(|entry| moment.is_now(entry));
            if let Some(ended) = self.handle(entry).await? {
                return Ok(ended);
            }
            if is_now {
                self.conversation.end_turn().await?;
                moment.pass();
            }
        }
    }

    async fn handle(&mut self, entry: Option<Arc<Entry>>) -> Result<Option<Ended>, SessionError> {
        let Some(entry) = entry.filter(|entry| entry.direction == Direction::Received) else {
            return Ok(None);
        };
        match &entry.message {
            Message::Notification { method, params } => Ok(self.notification(method, params.as_deref())),
            Message::Request { id, method, params } => {
                self.request(id, method, params.as_deref()).await?;
                Ok(None)
            }
            Message::Response { .. } | Message::Error { .. } => Ok(None),
        }
    }

    fn notification(&mut self, method: &str, params: Option<&RawValue>) -> Option<Ended> {
        match self.conversation.dialect().meaning(method, params) {
            Meaning::TurnEnded { ending: TurnEnding::Complete, .. } => Some(Ended::Complete),
            Meaning::TurnEnded { ending: TurnEnding::Aborted, .. } => Some(Ended::Aborted),
            Meaning::UpstreamTraffic => {
                self.cancel(params);
                None
            }
            _ => None,
        }
    }

    /// `responsesApi/cancel` is the only notification of the delegated path that comes from the server.
    fn cancel(&mut self, params: Option<&RawValue>) {
        let params = params.and_then(|params| serde_json::from_str::<CancelParams>(params.get()).ok());
        if let Some(CancelParams { call_id }) = params {
            self.delegate.cancel(&call_id);
        }
    }

    async fn request(
        &mut self,
        id: &RequestId,
        method: &str,
        params: Option<&RawValue>,
    ) -> Result<(), SessionError> {
        let conversation = &self.conversation;
        match conversation.dialect().meaning(method, params) {
            Meaning::UpstreamTraffic if method == methods::RESPONSES_API_CALL => match call_params(params) {
                Ok(params) => {
                    self.delegate.call(id.clone(), params, conversation.sender());
                    Ok(())
                }
                Err(problem) => {
                    conversation.respond_error(id.clone(), codes::INVALID_REQUEST, &problem).await
                }
            },
            // A recorded tool call is not to be carried out, unless somebody wants just that.
            Meaning::Approval { decline, consent } => {
                conversation.respond(id.clone(), if self.allow_tools { &consent } else { &decline }).await
            }
            _ => {
                let problem = format!("the harness does not serve {method}");
                conversation.respond_error(id.clone(), codes::METHOD_NOT_FOUND, &problem).await
            }
        }
    }
}
