//! Recordings: what they hold, and how they are read from disk and written to it. Knows nothing of servers.

mod closing;
#[cfg(any(feature = "import", feature = "record"))]
mod content_coding;
mod contents;
mod coverage;
mod digest;
mod discover;
mod error;
mod event_lines;
mod events;
mod files;
mod folder;
mod format;
#[cfg(feature = "import")]
pub mod import;
mod lint;
mod load;
mod model;
mod plain;
mod redirects;
mod response_head;
mod scripted;
mod scrub;
mod sendable;
mod version;
mod write;

#[cfg(feature = "record")]
pub(crate) use closing::asks_for_follow_up;
#[cfg(feature = "record")]
pub(crate) use content_coding::decode_as_far;
pub use contents::{
    BodyContents, CallContents, Contents, ErrorClass, ExchangeContents, ItemContents, Outcome,
    StreamContents, Timing, TypeCount,
};
pub use coverage::{Coverage, Reached, coverage};
pub use digest::Digest;
pub use discover::{Found, Survey, discover, survey};
pub use error::LoadError;
pub use events::{EventKind, RecordedEvent, events_of};
pub use files::{MAX_BODY_BYTES, MAX_MANIFEST_BYTES};
pub use lint::{Finding, FindingPlace, LintReport, LintRule, Severity, lint, lint_recording};
pub use load::{examine, load, load_turns};
pub use model::{
    Delivery, End, Exchange, Framing, Interrupt, LintException, Piece, Provenance, ProviderSettings,
    Recording, Retries, Turn,
};
#[cfg(feature = "record")]
pub(crate) use redirects::{is_followed, make_local};
pub use scrub::{Place, Removed, Secret, redact, scrub, secrets_in};
#[cfg(feature = "record")]
pub(crate) use scrub::{deltas, scrub_knowing, unsettled};
#[cfg(feature = "cli")]
pub(crate) use write::parent_of;
pub use write::{Existing, WriteError, check_place, write};
