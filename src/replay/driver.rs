//! Says what the user says, answers what the app-server asks, and sees each turn to its end.

use super::conversation::ReplayOptions;
use super::delegate_client::{DelegateClient, call_params};
use super::moment::Moment;
use super::replayed::{Ended, ReplayError, TurnEnd};
use crate::recording::{Recording, Turn};
use crate::session::{Conversation, Direction, Entry, SessionError};
use crate::upstream::Mount;
use crate::wire::{CancelParams, Meaning, Message, RequestId, TurnEnding, codes, methods};
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What every wait of a driver is for.
const THE_END: &str = "the end of the turn";

/// How many times as long as it may be silent a turn may take in all.
const SILENCES_A_TURN: u32 = 10;

/// Drives one conversation.
pub(super) struct Driver<'a> {
    recording: &'a Recording,
    conversation: Conversation,
    mount: &'a Mount,
    delegate: DelegateClient,
    allow_tools: bool,
    turn_deadline: Duration,
}

impl<'a> Driver<'a> {
    pub(super) fn new(
        recording: &'a Recording,
        conversation: Conversation,
        base_url: &str,
        mount: &'a Mount,
        options: &ReplayOptions,
    ) -> Driver<'a> {
        let delegate = DelegateClient::of_replay(options.http.clone(), base_url, mount.delegate_mark());
        Driver {
            recording,
            conversation,
            mount,
            delegate,
            allow_tools: options.allow_tools,
            turn_deadline: options.turn_deadline,
        }
    }

    /// From the user's words to the turn's end.
    pub(super) async fn turn(&mut self, turn: &Turn) -> Result<TurnEnd, ReplayError> {
        let before = self.mount.received();
        let next = before.iter().filter(|request| request.answered_by.is_some()).count();
        let exchanges = self.recording.exchanges.get(next..).unwrap_or_default();
        let mut moment = Moment::of(turn, self.conversation.dialect(), self.mount, exchanges, next)?;
        self.conversation.say(&turn.user).await?;
        let ended = self.until_the_end(&mut moment).await?;
        let requests = self.mount.received().len() - before.len();
        Ok(TurnEnd { ended, requests, interrupted_as_recorded: !moment.is_awaited() })
    }

    /// A round trip, after which the app-server has said everything, and with it which calls it gives up.
    pub(super) async fn settle(&mut self) -> Result<(), SessionError> {
        self.conversation.settle().await?;
        while let Ok(entry) = self.conversation.next("what is there already", Duration::ZERO).await {
            if let Message::Notification { method, params } = &entry.message {
                self.notification(method, params.as_deref());
            }
        }
        Ok(())
    }

    /// Ends the calls that are still running; gives also the URLs that were refused.
    pub(super) async fn finish(mut self) -> (Conversation, Vec<String>) {
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
                let interrupted = self.interrupt().await?;
                moment.pass(interrupted);
            }
        }
    }

    /// Whether the app-server took it. A refusal is an answer like any other: it is in the transcript, and what comes of
    /// the turn is to be seen.
    async fn interrupt(&self) -> Result<bool, SessionError> {
        match self.conversation.end_turn().await {
            Ok(()) => Ok(true),
            Err(SessionError::Rejected { .. }) => Ok(false),
            Err(error) => Err(error),
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
