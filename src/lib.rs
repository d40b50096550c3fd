//! Record-and-replay parity tests for Codex-style app-servers.
//!
//! An app-server gets the model's answer from the OpenAI Responses API, directly over HTTP or delegated to its JSON-RPC
//! client. This crate replays the same recorded answers down both paths of a running app-server and compares
//! everything that can be seen from outside.
//!
//! ```text
//! recordings/ ─load→ Recording ─replay→ Replayed ─observe→ Observation ─┐
//!                                                                       ├ compare → Comparison → report
//! recordings/ ─load→ Recording ─replay→ Replayed ─observe→ Observation ─┘
//! ```
//!
//! In the order in which things flow:
//!
//! - [`recording`] finds and loads what was recorded;
//! - [`session`] runs one app-server ([`session::McpProcess`]) and keeps every message of every conversation;
//! - [`upstream`] stands in for the Responses API, for both paths alike;
//! - [`replay`] drives one recording through one conversation, and performs the calls that are delegated;
//! - [`observe`] turns that into five channels, without knowing the path;
//! - [`compare`] finds where two observations first differ;
//! - [`report`] says so, to people and to snapshots;
//! - [`exec`] drives one turn by hand, answered from a text, a recording, or a real API;
//! - `record` (feature `record`) makes recordings: a proxy in front of the real API;
//! - [`check`] does all of it for a set of recordings, and is where to begin:
//!
//! ```no_run
//! use responses_parity::check::{CheckOptions, both_paths, check_all};
//! use responses_parity::recording::discover;
//! use responses_parity::report::failure;
//! use responses_parity::session::ServerCommand;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let found = discover("recordings".as_ref())?;
//! let recordings = found.iter().map(|found| found.load()).collect::<Result<Vec<_>, _>>()?;
//! let sides = both_paths(ServerCommand::parse("codex app-server")?);
//! let options = CheckOptions { jobs: 8, ..CheckOptions::new(sides) };
//! let summary = check_all(&recordings, &options, |checked| print!("{}", failure(checked))).await?;
//! assert!(summary.is_parity());
//! # Ok(())
//! # }
//! ```
//!
//! [`wire`] holds the vocabulary of all of them, among it the one state machine from Responses events to
//! [`wire::ResponseEvent`]s. The bundled app-server (feature `app-server`) uses that and nothing else of this crate,
//! and the harness reaches it as a process, like any other. The feature `cli` adds the command line. Both are on by
//! default, as is `protocol-export`, which tells the protocol to other languages; a project that only drives app-servers in its tests needs neither.

#[cfg(feature = "app-server")]
pub mod app_server;
pub mod check;
#[cfg(feature = "cli")]
pub mod cli;
pub mod compare;
pub mod exec;
#[cfg(feature = "hunt")]
pub mod hunt;
pub mod observe;
#[cfg(feature = "protocol-export")]
pub mod protocol;
#[cfg(feature = "record")]
pub mod record;
pub mod recording;
pub mod replay;
pub mod report;
pub mod session;
pub mod upstream;
pub mod wire;
