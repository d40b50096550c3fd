//! Why there is no recording.

use super::journal::JournalError;
use crate::recording::WriteError;
use crate::replay::ReplayError;
use std::io;
use std::net::SocketAddr;

/// Why something could not be recorded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordError {
    /// The port cannot be had.
    #[error("the proxy cannot listen on {address}: {cause}; name another port, or 0 for any")]
    Listen {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the system said.
        cause: io::Error,
    },
    /// The upstream is the proxy.
    #[error("the upstream is the proxy itself ({address}); name another port to listen on")]
    Itself {
        /// Both.
        address: SocketAddr,
    },
    /// There is no way to the upstream, whoever asks.
    #[error("{0}")]
    Upstream(String),
    /// Nothing of the upstream was seen.
    #[error("nothing was recorded: {0}")]
    Nothing(String),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The app-server that was to ask the upstream.
    #[error(transparent)]
    AppServer(#[from] ReplayError),
    /// The app-server does not take the path it was to take. What it recorded is the same on either.
    #[error(
        "`{command}` has no delegated path: with the feature responses_http_over_jsonrpc switched on, it made no responsesApi/call; what was recorded is kept, and `--path direct` records the same"
    )]
    NoDelegatedPath {
        /// Its command line.
        command: String,
    },
    /// The recording cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}
