//! The command line: arguments, progress, exit codes.

mod app_server;
mod args;

pub use args::main;
