//! What is kept of a message, and what is kept of a conversation.

use super::environment::Surroundings;
use crate::wire::{ConversationId, Dialect, Message, ParseError};
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
}

impl Entry {
    /// A message on its way to the server.
    pub fn sent(at: Duration, message: Message) -> Entry {
        Entry { at, direction: Direction::Sent, line: message.to_line().into(), message }
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
        Ok(Entry { at, direction: Direction::Received, message: Message::parse(line)?, line: line.into() })
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
