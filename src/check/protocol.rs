//! Which messages of the protocol some recordings reach.

use super::checker::Checker;
use super::options::CheckOptions;
use super::side::Side;
use crate::recording::{Coverage, Recording};
use crate::replay::{Path, ReplayError, Replayed};
use crate::report::Failure;
use crate::session::{Direction, Entry};
use crate::wire::{Dialect, Meaning, Message, RequestId, Sender, methods};
use futures_util::StreamExt;
use std::collections::{BTreeMap, BTreeSet};

/// Why it is not known which messages are reached.
#[derive(Debug, thiserror::Error)]
pub enum ProtocolError {
    /// An app-server or the local upstream did not start.
    #[error(transparent)]
    Start(#[from] ReplayError),
    /// A recording could not be replayed.
    #[error("{recording}, {}: {}", failure.side, failure.problem)]
    Replay {
        /// Which.
        recording: String,
        /// On which side, and why.
        failure: Failure,
    },
}

/// Replays recordings on every side, and tells which requests, notifications and answers of a conversation crossed the
/// pipe: `→` to the app-server, `←` from it. What the replays show is not judged.
///
/// What there is to reach is what [`Dialect::messages`] knows and the sides can show: nothing of the delegated path
/// where nobody takes it. `bundled` says that the app-server is the bundled one, which asks for no approval, since it
/// does nothing, and alone shows `ResponseEvent`s.
///
/// # Errors
/// [`ProtocolError`]: a recording that cannot be replayed reaches nobody knows what.
pub async fn protocol_coverage(
    recordings: &[Recording],
    options: &CheckOptions,
    bundled: bool,
) -> Result<Coverage, ProtocolError> {
    let checker = Checker::start(options).await?;
    let mut covered = Coverage::new("protocol messages", known(&checker.dialects(), &options.sides, bundled));
    let mut running = futures_util::stream::iter(recordings)
        .map(|recording| replayed(&checker, recording))
        .buffered(options.jobs.max(1));
    while let Some(reached) = running.next().await {
        let (recording, messages) = reached?;
        for message in messages {
            covered.reach(&message, recording);
        }
    }
    drop(running);
    checker.finish().await.map_err(ReplayError::from)?;
    Ok(covered)
}

fn known(dialects: &BTreeSet<Dialect>, sides: &[Side], bundled: bool) -> BTreeSet<String> {
    let is_delegated = sides.iter().any(|side| side.path == Path::Delegated);
    let mut known = BTreeSet::new();
    for dialect in dialects {
        let messages = dialect.messages().into_iter().filter(|(_, method)| {
            let of_the_bundled = match dialect.meaning(method, None) {
                Meaning::Approval { .. } => !bundled,
                Meaning::ResponseEvent(_) => bundled,
                _ => true,
            };
            of_the_bundled && (is_delegated || !Dialect::is_of_the_delegated_path(method))
        });
        known.extend(messages.map(|(sender, method)| format!("{} {method}", arrow(sender))));
    }
    let answer = format!("{} {}", arrow(Sender::Client), answer_to(methods::RESPONSES_API_CALL));
    known.extend(is_delegated.then_some(answer));
    known
}

async fn replayed<'a>(
    checker: &Checker,
    recording: &'a Recording,
) -> Result<(&'a str, BTreeSet<String>), ProtocolError> {
    let replays = checker.replays_of(recording).await;
    let replays =
        replays.map_err(|failure| ProtocolError::Replay { recording: recording.name.clone(), failure })?;
    Ok((&recording.name, replays.iter().flat_map(messages_of).collect()))
}

fn messages_of(replayed: &Replayed) -> Vec<String> {
    let mut asked = BTreeMap::<RequestId, String>::new();
    let entries = replayed.transcript.entries.iter();
    entries.filter_map(|entry| message_of(entry, &mut asked)).collect()
}

/// What the client answers is told by what it was asked; that the server answers goes without saying.
fn message_of(entry: &Entry, asked: &mut BTreeMap<RequestId, String>) -> Option<String> {
    let sender = match entry.direction {
        Direction::Sent => Sender::Client,
        Direction::Received => Sender::Server,
    };
    let what = match &entry.message {
        Message::Notification { method, .. } => method.clone(),
        Message::Request { id, method, .. } => {
            if sender == Sender::Server {
                asked.insert(id.clone(), method.clone());
            }
            method.clone()
        }
        Message::Response { id, .. } if sender == Sender::Client => answer_to(asked.get(id)?),
        Message::Response { .. } | Message::Error { .. } => return None,
    };
    Some(format!("{} {what}", arrow(sender)))
}

fn answer_to(method: &str) -> String {
    format!("answer to {method}")
}

fn arrow(sender: Sender) -> char {
    match sender {
        Sender::Client => '→',
        Sender::Server => '←',
    }
}
