//! What the user is told when a turn fails.

use crate::wire::UpstreamError;

/// The text of the turn's `error` event.
pub(super) fn error_text(error: &UpstreamError) -> String {
    error.to_string()
}
