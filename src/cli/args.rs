//! What the command line understands.

use super::app_server::AppServerArgs;
use super::carried::{Carried, UnpackArgs};
use super::check::CheckArgs;
use super::exec::ExecArgs;
use super::generate::{CompletionsArgs, JsonSchemaArgs, ManArgs, TypescriptArgs};
use super::hunt::HuntArgs;
use super::import::ImportArgs;
use super::inspect::InspectArgs;
use super::lint::LintArgs;
use super::list::ListArgs;
use super::minimize::MinimizeArgs;
use super::record::RecordArgs;
use super::serve::ServeArgs;
use clap::{Command, CommandFactory, FromArgMatches, Parser, Subcommand};
use include_dir::Dir;
use std::process::ExitCode;

/// Record-and-replay parity tests for Codex-style app-servers
#[derive(Debug, Parser)]
#[command(name = "responses-parity", version, about, after_help = EXAMPLES)]
struct Args {
    #[command(subcommand)]
    verb: Verb,
}

/// For `--help`.
const EXAMPLES: &str = "\
Examples:
  responses-parity check
  responses-parity check --app-server 'codex app-server' --html report.html
  responses-parity hunt --seconds 60
  responses-parity check --help

Exit status:
  0  parity: every recording was replayed as recorded, and nothing differs; or nothing was found
  1  a divergence, a replay that was not what was recorded, or a finding
  2  usage: an argument or a recording cannot be read
  3  could not run: an app-server or the harness itself failed";

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
    /// Record what an upstream answers, through an app-server or for any client
    #[command(after_help = RecordArgs::EXAMPLES)]
    Record(Box<RecordArgs>),
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
    /// Write the protocol of the bundled app-server as TypeScript
    #[command(after_help = TypescriptArgs::EXAMPLES)]
    GenerateTs(TypescriptArgs),
    /// Write the protocol of the bundled app-server as JSON Schema
    #[command(after_help = JsonSchemaArgs::EXAMPLES)]
    GenerateJsonSchema(JsonSchemaArgs),
    /// Write out the recordings that this program carries
    #[command(after_help = UnpackArgs::EXAMPLES)]
    Unpack(UnpackArgs),
    /// Print what lets a shell complete the arguments of this program
    #[command(after_help = CompletionsArgs::EXAMPLES)]
    Completions(CompletionsArgs),
    /// Write the manual pages of this program
    #[command(after_help = ManArgs::EXAMPLES)]
    Man(ManArgs),
    /// Serve the app-server protocol on stdin and stdout: the bundled app-server
    #[command(after_help = AppServerArgs::EXAMPLES)]
    AppServer(AppServerArgs),
}

/// Parses the arguments, runs the verb, and gives its exit status. `recordings` is the folder that the program carries.
pub fn main(recordings: &'static Dir<'static>) -> ExitCode {
    let carried = Carried(recordings);
    let args = Args::from_arg_matches(&command().get_matches()).unwrap_or_else(|error| error.exit());
    match args.verb {
        Verb::Check(args) => args.run(carried),
        Verb::Hunt(args) => args.run(carried),
        Verb::Minimize(args) => args.run(),
        Verb::Record(args) => args.run(),
        Verb::Import(args) => args.run(),
        Verb::Inspect(args) => args.run(),
        Verb::List(args) => args.run(),
        Verb::Lint(args) => args.run(),
        Verb::Serve(args) => args.run(),
        Verb::Exec(args) => args.run(),
        Verb::GenerateTs(args) => args.run(),
        Verb::GenerateJsonSchema(args) => args.run(),
        Verb::Unpack(args) => args.run(carried),
        Verb::Completions(args) => args.run(command()),
        Verb::Man(args) => args.run(command()),
        Verb::AppServer(args) => args.run(),
    }
}

/// All verbs, with help that is as wide as the terminal.
fn command() -> Command {
    let verbs: Vec<_> = Args::command().get_subcommands().map(|verb| verb.get_name().to_owned()).collect();
    verbs
        .into_iter()
        .fold(Args::command(), |command, verb| command.mut_subcommand(verb, with_whole_paragraphs))
}

/// In the sources a paragraph stands in lines of some width, and whoever shows it breaks it anew.
fn with_whole_paragraphs(verb: Command) -> Command {
    let help = verb.get_after_help().map(|help| whole_paragraphs(&help.to_string()));
    verb.after_help(help.unwrap_or_default())
}

fn whole_paragraphs(text: &str) -> String {
    let mut whole = String::new();
    let mut is_open = false;
    for line in text.lines() {
        let is_prose = !line.is_empty() && !line.starts_with(' ');
        let joint = if is_prose && is_open { " " } else { "\n" };
        whole.push_str(if whole.is_empty() { "" } else { joint });
        whole.push_str(line);
        is_open = is_prose;
    }
    whole
}
