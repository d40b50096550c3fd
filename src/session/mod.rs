//! One running app-server behind [`McpProcess`]: started hermetically, spoken to over stdio, always ended.
//!
//! ```text
//! McpProcess ──spawn──► server process ──stdout──► reader ──► router ──┬─► a conversation's log ──► Conversation::next
//!      │                    ▲                                          └─► the process log      ──► McpProcess::entries
//!      └─ Conversation ─────┴── stdin ◄── writer ◄── what is sent, logged in the same order
//! ```
//!
//! - Every message is logged, in the order in which it crossed the pipe, in the log of the conversation it
//!   belongs to. Nothing is filtered.
//! - Every wait has a deadline and a name; both stand in the error.
//! - A server that breaks the protocol or ends has *ended the session*: every wait and every later call says how,
//!   with the exit status and the last words on stderr.
//! - Nothing outlives the harness: see `guard.rs` for how that is done.
//!
//! Unix only, for its process groups. Knows nothing of recordings.

mod command;
mod conversation;
mod deadlines;
mod ended;
mod entry;
mod environment;
mod error;
mod guard;
mod link;
mod mcp_process;
mod process;
mod rate_limits;
mod reader;
mod router;
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
pub use mcp_process::{Exit, McpProcess};
pub use router::Strays;
pub use transport::LINE_LIMIT;
pub use turns::Opening;
