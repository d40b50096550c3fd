//! The command line: arguments, progress, exit codes. The only place that prints.

mod app_server;
mod args;
mod check;
mod exec;
mod exit;
mod progress;
mod recordings;
mod serve;
mod signals;
mod table;

pub use args::main;
