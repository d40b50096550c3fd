//! The command line: arguments, progress, exit codes. The only place that prints.

mod app_server;
mod args;
mod check;
mod exit;
mod import;
mod progress;
mod table;

pub use args::main;
