//! One recording, one conversation.

use super::driver::Driver;
use super::replayed::{ReplayError, Replayed, TurnEnd};
use super::setup;
use crate::recording::{End, Recording};
use crate::session::McpProcess;
use crate::upstream::{Mount, Speed, Upstream};
use crate::wire::Dialect;
use std::collections::BTreeSet;
use std::time::Duration;

/// How long the upstream waits for the client to leave a connection on which nothing more comes.
const LEAVE_DEADLINE: Duration = Duration::from_secs(5);

/// What a replay needs beside the recording and the app-server.
#[derive(Clone, Debug)]
pub struct ReplayOptions {
    /// What a [`super::DelegateClient`] calls the upstream with.
    pub http: reqwest::Client,
    /// Which dialect the app-server speaks.
    pub dialect: Dialect,
    /// Whether what a recorded tool call wants to do may be done.
    pub allow_tools: bool,
    /// How fast answers are delivered.
    pub speed: Speed,
    /// How long a turn may be silent before it counts as never ending.
    pub turn_deadline: Duration,
}

/// Drives `recording` through a conversation of its own in `server`, with `upstream` answering.
///
/// Which path is taken is the server's affair: it posts to the upstream, or asks for `responsesApi/call` and is
/// served by a [`super::DelegateClient`]. Everything that arrives is kept.
///
/// # Errors
/// [`ReplayError`] where the server or the local upstream failed. A turn that does not end is no error but
/// [`Ended::Never`](super::Ended::Never): the other path may have ended it.
pub async fn replay(
    recording: &Recording,
    server: &McpProcess,
    upstream: &Upstream,
    options: &ReplayOptions,
) -> Result<Replayed, ReplayError> {
    let mount = mount(recording, upstream, options.speed).await?;
    let (conversation, base_url) = setup::open(recording, server, options.dialect, &mount).await?;
    let mut driver = Driver::new(recording, conversation, &base_url, &mount, options);
    let mut turns = Vec::new();
    for turn in &recording.turns {
        turns.push(driver.turn(turn).await?);
        if turns.iter().any(|end: &TurnEnd| !end.ended.is_an_end()) {
            break;
        }
    }
    // A server that fell silent has no answer to this either, and why it did is told with the turn.
    if turns.iter().all(|end| end.ended.is_an_end()) {
        driver.settle().await?;
    }
    // While the delegate client still holds its calls: what only its end would close, the app-server has left open.
    let left_open = left_open(recording, &mount).await;
    let (conversation, refused_urls) = driver.finish().await;
    if let Some(fault) = mount.fault() {
        return Err(ReplayError::Upstream(fault));
    }
    Ok(Replayed {
        transcript: conversation.transcript(),
        requests: mount.received(),
        asides: mount.asides(),
        unserved: unserved(recording, &mount),
        turns,
        left_open,
        refused_urls,
        base_url,
        recorded_uuids: uuids_of(recording),
    })
}

/// Shaped wherever the answers are, or where something waits for a request.
async fn mount(recording: &Recording, upstream: &Upstream, speed: Speed) -> Result<Mount, ReplayError> {
    let exchanges = recording.exchanges.clone();
    let mount = if recording.turns.iter().any(|turn| turn.interrupt.is_some()) {
        upstream.mount_shaped(exchanges, speed).await
    } else {
        upstream.mount(exchanges, speed).await
    };
    mount.map_err(|error| ReplayError::Upstream(error.to_string()))
}

fn unserved(recording: &Recording, mount: &Mount) -> Vec<usize> {
    mount.unserved().into_iter().filter(|index| !recording.exchanges[*index].may_stay_unasked).collect()
}

/// Where an answer stalls for ever, only the client can end it. These are the ones it did not.
async fn left_open(recording: &Recording, mount: &Mount) -> Vec<usize> {
    let asked = mount.received().iter().filter_map(|request| request.answered_by).collect::<BTreeSet<_>>();
    let stalled = asked.into_iter().filter(|index| recording.exchanges[*index].delivery.end == End::Stalled);
    let mut open = Vec::new();
    for index in stalled {
        if tokio::time::timeout(LEAVE_DEADLINE, mount.delivered(index)).await.is_err() {
            open.push(index);
        }
    }
    open
}

/// The UUIDs in the answers, heads and bodies, and in what the user says.
fn uuids_of(recording: &Recording) -> BTreeSet<String> {
    let heads = recording.exchanges.iter().flat_map(|exchange| &exchange.headers);
    let heads = heads.map(|(_, value)| value.as_str().into());
    let bodies = recording.exchanges.iter().map(|exchange| String::from_utf8_lossy(&exchange.body));
    let mut found = BTreeSet::new();
    for text in bodies.chain(heads).chain(recording.turns.iter().map(|turn| turn.user.as_str().into())) {
        found.extend(crate::wire::uuids_in(&text).map(|uuid| uuid.to_owned()));
    }
    found
}
