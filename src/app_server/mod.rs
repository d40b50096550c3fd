//! The bundled app-server: the v1 dialect over stdio, with both paths to the Responses API.
//!
//! It follows the app-server of November 2025 (0.53.0), and adds to the delegated path what that path needs so that
//! nothing tells it from the direct one. It runs no commands and keeps nothing on disk.
//!
//! ```text
//! server ──► conversation ──► model_client ──► direct | delegated
//!    ▲            │                                   │
//!  client ◄── outgoing ◄──────────────────────────────┘
//! ```

mod config;
mod conversation;
mod environment;
mod model_client;
mod options;
mod outgoing;
mod server;
mod stdio;
mod user_agent;

pub use environment::Environment;
pub use options::Options;
pub use server::serve;
pub use stdio::serve_stdio;
