//! Conversations in either dialect: opened, spoken to, interrupted and closed in the same way.

use super::conversation::Conversation;
use super::error::SessionError;
use super::floor::Floor;
use super::mcp_process::McpProcess;
use crate::wire::{
    Dialect, NewConversationParams, NewConversationResult, ThreadStartParams, ThreadStartResult,
    TurnInterruptParams, TurnStartParams, TurnStartResult, methods, to_raw,
};
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a conversation is opened with.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// The provider to use.
    pub model_provider: String,
    /// Overrides of `config.toml`, by dotted keys.
    pub config: BTreeMap<String, Value>,
}

impl McpProcess {
    /// Finds out which dialect the server speaks: only v2 servers know `thread/loaded/list`.
    ///
    /// # Errors
    /// [`SessionError::Deadline`] and [`SessionError::Ended`]; that the server does not know the method is an answer.
    pub async fn ask_dialect(&self) -> Result<Dialect, SessionError> {
        match self.request::<IgnoredAny>(methods::v2::THREAD_LOADED_LIST, &json!({})).await {
            Ok(_) => Ok(Dialect::V2),
            Err(SessionError::Rejected { .. }) => Ok(Dialect::V1),
            Err(error) => Err(error),
        }
    }

    /// Opens a conversation in the working folder and subscribes to everything the server has to show of it.
    ///
    /// # Errors
    /// As [`request`](McpProcess::request).
    pub async fn open(&self, dialect: Dialect, opening: Opening) -> Result<Conversation, SessionError> {
        match dialect {
            Dialect::V1 => self.open_v1(opening).await,
            Dialect::V2 => self.open_v2(opening).await,
        }
    }

    async fn open_v1(&self, opening: Opening) -> Result<Conversation, SessionError> {
        let params = NewConversationParams {
            model_provider: Some(opening.model_provider),
            cwd: Some(self.cwd()),
            config: Some(opening.config),
            ..NewConversationParams::default()
        };
        let mut conversation = self.new_conversation(params).await?;
        let listener = conversation.add_listener(true, true).await?;
        conversation.subscription = Some(listener.subscription_id);
        Ok(conversation)
    }

    async fn open_v2(&self, opening: Opening) -> Result<Conversation, SessionError> {
        let params = ThreadStartParams {
            model_provider: Some(opening.model_provider),
            cwd: Some(self.cwd()),
            config: Some(opening.config),
            experimental_raw_events: true,
        };
        let opened = |started: &ThreadStartResult| NewConversationResult {
            conversation_id: started.thread.id.clone(),
            model: started.model.clone(),
            reasoning_effort: started.reasoning_effort.clone(),
            rollout_path: started.thread.path.clone().unwrap_or_default(),
        };
        self.open_with(methods::v2::THREAD_START, to_raw(&params), Dialect::V2, opened).await
    }

    fn cwd(&self) -> String {
        self.surroundings().work_dir.display().to_string()
    }
}

impl Conversation {
    /// In whose words its messages are.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Starts a turn, and waits until the server has taken it (not until it is over).
    ///
    /// In the v2 dialect only one conversation of a process is in turns at a time: from its first one on until it is
    /// [settled](Conversation::settle) or dropped. The others wait here.
    ///
    /// # Errors
    /// As [`request`](Conversation::request).
    pub async fn say(&mut self, text: &str) -> Result<(), SessionError> {
        if self.dialect == Dialect::V1 {
            return self.send_user_message(text).await;
        }
        if self.dialect.takes_turns() && self.floor.is_none() {
            self.floor = Some(Floor::take(self.link(), self.id()).await);
        }
        let input = vec![json!({ "type": "text", "text": text })];
        let params = TurnStartParams { thread_id: self.id().clone(), input };
        let started: TurnStartResult = self.request(methods::v2::TURN_START, &params).await?;
        self.turn = Some(started.turn.id);
        Ok(())
    }

    /// Ends the turn that was started last.
    ///
    /// # Errors
    /// As [`request`](Conversation::request).
    pub async fn end_turn(&self) -> Result<(), SessionError> {
        if self.dialect == Dialect::V1 {
            return self.interrupt().await.map(|_| ());
        }
        let turn_id = self.turn.clone().unwrap_or_default();
        let params = TurnInterruptParams { thread_id: self.id().clone(), turn_id };
        self.request_done(methods::v2::TURN_INTERRUPT, &params).await
    }

    /// A round trip at the end: whatever the server said before its answer has arrived when the answer has.
    ///
    /// # Errors
    /// As [`request`](Conversation::request).
    pub async fn settle(&mut self) -> Result<(), SessionError> {
        match self.subscription.take() {
            Some(subscription) => self.remove_listener(&subscription).await,
            // Not on the conversation's behalf: the answer tells of all the others too.
            None => {
                let settled = self.process_request_done(methods::v2::THREAD_LOADED_LIST, &json!({})).await;
                self.floor = None;
                settled
            }
        }
    }
}
