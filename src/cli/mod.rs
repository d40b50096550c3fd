//! The command line: arguments, progress, exit codes. The only place that prints.

mod app_server;
mod args;
mod carried;
mod catalogue;
mod check;
mod conclusion;
mod exec;
mod exit;
mod files;
mod format;
mod generate;
mod hunt;
mod import;
mod inspect;
mod lint;
mod list;
mod minimize;
mod parse;
mod progress;
mod record;
mod recordings;
mod report_file;
mod serve;
mod signals;
mod subject;
mod table;
mod terminal;

pub use args::main;
