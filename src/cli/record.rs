//! `responses-parity record`.

mod report;
mod run;

use super::exit::{COULD_NOT_RUN, USAGE, fail};
use super::parse::{Protocol, parse_protocol};
use crate::record::{About, ApiKey, ListenAddress, UpstreamUrl};
use crate::recording::{Existing, load_turns};
use crate::replay::Path as ApiPath;
use crate::session::{Deadlines, ServerCommand};
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["prompts", "script", "listen", "recover"]))]
pub(super) struct RecordArgs {
    /// The upstream to record, as its clients know it: `https://api.openai.com/v1`
    #[arg(long, value_name = "URL", required_unless_present = "recover")]
    // Read later: clap would repeat one that is refused, with the credentials in it.
    upstream: Option<String>,
    /// The folder to make: the recording
    #[arg(short = 'o', long = "output", value_name = "FOLDER", required_unless_present = "recover")]
    output: Option<PathBuf>,
    /// What the user says; given again, a further turn
    #[arg(long = "prompt", value_name = "TEXT", conflicts_with_all = ["script", "listen"])]
    prompts: Vec<String>,
    /// A file with what the user says: `[[turn]]` with `user = "…"`, as in a recording.toml
    #[arg(long, value_name = "FILE", conflicts_with = "listen")]
    script: Option<PathBuf>,
    /// Record whatever client uses this address (127.0.0.1:PORT; port 0 takes a free one) until Ctrl-C
    #[arg(long, value_name = "ADDRESS", conflicts_with_all = ["path", "app_server", "protocol", "model"])]
    listen: Option<ListenAddress>,
    /// With --listen: end after so many exchanges
    #[arg(long, value_name = "N", requires = "listen", conflicts_with_all = ["prompts", "script"], value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    exchanges: Option<usize>,
    /// Make a recording of what a recorder left behind that was killed: the folder that it was to make
    #[arg(long, value_name = "FOLDER", conflicts_with_all = ["upstream", "output", "prompts", "script", "listen"])]
    recover: Option<PathBuf>,
    /// The app-server that asks the upstream, as a command line; the bundled one unless given
    #[arg(long, value_name = "COMMAND", value_parser = ServerCommand::parse)]
    app_server: Option<ServerCommand>,
    /// The path it takes: `direct` or `delegated`
    #[arg(long, value_name = "PATH", default_value = "direct")]
    path: ApiPath,
    /// The dialect it speaks; `auto` asks it
    #[arg(long, value_name = "PROTOCOL", default_value = "auto", value_parser = parse_protocol)]
    protocol: Protocol,
    /// The model it asks for
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// The environment variable with the API key, for requests that bring no `authorization`; it is never written anywhere
    #[arg(long, value_name = "NAME")]
    api_key_env: Option<String>,
    /// What the recording shows, in one line
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Replace a recording that is there
    #[arg(long)]
    force: bool,
    /// How long the upstream may be silent before its answer counts as stalled
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=3600))]
    longest_silence: u64,
    /// How long the app-server may take to answer a request
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..))]
    answer_timeout: u64,
}

/// Who asks the upstream.
enum Who {
    /// An app-server that is told what to say.
    AppServer(Vec<String>),
    /// Whoever comes.
    Anybody(ListenAddress),
}

impl RecordArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Examples:
  responses-parity record --upstream https://api.openai.com/v1 \\
      --api-key-env OPENAI_API_KEY \\
      --model gpt-5 --prompt 'Tell me about the kettle.' -o recordings/new/kettle
  responses-parity record --upstream http://127.0.0.1:8000/v1 \\
      --script turns.toml \\
      --path delegated -o recordings/new/tour
  responses-parity record --upstream https://api.openai.com/v1 \\
      --listen 127.0.0.1:8080 \\
      -o recordings/new/editor
  responses-parity record --recover recordings/new/editor

Exit status:
  0  recorded, and both paths replay it the same
  1  recorded; its replay differs, or is not what was recorded
  2  usage: an argument cannot be read, or the recording cannot go where it is to go
  3  could not run: the upstream, an app-server or the recorder itself failed";

    pub(super) fn run(self) -> ExitCode {
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return fail(COULD_NOT_RUN, error),
        };
        if let Some(target) = &self.recover {
            return runtime.block_on(self.recover(target));
        }
        // Both are required where nothing is recovered.
        let (Some(upstream), Some(target)) = (self.upstream.clone(), self.output.clone()) else {
            return fail(USAGE, "--upstream and --output are needed");
        };
        let upstream: UpstreamUrl = match upstream.parse() {
            Ok(upstream) => upstream,
            Err(problem) => return fail(USAGE, format!("--upstream: {problem}")),
        };
        match self.who() {
            Ok(who) => runtime.block_on(self.record(upstream, &target, who)),
            Err(problem) => fail(USAGE, problem),
        }
    }

    fn who(&self) -> Result<Who, String> {
        if let Some(address) = self.listen {
            return Ok(Who::Anybody(address));
        }
        let Some(script) = &self.script else { return Ok(Who::AppServer(self.prompts.clone())) };
        let turns = load_turns(script).map_err(|error| error.to_string())?;
        if turns.iter().any(|turn| turn.interrupt.is_some()) {
            return Err(format!(
                "{}: an interrupt cannot be recorded; add it to the recording.toml afterwards",
                script.display()
            ));
        }
        Ok(Who::AppServer(turns.into_iter().map(|turn| turn.user).collect()))
    }

    fn api_key(&self) -> Result<Option<ApiKey>, String> {
        let Some(name) = &self.api_key_env else { return Ok(None) };
        let missing = |error| format!("--api-key-env {name}: {error}; set it, or name another variable");
        let key = std::env::var(name).map_err(missing)?;
        ApiKey::new(&key).map(Some).map_err(|error| format!("--api-key-env {name}: {error}"))
    }

    fn existing(&self) -> Existing {
        if self.force { Existing::Replace } else { Existing::Refuse }
    }

    fn longest_silence(&self) -> Duration {
        Duration::from_secs(self.longest_silence)
    }

    /// A turn may be as silent as the upstream, and a little longer.
    fn deadlines(&self) -> Deadlines {
        let answer = Duration::from_secs(self.answer_timeout);
        Deadlines { start: answer, answer, turn: self.longest_silence() + answer, ..Deadlines::default() }
    }

    fn app_server(&self) -> std::io::Result<ServerCommand> {
        match &self.app_server {
            Some(command) => Ok(command.clone()),
            None => Ok(ServerCommand::new(std::env::current_exe()?).arg("app-server")),
        }
    }

    fn about(&self, upstream: &UpstreamUrl, who: &Who) -> About {
        let notes = match who {
            Who::AppServer(_) => {
                let server = self
                    .app_server
                    .as_ref()
                    .map_or_else(|| "the bundled app-server".to_owned(), |command| format!("`{command}`"));
                let model = self.model.as_ref().map(|model| format!(", model {model}")).unwrap_or_default();
                format!("Asked by {server}, {} path{model}.", self.path)
            }
            Who::Anybody(_) => {
                "Asked by a client of the recording proxy; its words are those of its requests.".to_owned()
            }
        };
        let description = self.description.clone().unwrap_or_else(|| match who {
            Who::AppServer(words) => format!("What {upstream} answers to {:?}.", words[0]),
            Who::Anybody(_) => format!("What {upstream} answered a client."),
        });
        About { description, source: upstream.to_string(), notes }
    }
}
