//! How much is kept of what a server sends.

/// How much memory a session may hold. A message counts with its text and with what was made of it: about twice its
/// length.
///
/// ```
/// use responses_parity::session::Limits;
///
/// assert_eq!(Limits::default().conversations, 1 << 30);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For the logs of all conversations together, in bytes. A server that sends more ends the session. 1 GiB.
    pub conversations: usize,
    /// For the process log, and for the strays, in bytes each. Of what does not fit, the oldest goes. 1 MiB.
    pub process: usize,
    /// The same, in messages. 1,000.
    pub process_messages: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            conversations: CONVERSATIONS_LIMIT,
            process: PROCESS_LIMIT,
            process_messages: PROCESS_MESSAGES_LIMIT,
        }
    }
}

/// How much the logs of all conversations of a session hold, unless its [`Limits`] say otherwise: 1 GiB.
pub const CONVERSATIONS_LIMIT: usize = 1024 * 1024 * 1024;

/// How much the process log and the strays of a session hold each, in bytes: 1 MiB.
pub const PROCESS_LIMIT: usize = 1024 * 1024;

/// The same, in messages.
pub const PROCESS_MESSAGES_LIMIT: usize = 1000;
