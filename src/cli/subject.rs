//! Which app-servers are looked at, and how: what the verbs that replay have in common.

use super::app_server::{BUNDLED_DIALECT, bundled};
use super::parse::{Protocol, parse_protocol};
use crate::check::{CheckOptions, Side};
use crate::replay::Path as ApiPath;
use crate::session::{Deadlines, ServerCommand};
use clap::Args;
use std::path::Path;
use std::time::Duration;

/// What reports call two app-servers that are compared: by the options that name them, for the beginnings of two command
/// lines are often the same.
const APP_SERVER: &str = "app-server";

/// See [`APP_SERVER`].
const AGAINST: &str = "against";

/// In seconds.
const TURN_TIMEOUT: u64 = 60;

/// In seconds.
const ANSWER_TIMEOUT: u64 = 10;

/// The arguments that name them.
#[derive(Debug, Args)]
pub(super) struct SubjectArgs {
    /// The app-server to check, as a command line; the bundled one unless given
    #[arg(long, value_name = "COMMAND", value_parser = ServerCommand::parse)]
    app_server: Option<ServerCommand>,
    /// The dialect it speaks; `auto` asks it
    #[arg(long, value_name = "PROTOCOL", default_value = "auto", value_parser = parse_protocol)]
    protocol: Protocol,
    /// The paths to take: `direct`, `delegated`, or `direct,delegated`; one alone is replayed and compared with nothing
    #[arg(long = "paths", value_name = "PATHS", value_delimiter = ',')]
    paths_taken: Vec<ApiPath>,
    /// Another app-server to compare it with, on the same path (the direct one unless --paths says otherwise)
    #[arg(long, value_name = "COMMAND", value_parser = ServerCommand::parse)]
    against: Option<ServerCommand>,
    /// Consent to what recorded tool calls want to do, without a sandbox, instead of declining it
    #[arg(long)]
    allow_tools: bool,
    /// How many recordings to replay at once
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..))]
    jobs: usize,
    /// How long a turn may be silent before it counts as never ending
    #[arg(long, value_name = "SECONDS", default_value_t = TURN_TIMEOUT, value_parser = clap::value_parser!(u64).range(1..))]
    turn_timeout: u64,
    /// How long the app-server may take to answer a request
    #[arg(long, value_name = "SECONDS", default_value_t = ANSWER_TIMEOUT, value_parser = clap::value_parser!(u64).range(1..))]
    answer_timeout: u64,
}

impl SubjectArgs {
    /// Everything that a check needs to know of them. Fails where this program's own path, which the bundled app-server is
    /// started by, is unknown.
    pub(super) fn options(&self) -> Result<CheckOptions, String> {
        let subject = match &self.app_server {
            Some(command) => command.clone(),
            None => bundled().map_err(|error| format!("this program's own path is unknown: {error}"))?,
        };
        let answer = Duration::from_secs(self.answer_timeout);
        let deadlines = Deadlines {
            start: answer,
            answer,
            turn: Duration::from_secs(self.turn_timeout),
            ..Deadlines::default()
        };
        Ok(CheckOptions {
            jobs: self.jobs,
            allow_tools: self.allow_tools,
            deadlines,
            ..CheckOptions::new(self.sides(subject))
        })
    }

    /// The command that checks a recording with these arguments, and some further ones, and shows all of it.
    pub(super) fn check_again(&self, recording: &Path, further: &[String]) -> String {
        let recording = recording.display().to_string();
        let mut words = vec!["responses-parity".to_owned(), "check".to_owned(), recording];
        words.extend(self.said());
        words.extend_from_slice(further);
        words.push("-v".to_owned());
        words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
    }

    /// Those of the arguments that are not as usual, as they are typed.
    fn said(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut option = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                words.extend([format!("--{name}"), value]);
            }
        };
        let seconds = |given: u64, usual: u64| (given != usual).then(|| given.to_string());
        option("app-server", self.app_server.as_ref().map(ToString::to_string));
        option("protocol", self.protocol.0.map(|dialect| dialect.to_string()));
        let paths: Vec<_> = self.paths_taken.iter().map(|path| path.name()).collect();
        option("paths", (!paths.is_empty()).then(|| paths.join(",")));
        option("against", self.against.as_ref().map(ToString::to_string));
        option("turn-timeout", seconds(self.turn_timeout, TURN_TIMEOUT));
        option("answer-timeout", seconds(self.answer_timeout, ANSWER_TIMEOUT));
        words.extend(self.allow_tools.then(|| "--allow-tools".to_owned()));
        words
    }

    fn sides(&self, subject: ServerCommand) -> Vec<Side> {
        let bundled = self.app_server.is_none().then_some(BUNDLED_DIALECT);
        let dialect = self.protocol.0.or(bundled);
        let side = |name: String, command: ServerCommand, path| Side { name, command, path, dialect };
        if let Some(against) = &self.against {
            let path = self.paths_taken.first().copied().unwrap_or(ApiPath::Direct);
            let other = Side { dialect: None, ..side(AGAINST.to_owned(), against.clone(), path) };
            return vec![side(APP_SERVER.to_owned(), subject, path), other];
        }
        let paths = if self.paths_taken.is_empty() { &ApiPath::ALL[..] } else { &self.paths_taken };
        paths.iter().map(|path| side(path.name().to_owned(), subject.clone(), *path)).collect()
    }
}

/// As a shell reads it. What holds a NUL byte no shell can say; it is shown as it is.
fn quoted(word: &str) -> String {
    shlex::try_quote(word).map_or_else(|_| word.to_owned(), std::borrow::Cow::into_owned)
}
