//! The requests the server answers.

use super::dispatch::{Server, params};
use super::request_error::RequestError;
use crate::app_server::config::Settings;
use crate::app_server::conversation::{Conversation, Listener, Session};
use crate::app_server::model_client::{Caller, ModelClient, Transport};
use crate::app_server::user_agent::user_agent;
use crate::wire::{
    AbortReason, AddListenerParams, AddListenerResult, ConversationId, InitializeParams, InitializeResult,
    InterruptParams, InterruptResult, Message, NewConversationParams, NewConversationResult,
    RemoveListenerParams, RequestId, SendUserMessageParams, UserAgentResult, methods,
};
use serde_json::json;
use serde_json::value::RawValue;
use std::sync::Arc;

impl Server {
    /// Does what a request asks for and answers it.
    ///
    /// # Errors
    /// Why it was refused; then nothing was answered yet.
    pub(super) async fn request(
        &mut self,
        id: RequestId,
        method: &str,
        raw: Option<&RawValue>,
    ) -> Result<(), RequestError> {
        use methods::*;
        if method != INITIALIZE && self.user_agent.is_none() {
            return Err(RequestError::NotInitialized);
        }
        match method {
            INITIALIZE => self.initialize(id, params(INITIALIZE, raw)?).await,
            GET_USER_AGENT => self.get_user_agent(id).await,
            NEW_CONVERSATION => self.new_conversation(id, params(NEW_CONVERSATION, raw)?).await,
            ADD_CONVERSATION_LISTENER => self.add_listener(id, params(ADD_CONVERSATION_LISTENER, raw)?).await,
            REMOVE_CONVERSATION_LISTENER => {
                self.remove_listener(id, params(REMOVE_CONVERSATION_LISTENER, raw)?).await
            }
            SEND_USER_MESSAGE => self.send_user_message(id, params(SEND_USER_MESSAGE, raw)?).await,
            INTERRUPT_CONVERSATION => self.interrupt(id, params(INTERRUPT_CONVERSATION, raw)?).await,
            unknown => Err(RequestError::UnknownMethod(unknown.to_owned())),
        }
    }

    async fn initialize(&mut self, id: RequestId, params: InitializeParams) -> Result<(), RequestError> {
        if self.user_agent.is_some() {
            return Err(RequestError::AlreadyInitialized);
        }
        let user_agent = user_agent(&params.client_info);
        self.user_agent = Some(user_agent.clone());
        self.answer(id, &InitializeResult { user_agent }).await;
        Ok(())
    }

    async fn get_user_agent(&self, id: RequestId) -> Result<(), RequestError> {
        let user_agent = self.own_name()?;
        self.answer(id, &UserAgentResult { user_agent }).await;
        Ok(())
    }

    async fn new_conversation(
        &mut self,
        id: RequestId,
        params: NewConversationParams,
    ) -> Result<(), RequestError> {
        let settings = Settings::load(&self.options, &self.environment, &params)?;
        let result = NewConversationResult {
            conversation_id: ConversationId(uuid::Uuid::now_v7().to_string()),
            model: settings.model.clone(),
            reasoning_effort: None,
            rollout_path: String::new(),
        };
        let caller = Caller { conversation_id: result.conversation_id.clone(), user_agent: self.own_name()? };
        let client = self.model_client(&settings, caller)?;
        let session = Session::start(settings, client, self.outgoing.clone()).await;
        let conversation = Conversation::new(session);
        self.conversations.insert(result.conversation_id.clone(), conversation);
        self.answer(id, &result).await;
        Ok(())
    }

    async fn add_listener(&mut self, id: RequestId, params: AddListenerParams) -> Result<(), RequestError> {
        let subscription_id = uuid::Uuid::new_v4().to_string();
        let answer = AddListenerResult { subscription_id: subscription_id.clone() };
        let listener = Listener {
            raw_events: params.experimental_raw_events,
            response_events: params.experimental_response_events,
        };
        self.conversation(&params.conversation_id)?
            .add_listener(subscription_id.clone(), listener, &Message::response(id, &answer))
            .await;
        self.subscriptions.insert(subscription_id, params.conversation_id);
        Ok(())
    }

    async fn remove_listener(
        &mut self,
        id: RequestId,
        params: RemoveListenerParams,
    ) -> Result<(), RequestError> {
        let subscription_id = params.subscription_id;
        let conversation_id = self
            .subscriptions
            .remove(&subscription_id)
            .ok_or_else(|| RequestError::UnknownSubscription(subscription_id.clone()))?;
        self.conversation(&conversation_id)?.remove_listener(&subscription_id).await;
        self.answer(id, &json!({})).await;
        Ok(())
    }

    async fn send_user_message(
        &mut self,
        id: RequestId,
        params: SendUserMessageParams,
    ) -> Result<(), RequestError> {
        self.conversation(&params.conversation_id)?;
        self.answer(id, &json!({})).await;
        self.conversation(&params.conversation_id)?.say(params.items).await;
        Ok(())
    }

    async fn interrupt(&mut self, id: RequestId, params: InterruptParams) -> Result<(), RequestError> {
        if !self.conversation(&params.conversation_id)?.interrupt().await {
            return Err(RequestError::NoTurn(params.conversation_id));
        }
        let result = InterruptResult { abort_reason: AbortReason::Interrupted };
        self.answer(id, &result).await;
        Ok(())
    }

    fn conversation(&mut self, id: &ConversationId) -> Result<&mut Conversation, RequestError> {
        let found = self.conversations.get_mut(id);
        found.ok_or_else(|| RequestError::UnknownConversation(id.clone()))
    }

    fn own_name(&self) -> Result<String, RequestError> {
        self.user_agent.clone().ok_or(RequestError::NotInitialized)
    }

    fn model_client(&mut self, settings: &Settings, caller: Caller) -> Result<ModelClient, RequestError> {
        let transport = if settings.delegated {
            Transport::Delegated(Arc::clone(&self.calls))
        } else {
            Transport::Direct(self.http.client_for(&settings.provider.base_url, &self.environment)?)
        };
        Ok(ModelClient {
            transport,
            provider: settings.provider.clone(),
            environment: Arc::clone(&self.environment),
            caller,
        })
    }
}
