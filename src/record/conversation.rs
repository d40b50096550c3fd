//! Turns through an app-server, whose upstream is the proxy.

use super::error::RecordError;
use super::proxy::RecordingProxy;
use crate::check::{Side, start_one};
use crate::recording::ProviderSettings;
use crate::replay::{
    DelegateClient, Ended, Path, ReplayError, Setup, Speaker, delegated_calls, local_http_client, open_with,
};
use crate::session::{Conversation, Deadlines};
use std::time::Duration;

/// How much longer the app-server waits for the upstream than the proxy does, so that it is the proxy that decides.
const MORE_PATIENT: Duration = Duration::from_secs(60);

/// What an app-server is to do.
#[derive(Clone, Debug)]
pub struct TurnOptions {
    /// The app-server, and the path it takes.
    pub side: Side,
    /// The model to ask for.
    pub model: Option<String>,
    /// How long the upstream may be silent.
    pub longest_silence: Duration,
    /// How long the app-server may take for what.
    pub deadlines: Deadlines,
}

/// Says these words to an app-server, a turn each, and lets the proxy record what it asks the upstream: for each turn a
/// request, and one more for each round of tools. Failed requests are not sent again, as in replays.
///
/// Gives how each turn ended; fewer than there are words where one did not end.
///
/// # Errors
/// Where the app-server does not start, breaks the protocol, ends, or does not take the path it is to take. What was
/// recorded until then is on the tape.
pub async fn record_turns(
    proxy: &RecordingProxy,
    words: &[String],
    options: &TurnOptions,
) -> Result<Vec<Ended>, RecordError> {
    let started = start_one(&options.side, &options.deadlines).await;
    let (server, dialect) = started.map_err(ReplayError::from)?;
    proxy.name_folders(server.surroundings());
    let patience = options.longest_silence + MORE_PATIENT;
    let provider = ProviderSettings {
        stream_idle_timeout_ms: u64::try_from(patience.as_millis()).ok(),
        ..ProviderSettings::default()
    };
    let setup = Setup { base_url: proxy.base_url(), provider: &provider, model: options.model.as_deref() };
    let conversation = open_with(&server, dialect, &setup).await.map_err(ReplayError::from)?;
    let delegate = DelegateClient::under(local_http_client()?, proxy.base_url());
    let mut speaker = Speaker::new(conversation, delegate, false, options.deadlines.turn);
    let mut ended = Vec::new();
    for user in words {
        proxy.turn(user);
        ended.push(speaker.turn(user).await.map_err(ReplayError::from)?);
        if ended.iter().any(|end: &Ended| !end.is_an_end()) {
            break;
        }
    }
    let (conversation, _) = speaker.finish().await;
    refuse_other_path(&conversation, options)?;
    server.shutdown().await.map_err(ReplayError::from)?;
    Ok(ended)
}

/// What was recorded is the same on either path; but whoever asks for one wants to know that it was taken.
fn refuse_other_path(conversation: &Conversation, options: &TurnOptions) -> Result<(), RecordError> {
    let takes_delegated = options.side.path == Path::Delegated;
    if takes_delegated && delegated_calls(&conversation.transcript()) == 0 {
        return Err(RecordError::NoDelegatedPath { command: options.side.command.to_string() });
    }
    Ok(())
}
