//! What a replay leaves behind.

use crate::session::{SessionError, Transcript};
use crate::upstream::ReceivedRequest;
use std::collections::BTreeSet;
use std::time::Duration;

/// One recording, driven through one app-server.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// Every JSON-RPC message of the conversation, in order.
    pub transcript: Transcript,
    /// Every request for a response that the upstream received for it, in order.
    pub requests: Vec<ReceivedRequest>,
    /// What else the app-server asked the upstream.
    pub asides: Vec<ReceivedRequest>,
    /// The recorded exchanges nobody asked for, counted from 0; the synthetic one does not count.
    pub unserved: Vec<usize>,
    /// How each turn ended. Shorter than the recording's turns if one never did.
    pub turns: Vec<TurnEnd>,
    /// The exchanges, counted from 0, whose connection nobody closed although nothing more came on it.
    pub left_open: Vec<usize>,
    /// The URLs the app-server delegated calls to that are not this replay's upstream. They were not called.
    pub refused_urls: Vec<String>,
    /// The upstream's base URL for this replay.
    pub base_url: String,
    /// The UUIDs that stand in the recording itself: they are the upstream's, not the server's.
    pub recorded_uuids: BTreeSet<String>,
}

impl Replayed {
    /// How many calls the app-server delegated to its client.
    pub fn delegated_calls(&self) -> usize {
        delegated_calls(&self.transcript)
    }
}

/// How many calls an app-server delegated to its client in a conversation.
pub fn delegated_calls(transcript: &Transcript) -> usize {
    use crate::wire::{Message, methods};
    let is_call = |message: &Message| matches!(message, Message::Request { method, .. } if method == methods::RESPONSES_API_CALL);
    transcript.entries.iter().filter(|entry| is_call(&entry.message)).count()
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TurnEnd {
    /// In which way.
    pub ended: Ended,
    /// How many requests the upstream had received by then, in this turn.
    pub requests: usize,
    /// Whether it was interrupted where the recording says so; true where it says nothing.
    pub interrupted_as_recorded: bool,
}

/// The ways a turn ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// With `task_complete`.
    Complete,
    /// With `turn_aborted`.
    Aborted,
    /// Not within the deadline.
    Never {
        /// How long the harness waited, in silence.
        after: Duration,
    },
    /// Not at all: the app-server went on and on.
    Endless {
        /// How long the harness listened.
        after: Duration,
    },
}

impl Ended {
    /// Whether the turn came to an end.
    pub fn is_an_end(self) -> bool {
        matches!(self, Ended::Complete | Ended::Aborted)
    }

    /// For reports.
    pub fn name(self) -> &'static str {
        match self {
            Ended::Complete => "task_complete",
            Ended::Aborted => "turn_aborted",
            Ended::Never { .. } => "never",
            Ended::Endless { .. } => "endless",
        }
    }
}

/// Why a recording could not be replayed. What the app-server did differently is no error, it is an observation.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The app-server, or the pipe to it.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The app-server cannot be checked as it was asked for.
    #[error(
        "`{command}` has no delegated path: with the feature responses_http_over_jsonrpc switched on, it made no responsesApi/call; check it with --paths direct"
    )]
    NoDelegatedPath {
        /// Its command line.
        command: String,
    },
    /// The local upstream.
    #[error("the local upstream could not serve the recording: {0}")]
    Upstream(String),
}
