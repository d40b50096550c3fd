//! Says what the user says, and sees each turn to its end.

use super::attendant::Attendant;
use super::conversation::ReplayOptions;
use super::delegate_client::DelegateClient;
use super::moment::Moment;
use super::replayed::{Ended, ReplayError, TurnEnd};
use crate::recording::{Recording, Turn};
use crate::session::{Conversation, Entry, SessionError};
use crate::upstream::Mount;
use crate::wire::{Meaning, TurnEnding};
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
    attendant: Attendant,
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
            attendant: Attendant::new(delegate, options.allow_tools),
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

    /// Ends the calls that are still running; gives also the URLs that were refused.
    pub(super) async fn finish(mut self) -> (Conversation, Vec<String>) {
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
