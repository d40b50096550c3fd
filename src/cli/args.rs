//! What the command line understands.

use super::app_server::AppServerArgs;
use super::check::CheckArgs;
use super::exit::EXIT_CODES;
use super::record::RecordArgs;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Record-and-replay parity tests for Codex-style app-servers
#[derive(Debug, Parser)]
#[command(name = "responses-parity", version, about, after_help = EXIT_CODES)]
struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Replay recordings down both paths of an app-server and compare everything that can be seen
    #[command(after_help = CheckArgs::EXAMPLES)]
    Check(Box<CheckArgs>),
    /// Record what an upstream answers, through an app-server or for any client
    #[command(after_help = RecordArgs::EXAMPLES)]
    Record(Box<RecordArgs>),
    /// Serve the app-server protocol on stdin and stdout: the bundled app-server
    AppServer(AppServerArgs),
}

/// Parses the arguments, runs the verb, and gives its exit status.
pub fn main() -> ExitCode {
    match Args::parse().verb {
        Verb::Check(args) => args.run(),
        Verb::Record(args) => args.run(),
        Verb::AppServer(args) => args.run(),
    }
}
