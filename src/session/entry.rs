//! What is kept of a message, and what is kept of a conversation.

use super::environment::Surroundings;
use crate::wire::{ConversationId, Dialect, Message, ParseError};
use serde_json::Value;
use serde_json::value::RawValue;
use std::borrow::Cow;
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
    /// What it says.
    pub message: Message,
    /// What else the line had beside the members of such a message; see [`Message::parse_with_extra`]. Empty for what
    /// was sent.
    pub extra: BTreeMap<String, Value>,
    /// The very bytes, where the message would not be written in the same ones.
    verbatim: Option<Box<str>>,
}

impl Entry {
    /// A message on its way to the server.
    pub fn sent(at: Duration, message: Message) -> Entry {
        Entry { at, direction: Direction::Sent, message, extra: BTreeMap::new(), verbatim: None }
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
        let verbatim = (message.to_line() != line).then(|| line.into());
        Ok(Entry { at, direction: Direction::Received, message, extra, verbatim })
    }

    /// The very bytes as they crossed the pipe, without the line end.
    pub fn line(&self) -> Cow<'_, str> {
        self.verbatim.as_deref().map_or_else(|| Cow::Owned(self.message.to_line()), Cow::Borrowed)
    }

    /// About how many bytes of memory it takes.
    pub(super) fn weight(&self) -> usize {
        let length = |raw: Option<&RawValue>| raw.map_or(0, |raw| raw.get().len());
        let said = match &self.message {
            Message::Request { method, params, .. } | Message::Notification { method, params } => {
                method.len() + length(params.as_deref())
            }
            Message::Response { result, .. } => length(Some(result)),
            Message::Error { error, .. } => {
                error.message.len() + error.data.as_ref().map_or(0, |data| data.to_string().len())
            }
        };
        said + self.verbatim.as_deref().map_or(0, str::len) + size_of::<Entry>()
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
