//! A conversation: its history, its turns, and what its listeners are told.

mod cancel;
#[allow(clippy::module_inception)]
mod conversation;
mod environment_context;
mod error_text;
mod feed;
mod inbox;
mod round;
mod session;
mod submission;
mod tools;
mod turn;
mod turn_items;

pub(super) use conversation::Conversation;
pub(super) use feed::Listener;
pub(super) use session::Session;
