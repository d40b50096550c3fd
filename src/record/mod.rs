//! Records what an upstream answers: a reverse proxy between any client and the real API.
//!
//! ```text
//! client or app-server ──► RecordingProxy ──► upstream, http or https
//!                               │
//!                               ├─► journal, on disk, in case this process is killed
//!                               └─► tape, in memory ──► Recording ──► recordings/…
//! ```
//!
//! # Recording changes nothing
//!
//! A piece is passed on the moment it comes, in a chunk of its own where there are chunks, and the next one is asked for
//! when the client has room for it: nothing is collected, and a slow client slows the upstream down as if there were no
//! proxy. Heads are passed on as they are, but for what HTTP says concerns one connection only, and the upstream is asked
//! for `identity` encoding: a recording holds the bytes of the stream. What the upstream does to the connection is done to
//! the client: an early end, a reset, silence. Each request gets a connection of its own.
//!
//! Only a `POST` to a path that ends in `/responses` is recorded. Everything else is passed on, and told.
//!
//! # How an answer ended
//!
//! | what happened | `end` |
//! |---|---|
//! | it ended as its framing says | `complete` |
//! | the upstream closed the connection before that | `eof` |
//! | the upstream reset it | `reset` |
//! | the upstream fell silent for [`ProxyOptions::longest_silence`]; the client's connection is closed then | `stalled` |
//! | the client left: the upstream may have gone on, but nobody saw it | `stalled` |
//! | the recorder was ended, or was killed | `eof` |
//!
//! A client that leaves once the stream has said its last word (`response.completed` and its like) is not waited for, but
//! the end is, for two seconds: newer app-servers always leave there. Where the upstream breaks off within the response
//! head, the answer counts as one without a head. Where there is no connection at all, nothing was seen: that is an
//! answer without a head among others, and alone no recording.
//!
//! # Nothing is lost
//!
//! The tape is in memory, and becomes a recording when all is over. Until then a [`Journal`] beside the recording's place
//! (`.NAME.journal`) has everything, too: each step is a line of JSON, written in one go before the step has any effect.
//! So whatever a client has seen is there when this process dies, by SIGKILL too. A last line without its end is one that
//! never happened. (Against a machine that loses its power nothing is done: a disk that has to confirm every event would
//! change the times that are to be recorded.) [`recover`] makes a journal a recording.
//!
//! # No secret touches the disk
//!
//! A recording is written without its secrets. A journal cannot wait for the end, and a key that a model writes in pieces
//! looks like nothing until most of it is there. So there is a rule for what is not settled yet:
//!
//! - An event is written once it is whole, without the secrets in it, its deltas joined with those before.
//! - The last word of each channel of deltas is overwritten with `*` in place, until the word ends: any key is a word. A
//!   private key is overwritten from its first line to its last.
//! - When a word has ended and is none, its bytes are written after all, over the marks.
//!
//! What a killed recorder loses is thus never an event, and of the last word at most its letters. A word without end (32
//! KiB of a stream) is no text: from there on, deltas are marks until the answer has ended. Bodies that are no stream are
//! written when they are whole.
//!
//! Credentials that clients send are passed on and kept in memory alone, where they serve to find them again: an
//! upstream may repeat a key in an error.

mod address;
mod connect;
mod connection;
mod conversation;
mod credentials;
mod ending;
mod error;
mod fields;
mod finish;
mod forward;
mod journal;
mod outlet;
mod proxy;
mod recorded;
mod request_body;
mod response_body;
mod summary;
mod take;
mod tape;
mod tls;
mod turns;

pub use address::{AddressError, ListenAddress, UpstreamUrl};
pub use conversation::{TurnOptions, record_turns};
pub use error::RecordError;
pub use finish::{Finished, recover};
pub use journal::{Journal, JournalError};
pub use proxy::{ProxyOptions, RecordingProxy};
pub use recorded::About;
pub use summary::ExchangeSummary;

pub use crate::replay::ApiKey;
