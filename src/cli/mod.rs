//! The command line: arguments, progress, exit codes. The only place that prints.

mod app_server;
mod args;
mod check;
mod conclusion;
mod exit;
mod hunt;
mod minimize;
mod progress;
mod subject;
mod table;

pub use args::main;
