//! What a Responses API stream can hold, as far as that is public: types of events, of items and of parts, and the
//! members each has.
//!
//! A table, not a parser: an app-server reads far less of an event than this, and a stream that breaks these rules is
//! still replayed byte for byte. Whoever writes a recording wants to know whether it looks like a real one.
//!
//! What is required here is what the API reference says (streaming events, mid-2026) and what every stream of a real
//! OpenAI server that could be had agrees with; a member that the reference requires and older or Azure streams lack
//! (`logprobs`, `sequence_number`) is optional.

mod events;
mod items;
mod shape;
mod text;

pub use events::{EVENT_TYPES, EventType, Place, event_type};
pub use items::{ITEM_TYPES, ItemType, PART_TYPES, RESPONSE, USAGE, item_type, part_type};
pub use shape::{JsonType, Member, WrongMember, wrong_members};
pub use text::{TEXTS, TextKind};
