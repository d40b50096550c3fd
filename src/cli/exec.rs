//! `responses-parity exec`.

use super::app_server::bundled;
use super::exit::{COULD_NOT_RUN, FAILED, USAGE, fail, note, printed};
use super::signals::Signals;
use crate::exec::{Answer, ExecError, ExecOptions, Outcome, Redactor, Shown, exec};
use crate::recording::discover;
use crate::replay::{ApiKey, NotAKey, Path as ApiPath, ReplayError};
use crate::report::printable;
use crate::session::{Deadlines, Direction, Entry, ServerCommand};
use crate::wire::Dialect;
use clap::Args;
use reqwest::Url;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

/// Where the key of a real API is found.
const KEY_VARIABLE: &str = "OPENAI_API_KEY";

#[derive(Debug, Args)]
pub(super) struct ExecArgs {
    /// What the user says
    #[arg(value_name = "PROMPT")]
    prompt: String,
    /// Answer with this text, made into a stream; without this and the next two, with a greeting
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["recording", "upstream"], default_value = "Hello! What shall we build today?")]
    hello_text: String,
    /// Answer with a recording, whatever is asked
    #[arg(long, value_name = "RECORDING", conflicts_with = "upstream")]
    recording: Option<PathBuf>,
    /// Ask a real API: its base URL, such as https://api.example.com/v1; OPENAI_API_KEY is added to the request
    #[arg(long, value_name = "URL")]
    upstream: Option<Url>,
    /// The model to ask for; a real API needs one that it knows
    #[arg(long, value_name = "MODEL")]
    model: Option<String>,
    /// The app-server, as a command line; the bundled one unless given
    #[arg(long, value_name = "COMMAND", value_parser = ServerCommand::parse)]
    app_server: Option<ServerCommand>,
    /// The path to take: `delegated` (this program performs the call) or `direct` (the app-server does, without a key)
    #[arg(long, value_name = "PATH", default_value = "delegated")]
    path: ApiPath,
    /// Print every JSON-RPC line on stderr: `->` to the app-server, `<-` from it; without secrets
    #[arg(long)]
    trace_jsonrpc: bool,
    /// How long the turn may be silent
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    turn_timeout: u64,
}

impl ExecArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
The model's text goes to stdout as it comes, and nothing else does.

OPENAI_API_KEY is read where --upstream is given. It goes into the HTTP request that this program
makes, and nowhere else: not to the app-server, not into a file, not into the trace.

Examples:
  responses-parity exec 'Say hello'
  responses-parity exec 'Say hello' --hello-text 'Hello, harbour' \\
      --trace-jsonrpc
  responses-parity exec 'Which tools are there?' \\
      --recording recordings/tools/two-rounds
  responses-parity exec 'Say hello' --upstream https://api.openai.com/v1 \\
      --model gpt-5
  responses-parity exec 'Say hello' --app-server 'codex app-server' \\
      --path direct

Exit status:
  0  the turn completed
  1  the turn failed; the app-server's reason is on stderr
  2  usage: an argument or a recording cannot be read
  3  could not run: the app-server failed, fell silent, or has no delegated path";

    pub(super) fn run(self) -> ExitCode {
        let answer = match self.answer() {
            Ok(answer) => answer,
            Err(problem) => return fail(USAGE, problem),
        };
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return fail(COULD_NOT_RUN, error),
        };
        runtime.block_on(self.exec(answer))
    }

    fn answer(&self) -> Result<Answer, String> {
        match (&self.upstream, &self.recording) {
            (Some(base_url), _) => {
                check_upstream(base_url).map_err(|problem| format!("--upstream: {problem}"))?;
                let key = key()?;
                // A server on this machine mostly wants none.
                if key.is_none() && base_url.scheme() == "https" {
                    note(format!("{KEY_VARIABLE} is not set; the request goes without a key"));
                }
                Ok(Answer::Api { base_url: base_url.clone(), key })
            }
            (None, Some(path)) => recorded(path),
            (None, None) => Ok(Answer::Text(self.hello_text.clone())),
        }
    }

    async fn exec(self, answer: Answer) -> ExitCode {
        let trace = self.trace_jsonrpc.then(|| Trace::begin(Redactor::new(answer.key().cloned())));
        let options = match self.options(answer) {
            Ok(options) => options,
            Err(error) => {
                return fail(COULD_NOT_RUN, format!("this program's own path is unknown: {error}"));
            }
        };
        let (watcher, trace) = trace.map(|trace| (trace.watcher, trace.printing)).unzip();
        let mut signals = match Signals::listen() {
            Ok(signals) => signals,
            Err(error) => return fail(COULD_NOT_RUN, format!("signals cannot be had: {error}")),
        };
        let mut printer = Printer { printed: Ok(()) };
        let turn = exec(&self.prompt, ExecOptions { watcher, ..options }, |shown| printer.show(shown));
        let outcome = tokio::select! {
            outcome = turn => outcome,
            // With the turn go the app-server and its folders.
            () = signals.any() => return fail(COULD_NOT_RUN, "interrupted before the turn was over"),
        };
        if let Some(trace) = trace {
            // It ends with the session, which has ended.
            let _ = trace.await;
        }
        match outcome {
            Ok(Outcome::Completed) => printed(printer.printed, 0),
            Ok(Outcome::Failed(reason)) => fail(FAILED, printable(&reason)),
            Err(ExecError::Replay(ReplayError::NoDelegatedPath { command })) => {
                let problem = format!(
                    "`{command}` has no delegated path: with the feature responses_http_over_jsonrpc switched on, it made no responsesApi/call; use --path direct"
                );
                fail(COULD_NOT_RUN, problem)
            }
            Err(error) => fail(COULD_NOT_RUN, error),
        }
    }

    fn options(&self, answer: Answer) -> io::Result<ExecOptions> {
        let (command, dialect) = match &self.app_server {
            Some(command) => (command.clone(), None),
            None => (bundled()?, Some(Dialect::V1)),
        };
        let turn = Duration::from_secs(self.turn_timeout);
        Ok(ExecOptions {
            command,
            dialect,
            path: self.path,
            answer,
            model: self.model.clone(),
            deadlines: Deadlines { turn, ..Deadlines::default() },
            watcher: None,
        })
    }
}

/// Prints what crosses the pipe.
struct Trace {
    watcher: UnboundedSender<Arc<Entry>>,
    printing: JoinHandle<()>,
}

impl Trace {
    fn begin(redactor: Redactor) -> Trace {
        let (watcher, entries) = unbounded_channel();
        Trace { watcher, printing: tokio::spawn(print_all(entries, redactor)) }
    }
}

async fn print_all(mut entries: UnboundedReceiver<Arc<Entry>>, redactor: Redactor) {
    while let Some(entry) = entries.recv().await {
        let direction = match entry.direction {
            Direction::Sent => "->",
            Direction::Received => "<-",
        };
        say(&format!("{direction} {}", redactor.redacted(&entry.line())));
    }
}

/// Prints what is shown.
struct Printer {
    /// What came of it; after a failure nothing more is printed.
    printed: io::Result<()>,
}

impl Printer {
    fn show(&mut self, shown: Shown) {
        match shown {
            Shown::Text(text) if self.printed.is_ok() => self.printed = print(&text),
            Shown::Text(_) => {}
            Shown::Note(note) => say(&format!("note: {note}")),
        }
    }
}

/// At once: a terminal shows whole lines only, unless told otherwise.
fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// A line on stderr. Where that is gone, nobody wants to know.
fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(line));
}

/// Without it a request goes without a key, as to a server that wants none.
fn key() -> Result<Option<ApiKey>, String> {
    let Some(value) = std::env::var_os(KEY_VARIABLE).filter(|value| !value.is_empty()) else {
        return Ok(None);
    };
    let key = value.to_str().and_then(|text| ApiKey::new(text).ok());
    key.map(Some).ok_or_else(|| format!("{KEY_VARIABLE} holds no key: {NotAKey}"))
}

fn recorded(path: &Path) -> Result<Answer, String> {
    let found = discover(path).map_err(|error| error.to_string())?;
    let [recording] = found.as_slice() else {
        let count = found.len();
        return Err(format!("{}: holds {count} recordings, and one can answer; name it", path.display()));
    };
    let recording = recording.load().map_err(|error| error.to_string())?;
    if recording.turns.len() > 1 {
        note(format!("the recording has {} turns; this is the first", recording.turns.len()));
    }
    Ok(Answer::Recording(Box::new(recording)))
}

/// Says nothing of the URL itself, which may hold what nobody is to see.
fn check_upstream(url: &Url) -> Result<(), String> {
    if !["http", "https"].contains(&url.scheme()) {
        return Err("expected a URL that begins with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!("the app-server would see the credentials in it; put a key into {KEY_VARIABLE}"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("expected a base URL, to which /responses is added, without ? and #".to_owned());
    }
    Ok(())
}
