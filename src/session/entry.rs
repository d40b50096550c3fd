//! What is kept of a message, and what is kept of a conversation.

use super::environment::Surroundings;
use crate::wire::{ConversationId, Dialect, Message, ParseError};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the harness to the server.
    Sent,
    /// From the server to the harness.
    Received,
}

/// One message as it crossed the pipe.
#[derive(Clone, Debug)]
pub struct Entry {
    /// When: since the server was started. Sent: when it was queued for stdin; received: when its line was whole.
    pub at: Duration,
    /// Which way.
    pub direction: Direction,
    /// The very bytes, without the line end.
    pub line: Arc<str>,
    /// The same, parsed.
    pub message: Message,
    /// What else the line had beside the members of such a message; see [`Message::parse_with_extra`]. Empty for what
    /// was sent.
    pub extra: BTreeMap<String, Value>,
}

impl Entry {
    /// A message on its way to the server.
    pub fn sent(at: Duration, message: Message) -> Entry {
        let line = message.to_line().into();
        Entry { at, direction: Direction::Sent, line, message, extra: BTreeMap::new() }
    }

    /// A line from the server.
    ///
    /// ```
    /// use responses_parity::session::Entry;
    /// use std::time::Duration;
    ///
    /// let entry = Entry::received(Duration::ZERO, r#"{"method":"codex/event/error"}"#)?;
    /// assert_eq!(entry.label(), "`codex/event/error`");
    /// # Ok::<(), responses_parity::wire::ParseError>(())
    /// ```
    ///
    /// # Errors
    /// [`ParseError`] if it is not a JSON-RPC message.
    pub fn received(at: Duration, line: &str) -> Result<Entry, ParseError> {
        let (message, extra) = Message::parse_with_extra(line)?;
        Ok(Entry { at, direction: Direction::Received, line: line.into(), message, extra })
    }

    /// About how many bytes of memory it takes: the line, the same parsed, and what is around them.
    pub(super) fn weight(&self) -> usize {
        2 * self.line.len() + size_of::<Entry>()
    }

    /// The message's name for people: its method, or whose answer it is.
    pub fn label(&self) -> String {
        match &self.message {
            Message::Request { id, method, .. } => format!("`{method}` (request {id})"),
            Message::Notification { method, .. } => format!("`{method}`"),
            Message::Response { id, .. } => format!("the answer to request {id}"),
            Message::Error { id: Some(id), .. } => format!("the error answer to request {id}"),
            Message::Error { id: None, .. } => "an error answer to no request".to_owned(),
        }
    }
}

/// All messages of one conversation, in the order in which they crossed the pipe.
#[derive(Clone, Debug)]
pub struct Transcript {
    /// Whose.
    pub conversation: ConversationId,
    /// In whose words the messages are.
    pub dialect: Dialect,
    /// Sent and received, from the request that opened it on. Shared, so that a copy is cheap.
    pub entries: Vec<Arc<Entry>>,
    /// Where the server ran: what may differ between two runs without meaning anything.
    pub surroundings: Surroundings,
}
