//! The turn, from the prompt to its end.

use super::answer::{Local, Source};
use super::text::Text;
use super::{Answer, ExecError, Outcome, Redactor, Shown};
use crate::check::{ask_dialect, prepared};
use crate::replay::{Attendant, Path, ReplayError, opening};
use crate::session::{Conversation, Deadlines, Entry, McpProcess, ServerCommand};
use crate::wire::{Dialect, Meaning, Message, TurnEnding, value_at};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::sync::mpsc::UnboundedSender;

/// What every wait within the turn is for.
const THE_END: &str = "the end of the turn";

/// What runs the turn, and how.
#[derive(Clone, Debug)]
pub struct ExecOptions {
    /// The app-server.
    pub command: ServerCommand,
    /// The dialect it speaks; `None` asks it.
    pub dialect: Option<Dialect>,
    /// How it is to reach what answers.
    pub path: Path,
    /// What answers.
    pub answer: Answer,
    /// The model to ask for; `None` leaves one that only a stand-in knows.
    pub model: Option<String>,
    /// How long anything may take. `turn` is how long the turn may be silent.
    pub deadlines: Deadlines,
    /// Is given every JSON-RPC message, in order, as it is; see [`Redactor`]. Closed when the session ends.
    pub watcher: Option<UnboundedSender<Arc<Entry>>>,
}

/// Says `prompt` in a new conversation of a new app-server, and shows what comes until the turn is over.
///
/// What the app-server asks leave for is declined. The key of an [`Answer::Api`] is added to the delegate client's
/// requests; the app-server never sees it. On the direct path nobody adds it.
///
/// # Errors
/// [`ExecError`] where the app-server or the local upstream failed, where the turn fell silent, and where an app-server
/// that was to delegate did not. A turn that failed is an [`Outcome`].
///
/// ```no_run
/// use responses_parity::exec::{Answer, ExecOptions, Outcome, Shown, exec};
/// use responses_parity::replay::Path;
/// use responses_parity::session::{Deadlines, ServerCommand};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let options = ExecOptions {
///     command: ServerCommand::parse("codex app-server")?,
///     dialect: None,
///     path: Path::Delegated,
///     answer: Answer::Text("Hello there".to_owned()),
///     model: None,
///     deadlines: Deadlines::default(),
///     watcher: None,
/// };
/// let mut text = String::new();
/// let outcome = exec("Hello?", options, |shown| {
///     if let Shown::Text(piece) = shown {
///         text.push_str(&piece);
///     }
/// });
/// assert_eq!(outcome.await?, Outcome::Completed);
/// assert_eq!(text, "Hello there\n");
/// # Ok(())
/// # }
/// ```
pub async fn exec(prompt: &str, options: ExecOptions, show: impl FnMut(Shown)) -> Result<Outcome, ExecError> {
    let source = options.answer.source().await?;
    let redactor = Redactor::new(options.answer.key().cloned());
    let dialect = match options.dialect {
        Some(dialect) => dialect,
        None => ask_dialect(&options.command, &options.deadlines).await?,
    };
    let server = start(&options, dialect).await?;
    let mut opening = opening(&source.settings, &source.base_url);
    if let Some(model) = &options.model {
        opening.config.insert("model".to_owned(), json!(model));
    }
    let conversation = server.open(dialect, opening).await?;
    let Source { delegate, local, .. } = source;
    let attendant = Attendant::new(delegate, false);
    let (text, failure) = (Text::default(), None);
    let mut turn = Turn { options: &options, conversation, attendant, local, text, redactor, show, failure };
    let outcome = turn.run(prompt).await;
    turn.attendant.stop().await;
    if let Some(fault) = turn.local.take().and_then(|local| local.mount.fault()) {
        return Err(ReplayError::Upstream(fault).into());
    }
    drop(turn);
    let outcome = outcome?;
    server.shutdown().await?;
    Ok(outcome)
}

async fn start(options: &ExecOptions, dialect: Dialect) -> Result<McpProcess, ExecError> {
    let command = prepared(&options.command, options.path, dialect, false);
    let deadlines = options.deadlines.clone();
    let server = match &options.watcher {
        Some(watcher) => McpProcess::spawn_watched(&command, deadlines, watcher.clone()).await?,
        None => McpProcess::spawn(&command, deadlines).await?,
    };
    server.initialize().await?;
    Ok(server)
}

struct Turn<'a, S> {
    options: &'a ExecOptions,
    conversation: Conversation,
    attendant: Attendant,
    local: Option<Local>,
    text: Text,
    redactor: Redactor,
    show: S,
    failure: Option<String>,
}

impl<S: FnMut(Shown)> Turn<'_, S> {
    async fn run(&mut self, prompt: &str) -> Result<Outcome, ExecError> {
        self.conversation.say(prompt).await?;
        loop {
            let entry = self.conversation.next(THE_END, self.options.deadlines.turn).await?;
            let Some(meaning) = self.attendant.attend(&self.conversation, &entry).await? else { continue };
            let Message::Notification { params, .. } = &entry.message else { continue };
            if let Some(outcome) = self.see(meaning, params.as_deref())? {
                return Ok(outcome);
            }
        }
    }

    fn see(&mut self, meaning: Meaning, params: Option<&RawValue>) -> Result<Option<Outcome>, ExecError> {
        match meaning {
            Meaning::TextDelta(pointer) => {
                self.refuse_unless_delegated()?;
                let piece = self.text.piece(text_of(&value_at(params, pointer)));
                self.show_text(piece);
            }
            Meaning::Text(pointer) => {
                self.refuse_unless_delegated()?;
                self.show_message(&text_of(&value_at(params, pointer)));
            }
            Meaning::Retry(message) => {
                let end = self.text.broken_off();
                self.show_text(end.to_owned());
                self.note(&text_of(&message));
            }
            Meaning::Failure(message) => self.failure = Some(self.redactor.redacted(&text_of(&message))),
            Meaning::TurnEnded { ending, .. } => return self.ended(ending).map(Some),
            _ => {}
        }
        Ok(None)
    }

    fn ended(&mut self, ending: TurnEnding) -> Result<Outcome, ExecError> {
        let end = self.text.broken_off();
        self.show_text(end.to_owned());
        // A turn may fail before anybody is asked. But where the server asked by itself, or nobody knows, it has no other
        // way.
        let asked_itself = self.local.as_ref().is_none_or(|local| !local.mount.received().is_empty());
        if asked_itself || self.failure.is_none() {
            self.refuse_unless_delegated()?;
        }
        Ok(match (self.failure.take(), ending) {
            (Some(failure), _) => Outcome::Failed(failure),
            (None, TurnEnding::Aborted) => {
                Outcome::Failed("the app-server ended the turn before it was over".to_owned())
            }
            (None, TurnEnding::Complete) => Outcome::Completed,
        })
    }

    /// On the delegated path nothing can be shown before the call was delegated.
    fn refuse_unless_delegated(&self) -> Result<(), ReplayError> {
        if self.options.path == Path::Delegated && self.attendant.calls() == 0 {
            return Err(ReplayError::NoDelegatedPath { command: self.options.command.to_string() });
        }
        Ok(())
    }

    fn show_message(&mut self, message: &str) {
        match self.text.whole(message) {
            Ok(rest) => self.show_text(rest),
            Err(end) => {
                self.show_text(end);
                self.note(&format!(
                    "the message that was finished is not the one that was streamed: {message}"
                ));
            }
        }
    }

    fn show_text(&mut self, text: String) {
        if !text.is_empty() {
            (self.show)(Shown::Text(text));
        }
    }

    fn note(&mut self, note: &str) {
        (self.show)(Shown::Note(self.redactor.redacted(note)));
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
