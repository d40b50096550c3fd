//! What the command line understands.

use super::app_server::AppServerArgs;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Debug, Parser)]
#[command(name = "responses-parity", version, about)]
struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serve the app-server protocol on stdin and stdout: the bundled app-server
    AppServer(AppServerArgs),
}

/// Parses the arguments, runs the verb, and gives its exit status.
pub fn main() -> ExitCode {
    match Args::parse().verb {
        Verb::AppServer(args) => args.run(),
    }
}
