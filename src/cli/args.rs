//! What the command line understands.

use super::app_server::AppServerArgs;
use super::check::CheckArgs;
use super::exec::ExecArgs;
use super::exit::EXIT_CODES;
use super::import::ImportArgs;
use super::inspect::InspectArgs;
use super::lint::LintArgs;
use super::list::ListArgs;
use super::record::RecordArgs;
use super::serve::ServeArgs;
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
    /// Make recordings of what other tools recorded
    #[command(after_help = ImportArgs::EXAMPLES)]
    Import(ImportArgs),
    /// Show what a recording holds
    #[command(after_help = InspectArgs::EXAMPLES)]
    Inspect(InspectArgs),
    /// List recordings, or what they do not reach
    #[command(after_help = ListArgs::EXAMPLES)]
    List(ListArgs),
    /// Look whether recordings are as they should be
    #[command(after_help = LintArgs::EXAMPLES)]
    Lint(LintArgs),
    /// Answer any client of the Responses API from recordings, turn by turn
    #[command(after_help = ServeArgs::EXAMPLES)]
    Serve(ServeArgs),
    /// Drive one turn, and print the model's text as it streams
    #[command(after_help = ExecArgs::EXAMPLES)]
    Exec(Box<ExecArgs>),
    /// Record what an upstream answers, through an app-server or for any client
    #[command(after_help = RecordArgs::EXAMPLES)]
    Record(Box<RecordArgs>),
    /// Serve the app-server protocol on stdin and stdout: the bundled app-server
    #[command(after_help = AppServerArgs::EXAMPLES)]
    AppServer(AppServerArgs),
}

/// Parses the arguments, runs the verb, and gives its exit status.
pub fn main() -> ExitCode {
    match Args::parse().verb {
        Verb::Check(args) => args.run(),
        Verb::Import(args) => args.run(),
        Verb::Inspect(args) => args.run(),
        Verb::List(args) => args.run(),
        Verb::Lint(args) => args.run(),
        Verb::Serve(args) => args.run(),
        Verb::Exec(args) => args.run(),
        Verb::Record(args) => args.run(),
        Verb::AppServer(args) => args.run(),
    }
}
