//! Secrets: where they stand, and the same without them.
//!
//! A secret is found in three readings of the same bytes: as they are; with the escapes of JSON strings resolved, as often
//! as they are nested; and with the deltas of one channel joined, for a model writes a key in pieces. What is found is
//! overwritten in place, so that lengths, offsets and everything around it stay as they are.
//!
//! - `rules` and `shapes` know keys by their looks, `contexts` by what stands before them;
//! - `members` knows what no shape gives away: accounts, users, sessions, passwords;
//! - `headers` says which fields of a response head are kept at all;
//! - `view` keeps the offsets, `json`, `documents` and `deltas` find their way through a body.

mod body;
mod contexts;
mod deltas;
mod documents;
mod headers;
mod json;
mod members;
mod recording;
mod rules;
mod shapes;
mod text;
mod view;

pub use recording::{Place, Removed, scrub};
pub use text::{Secret, redact, secrets_in};

pub(super) use text::refuse_secrets;
