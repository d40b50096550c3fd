//! Why a request was refused.

use crate::app_server::config::ConfigError;
use crate::wire::ConversationId;

/// What the error answer says. Real servers say no more than `Invalid request` to most of these.
#[derive(Debug, thiserror::Error)]
pub(super) enum RequestError {
    #[error("Not initialized")]
    NotInitialized,
    #[error("Already initialized")]
    AlreadyInitialized,
    #[error("Invalid request: unknown method {0:?}")]
    UnknownMethod(String),
    #[error("Invalid request: {method}: {problem}")]
    Params { method: &'static str, problem: String },
    #[error("conversation not found: {0}")]
    UnknownConversation(ConversationId),
    #[error("subscription not found: {0}")]
    UnknownSubscription(String),
    #[error("no turn is running in conversation {0}")]
    NoTurn(ConversationId),
    #[error("error deriving config: {0}")]
    Config(#[from] ConfigError),
    #[error("there is no HTTP client: {0}")]
    HttpClient(#[from] reqwest::Error),
}
