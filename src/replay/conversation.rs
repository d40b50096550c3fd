//! One recording, one conversation.

use super::delegate_client::{DelegateClient, call_params};
use super::replayed::{Ended, ReplayError, Replayed, TurnEnd};
use crate::recording::Recording;
use crate::session::{Conversation, Direction, Entry, McpProcess, SessionError};
use crate::upstream::{Mount, Speed, Upstream};
use crate::wire::{CancelParams, Message, NewConversationParams, RequestId, codes, methods};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The provider that every replayed conversation uses.
const PROVIDER: &str = "replay";

/// Drives `recording` through a conversation of its own in `server`, with `upstream` answering.
///
/// Which path is taken is the server's affair: it posts to the upstream, or asks for `responsesApi/call` and is
/// served by a [`DelegateClient`] that uses `http`. Everything that arrives is kept.
///
/// # Errors
/// [`ReplayError`] where the server or the local upstream failed. A turn that does not end within `turn_deadline` is
/// no error but [`Ended::Never`]: the other path may have ended it.
pub async fn replay(
    recording: &Recording,
    server: &McpProcess,
    upstream: &Upstream,
    http: &reqwest::Client,
    turn_deadline: Duration,
) -> Result<Replayed, ReplayError> {
    let mount = upstream
        .mount(recording.exchanges.clone(), Speed::Max)
        .await
        .map_err(|error| ReplayError::Upstream(error.to_string()))?;
    let mut conversation = server.new_conversation(overrides(recording, mount.base_url(), server)).await?;
    let listener = conversation.add_listener(true, true).await?;
    let mut driver =
        Driver { delegate: DelegateClient::new(http.clone()), turn_deadline, requests_before: 0 };
    let mut turns = Vec::new();
    for turn in &recording.turns {
        conversation.send_user_message(&turn.user).await?;
        let end = driver.until_turn_ends(&mut conversation, &mount).await?;
        turns.push(end);
        if matches!(turns.last(), Some(TurnEnd { ended: Ended::Never { .. }, .. })) {
            break;
        }
    }
    // A round trip: whatever the server said before its answer has arrived when the answer has.
    conversation.remove_listener(&listener.subscription_id).await?;
    Ok(Replayed {
        transcript: conversation.transcript(),
        requests: mount.received(),
        unserved: unserved(recording, &mount),
        turns,
        base_url: mount.base_url().to_owned(),
        recorded_uuids: uuids_of(recording),
    })
}

fn unserved(recording: &Recording, mount: &Mount) -> Vec<usize> {
    mount.unserved().into_iter().filter(|index| !recording.exchanges[*index].synthetic).collect()
}

/// What makes a conversation ask this replay's upstream, in the settings the recording wants.
fn overrides(recording: &Recording, base_url: &str, server: &McpProcess) -> NewConversationParams {
    let provider = &recording.provider;
    let mut config = BTreeMap::<String, Value>::new();
    let mut set = |key: &str, value: Value| config.insert(format!("model_providers.{PROVIDER}.{key}"), value);
    set("name", json!(PROVIDER));
    set("base_url", json!(base_url));
    set("wire_api", json!("responses"));
    set("requires_openai_auth", json!(false));
    set("request_max_retries", json!(provider.request_max_retries));
    set("stream_max_retries", json!(provider.stream_max_retries));
    if let Some(timeout) = provider.stream_idle_timeout_ms {
        set("stream_idle_timeout_ms", json!(timeout));
    }
    NewConversationParams {
        model_provider: Some(PROVIDER.to_owned()),
        cwd: Some(server.surroundings().work_dir.display().to_string()),
        config: Some(config),
        ..NewConversationParams::default()
    }
}

struct Driver {
    delegate: DelegateClient,
    turn_deadline: Duration,
    requests_before: usize,
}

impl Driver {
    async fn until_turn_ends(
        &mut self,
        conversation: &mut Conversation,
        mount: &Mount,
    ) -> Result<TurnEnd, SessionError> {
        let ended = loop {
            match conversation.next("the end of the turn", self.turn_deadline).await {
                Ok(entry) => {
                    if let Some(ended) = self.handle(&entry, conversation).await? {
                        break ended;
                    }
                }
                Err(SessionError::Deadline { .. }) => {
                    break Ended::Never { after: self.turn_deadline };
                }
                Err(error) => return Err(error),
            }
        };
        let received = mount.received().len();
        let requests = received - std::mem::replace(&mut self.requests_before, received);
        Ok(TurnEnd { ended, requests })
    }

    async fn handle(
        &mut self,
        entry: &Entry,
        conversation: &Conversation,
    ) -> Result<Option<Ended>, SessionError> {
        if entry.direction == Direction::Sent {
            return Ok(None);
        }
        match &entry.message {
            Message::Notification { method, params } => Ok(self.notification(method, params.as_deref())),
            Message::Request { id, method, params } => {
                self.request(id, method, params.as_deref(), conversation).await?;
                Ok(None)
            }
            Message::Response { .. } | Message::Error { .. } => Ok(None),
        }
    }

    fn notification(&mut self, method: &str, params: Option<&RawValue>) -> Option<Ended> {
        match method {
            methods::TASK_COMPLETE => Some(Ended::Complete),
            methods::TURN_ABORTED => Some(Ended::Aborted),
            methods::RESPONSES_API_CANCEL => {
                let params =
                    params.and_then(|params| serde_json::from_str::<CancelParams>(params.get()).ok());
                if let Some(CancelParams { call_id }) = params {
                    self.delegate.cancel(&call_id);
                }
                None
            }
            _ => None,
        }
    }

    async fn request(
        &mut self,
        id: &RequestId,
        method: &str,
        params: Option<&RawValue>,
        conversation: &Conversation,
    ) -> Result<(), SessionError> {
        match method {
            methods::RESPONSES_API_CALL => match call_params(params) {
                Ok(params) => {
                    self.delegate.call(id.clone(), params, conversation.sender());
                    Ok(())
                }
                Err(problem) => {
                    conversation.respond_error(id.clone(), codes::INVALID_REQUEST, &problem).await
                }
            },
            // A recorded tool call is not to be carried out.
            methods::EXEC_COMMAND_APPROVAL | methods::APPLY_PATCH_APPROVAL => {
                conversation.respond(id.clone(), &json!({ "decision": "denied" })).await
            }
            _ => {
                let problem = format!("the harness does not serve {method}");
                conversation.respond_error(id.clone(), codes::METHOD_NOT_FOUND, &problem).await
            }
        }
    }
}

/// The UUIDs in the answers and in what the user says.
fn uuids_of(recording: &Recording) -> BTreeSet<String> {
    let bodies = recording.exchanges.iter().map(|exchange| String::from_utf8_lossy(&exchange.body));
    let mut found = BTreeSet::new();
    for body in bodies.chain(recording.turns.iter().map(|turn| turn.user.as_str().into())) {
        found.extend(crate::wire::uuids_in(&body).map(|uuid| uuid.to_owned()));
    }
    found
}
