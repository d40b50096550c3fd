//! One running app-server behind [`McpProcess`]: started hermetically, spoken to over stdio, always ended.
//!
//! ```text
//! McpProcess ──spawn──► server process ──stdout──► reader ──► router ──┬─► a conversation's log ──► Conversation::next
//!      │                    ▲                                          └─► the process log      ──► McpProcess::entries
//!      └─ Conversation ─────┴── stdin ◄── writer ◄── what is sent, logged in the same order
//! ```
//!
//! - Every message is logged, in the order in which it crossed the pipe, in the log of the conversation it
//!   belongs to. Nothing is filtered. What a server sends that belongs to nobody is among the [`Strays`].
//! - What is kept is bounded by [`Limits`].
//! - Every wait has a deadline and a name; both stand in the error.
//! - A server that breaks the protocol or ends has *ended the session*: every wait and every later call says how,
//!   with the exit status and the last words on stderr.
//! - Nothing outlives the harness: see `guard.rs` for how that is done.
//!
//! Unix only, for its process groups. Knows nothing of recordings.

mod address;
mod command;
mod conversation;
mod deadlines;
mod ended;
mod entry;
mod environment;
mod error;
mod floor;
mod guard;
mod limits;
mod link;
mod mailboxes;
mod mcp_process;
mod process;
mod rate_limits;
mod reader;
mod router;
mod stopped;
mod strays;
mod text;
mod transport;
mod turns;

pub use command::{CommandError, ServerCommand};
pub use conversation::{Conversation, ConversationSender};
pub use deadlines::Deadlines;
pub use ended::{EndCause, Ended};
pub use entry::{Direction, Entry, Transcript};
pub use environment::Surroundings;
pub use error::{DeadlinePassed, SessionError};
pub use limits::{CONVERSATIONS_LIMIT, Limits, PROCESS_LIMIT, PROCESS_MESSAGES_LIMIT};
pub use mcp_process::McpProcess;
pub use stopped::{Exit, Stopped};
pub use strays::Strays;
pub use transport::LINE_LIMIT;
pub use turns::Opening;
