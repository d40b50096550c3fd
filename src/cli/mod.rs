//! The command line: arguments, progress, exit codes. The only place that prints.

mod app_server;
mod args;
mod catalogue;
mod check;
mod conclusion;
mod exec;
mod exit;
mod format;
mod import;
mod inspect;
mod lint;
mod list;
mod parse;
mod progress;
mod record;
mod recordings;
mod report_file;
mod serve;
mod signals;
mod table;
mod terminal;

pub use args::main;
