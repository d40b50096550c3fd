//! How an app-server is started.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

/// A program, its arguments, and what it finds in its environment.
///
/// The server runs in an empty folder of its own, so paths among the arguments should be absolute.
///
/// ```
/// use responses_parity::session::ServerCommand;
///
/// let command = ServerCommand::new("codex").arg("app-server").env("RUST_LOG", "debug");
/// assert_eq!(command.to_string(), "codex app-server");
/// ```
#[derive(Clone, Debug)]
pub struct ServerCommand {
    program: PathBuf,
    arguments: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
    home_files: Vec<(String, String)>,
}

impl ServerCommand {
    /// A program without arguments: a name to be found on `PATH`, or a path.
    pub fn new(program: impl Into<PathBuf>) -> ServerCommand {
        ServerCommand {
            program: program.into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            home_files: Vec::new(),
        }
    }

    /// Reads a command line: words, quoted as for a POSIX shell. No shell ever sees it, so nothing in it is expanded.
    ///
    /// ```
    /// use responses_parity::session::ServerCommand;
    ///
    /// let command = ServerCommand::parse("codex -c 'model = \"x\"' app-server")?;
    /// assert_eq!(command.arguments()[1], "model = \"x\"");
    /// # Ok::<(), responses_parity::session::CommandError>(())
    /// ```
    ///
    /// # Errors
    /// [`CommandError`] if there is no word, or a quote is left open.
    pub fn parse(line: &str) -> Result<ServerCommand, CommandError> {
        let words = shlex::split(line).ok_or_else(|| CommandError::Quoting { line: line.to_owned() })?;
        let (program, arguments) = words.split_first().ok_or(CommandError::Empty)?;
        Ok(ServerCommand::new(program).args(arguments))
    }

    /// Adds an argument.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> ServerCommand {
        self.arguments.push(argument.into());
        self
    }

    /// Adds arguments.
    #[must_use]
    pub fn args<A: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = A>) -> ServerCommand {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Adds a variable to the clean environment the server gets, or replaces one of it.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> ServerCommand {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// What `config.toml` in the server's `CODEX_HOME` says. Without it there is none. `{CODEX_HOME}` in the text stands
    /// for that folder.
    #[must_use]
    pub fn config_toml(self, text: impl Into<String>) -> ServerCommand {
        self.home_file("config.toml", text)
    }

    /// Puts a file into the server's `CODEX_HOME`, or replaces one. `name` is a plain file name.
    #[must_use]
    pub fn home_file(mut self, name: &str, text: impl Into<String>) -> ServerCommand {
        self.home_files.retain(|(other, _)| other != name);
        self.home_files.push((name.to_owned(), text.into()));
        self
    }

    /// The program, as it was given.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The arguments, in order.
    pub fn arguments(&self) -> &[OsString] {
        &self.arguments
    }

    pub(super) fn environment(&self) -> &[(OsString, OsString)] {
        &self.environment
    }

    pub(super) fn home_files(&self) -> &[(String, String)] {
        &self.home_files
    }
}

/// The command line, quoted so that it can be pasted into a shell. Without variables: they may hold secrets.
impl fmt::Display for ServerCommand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&quoted(self.program.as_os_str()))?;
        self.arguments.iter().try_for_each(|argument| write!(f, " {}", quoted(argument)))
    }
}

/// Why a command line could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// There is nothing to start.
    #[error("the command line is empty\n  expected: a program and its arguments, such as `codex app-server`")]
    Empty,
    /// The quotes do not match.
    #[error(
        "a quote or a backslash is left open in the command line\n  got: {line}\n  next: close it, or write \\' or \\\" for a plain one"
    )]
    Quoting {
        /// What was given.
        line: String,
    },
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    // Only a NUL byte cannot be quoted; no program can be started with one, and that error is shown then.
    shlex::try_quote(&word).map_or_else(|_| format!("{word:?}"), |quoted| quoted.into_owned())
}
