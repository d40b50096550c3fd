//! What comes of a turn.

use crate::replay::ReplayError;
use crate::session::SessionError;

/// Something to show while the turn runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// A piece of the model's text.
    Text(String),
    /// A word about what happens meanwhile.
    Note(String),
}

/// How a turn ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Well.
    Completed,
    /// Not well; why, in the words of the app-server.
    Failed(String),
}

/// Why there was no turn, or none that ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExecError {
    /// The app-server, or the local upstream.
    #[error(transparent)]
    Replay(#[from] ReplayError),
    /// There is no HTTP client to be had.
    #[error("there is no HTTP client: {0}")]
    Http(#[from] reqwest::Error),
}

impl From<SessionError> for ExecError {
    fn from(error: SessionError) -> ExecError {
        ExecError::Replay(error.into())
    }
}
