//! What the command line understands.

use super::app_server::AppServerArgs;
use super::check::CheckArgs;
use super::exit::EXIT_CODES;
use super::hunt::HuntArgs;
use super::minimize::MinimizeArgs;
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
    /// Look for a stream that the two paths treat differently
    #[command(after_help = HuntArgs::EXAMPLES)]
    Hunt(Box<HuntArgs>),
    /// Make a recording that goes wrong as small as it can be
    #[command(after_help = MinimizeArgs::EXAMPLES)]
    Minimize(Box<MinimizeArgs>),
    /// Serve the app-server protocol on stdin and stdout: the bundled app-server
    AppServer(AppServerArgs),
}

/// Parses the arguments, runs the verb, and gives its exit status.
pub fn main() -> ExitCode {
    match Args::parse().verb {
        Verb::Check(args) => args.run(),
        Verb::Hunt(args) => args.run(),
        Verb::Minimize(args) => args.run(),
        Verb::AppServer(args) => args.run(),
    }
}
