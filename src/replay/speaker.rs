//! Says what the user says, and sees each turn to its end.

use super::attendant::Attendant;
use super::delegate_client::DelegateClient;
use super::moment::Moment;
use super::replayed::Ended;
use crate::session::{Conversation, Entry, SessionError};
use crate::wire::{Meaning, Message, TurnEnding};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What every wait of a speaker is for.
const THE_END: &str = "the end of the turn";

/// How many times as long as it may be silent a turn may take in all.
const SILENCES_A_TURN: u32 = 10;

/// The user's side of one conversation.
#[derive(Debug)]
pub struct Speaker {
    conversation: Conversation,
    attendant: Attendant,
    turn_deadline: Duration,
}

impl Speaker {
    /// `delegate` performs the calls that the app-server delegates. `allow_tools` consents to what tool calls want to do.
    /// A turn may be silent for `turn_deadline`.
    pub fn new(
        conversation: Conversation,
        delegate: DelegateClient,
        allow_tools: bool,
        turn_deadline: Duration,
    ) -> Speaker {
        Speaker { conversation, attendant: Attendant::new(delegate, allow_tools), turn_deadline }
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

    /// A round trip, after which the app-server has said everything, and with it which calls it gives up.
    ///
    /// # Errors
    /// As [`Conversation::settle`].
    pub async fn settle(&mut self) -> Result<(), SessionError> {
        self.conversation.settle().await?;
        while let Ok(entry) = self.conversation.next("what is there already", Duration::ZERO).await {
            if matches!(entry.message, Message::Notification { .. }) {
                self.attendant.attend(&self.conversation, &entry).await?;
            }
        }
        Ok(())
    }

    /// Ends the calls that are still running; gives also the URLs that were refused.
    pub async fn finish(mut self) -> (Conversation, Vec<String>) {
        self.attendant.stop().await;
        (self.conversation, self.attendant.refused().to_vec())
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
        let Some(entry) = entry else { return Ok(None) };
        let meaning = self.attendant.attend(&self.conversation, &entry).await?;
        Ok(match meaning {
            Some(Meaning::TurnEnded { ending: TurnEnding::Complete, .. }) => Some(Ended::Complete),
            Some(Meaning::TurnEnded { ending: TurnEnding::Aborted, .. }) => Some(Ended::Aborted),
            _ => None,
        })
    }
}
