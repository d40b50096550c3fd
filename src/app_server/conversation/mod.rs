//! A conversation: its history, its turns, and what its listeners are told.

mod cancel;
mod environment_context;
mod error_text;
mod feed;
mod handle;
mod inbox;
mod round;
mod session;
mod submission;
mod tools;
mod turn;
mod turn_items;

pub(super) use feed::Listener;
pub(super) use handle::Conversation;
pub(super) use session::Session;
