//! Drives one recording: its turns, each interrupted where the recording says so.

use super::conversation::ReplayOptions;
use super::delegate_client::DelegateClient;
use super::moment::Moment;
use super::replayed::{ReplayError, TurnEnd};
use super::speaker::Speaker;
use crate::recording::{Recording, Turn};
use crate::session::{Conversation, SessionError};
use crate::upstream::Mount;

/// Drives one conversation.
pub(super) struct Driver<'a> {
    recording: &'a Recording,
    speaker: Speaker,
    mount: &'a Mount,
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
        let speaker = Speaker::new(conversation, delegate, options.allow_tools, options.turn_deadline);
        Driver { recording, speaker, mount }
    }

    /// From the user's words to the turn's end.
    pub(super) async fn turn(&mut self, turn: &Turn) -> Result<TurnEnd, ReplayError> {
        let before = self.mount.received();
        let next = before.iter().filter(|request| request.answered_by.is_some()).count();
        let exchanges = self.recording.exchanges.get(next..).unwrap_or_default();
        let dialect = self.speaker.conversation().dialect();
        let mut moment = Moment::of(turn, dialect, self.mount, exchanges, next)?;
        let ended = self.speaker.turn_until(&turn.user, &mut moment).await?;
        let requests = self.mount.received().len() - before.len();
        Ok(TurnEnd { ended, requests, interrupted_as_recorded: !moment.is_awaited() })
    }

    /// A round trip, after which the app-server has said everything, and with it which calls it gives up.
    pub(super) async fn settle(&mut self) -> Result<(), SessionError> {
        self.speaker.settle().await
    }

    /// Ends the calls that are still running; gives also the URLs that were refused.
    pub(super) async fn finish(self) -> (Conversation, Vec<String>) {
        self.speaker.finish().await
    }
}
