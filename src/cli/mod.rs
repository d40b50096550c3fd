//! The command line: arguments, progress, exit codes. The only place that prints.

mod app_server;
mod args;
mod check;
mod exit;
mod parse;
mod progress;
mod record;
mod table;

pub use args::main;
