//! One running app-server.

use super::command::ServerCommand;
use super::conversation::Conversation;
use super::deadlines::Deadlines;
use super::ended::EndCause;
use super::entry::Entry;
use super::environment::{Folders, Surroundings};
use super::error::SessionError;
use super::guard::Guard;
use super::limits::Limits;
use super::link::Link;
use super::process::{self, Started};
use super::reader::{Signs, exit_of, read_all};
use super::router::{Owner, Router};
use super::stopped::{Exit, Stopped};
use super::strays::Strays;
use super::transport::{Partial, StderrTail, write_lines};
use crate::wire::{
    Capabilities, ClientInfo, Dialect, InitializeResult, InitializeV2Params, Message, NewConversationParams,
    NewConversationResult, methods, to_raw,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::io;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::process::{Child, ChildStdin};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// After the whole group is dead, how long its pipes and its status may take to say so.
const REAP: Duration = Duration::from_secs(1);

/// One running app-server and the only way to it. Dropping it kills the server and all that it started.
///
/// ```no_run
/// use responses_parity::session::{Deadlines, McpProcess, ServerCommand};
/// use responses_parity::wire::NewConversationParams;
///
/// # async fn example() -> Result<(), Box<dyn std::error::Error>> {
/// let command = ServerCommand::parse("codex app-server")?.config_toml("model = \"mock-model\"");
/// let server = McpProcess::spawn(&command, Deadlines::default()).await?;
/// server.initialize().await?;
/// let mut conversation = server.new_conversation(NewConversationParams::default()).await?;
/// conversation.add_listener(true, false).await?;
/// conversation.send_user_message("Hello").await?;
/// let turn = server.deadlines().turn;
/// let entry = conversation.next("the first notification", turn).await?;
/// println!("{}", entry.line());
/// drop(conversation);
/// println!("{}", server.shutdown().await?);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct McpProcess {
    link: Arc<Link>,
    exit: watch::Receiver<Option<ExitStatus>>,
    reader: JoinHandle<()>,
    // Dropped in this order: processes first, then the folders they may still write to.
    guard: Guard,
    _folders: Folders,
}

impl McpProcess {
    /// Starts a server, in folders and with an environment of its own. Says nothing to it yet.
    ///
    /// Needs a tokio runtime with time and I/O enabled, and lives in it.
    ///
    /// # Errors
    /// [`SessionError::Spawn`] if the program cannot be started, [`SessionError::Surroundings`] if its folders
    /// cannot be made.
    pub async fn spawn(command: &ServerCommand, deadlines: Deadlines) -> Result<McpProcess, SessionError> {
        McpProcess::spawn_with_limits(command, deadlines, Limits::default()).await
    }

    /// The same, and gives `watcher` every message, in the order in which they cross the pipe. The channel is closed when
    /// the session ends.
    ///
    /// # Errors
    /// As [`spawn`](McpProcess::spawn).
    pub async fn spawn_watched(
        command: &ServerCommand,
        deadlines: Deadlines,
        watcher: mpsc::UnboundedSender<Arc<Entry>>,
    ) -> Result<McpProcess, SessionError> {
        McpProcess::begin(command, deadlines, Limits::default(), Some(watcher))
    }

    /// The same, with other limits to what is kept of what the server sends.
    ///
    /// # Errors
    /// As [`spawn`](McpProcess::spawn).
    pub async fn spawn_with_limits(
        command: &ServerCommand,
        deadlines: Deadlines,
        limits: Limits,
    ) -> Result<McpProcess, SessionError> {
        McpProcess::begin(command, deadlines, limits, None)
    }

    fn begin(
        command: &ServerCommand,
        deadlines: Deadlines,
        limits: Limits,
        watcher: Option<mpsc::UnboundedSender<Arc<Entry>>>,
    ) -> Result<McpProcess, SessionError> {
        let folders = Folders::create(command)?;
        let started = process::start(command, &folders)?;
        let (outbox, queue) = mpsc::unbounded_channel();
        let link = Arc::new(Link {
            router: Mutex::new(Router::new(outbox, limits, watcher)),
            started: Instant::now(),
            stderr: StderrTail::default(),
            partial: Partial::default(),
            floor: Arc::default(),
            deadlines,
            surroundings: folders.surroundings(started.pid),
            command: command.to_string(),
        });
        Ok(McpProcess::attend(link, started, queue, folders))
    }

    /// Starts the tasks that keep the pipes moving.
    fn attend(
        link: Arc<Link>,
        started: Started,
        queue: mpsc::UnboundedReceiver<Arc<str>>,
        folders: Folders,
    ) -> McpProcess {
        let exit = watch_exit(started.child);
        let signs = Signs {
            exit: exit.clone(),
            write_failure: write_all(started.stdin, queue),
            stderr: tokio::spawn(link.stderr.clone().fill_from(started.stderr)),
        };
        McpProcess {
            reader: tokio::spawn(read_all(Arc::clone(&link), started.stdout, signs)),
            link,
            exit,
            guard: started.guard,
            _folders: folders,
        }
    }

    /// Where the server runs.
    pub fn surroundings(&self) -> &Surroundings {
        &self.link.surroundings
    }

    /// How long it may take for what.
    pub fn deadlines(&self) -> &Deadlines {
        &self.link.deadlines
    }

    /// The handshake: `initialize`, and after its answer `initialized`.
    ///
    /// # Errors
    /// [`SessionError::Deadline`] if the server is not up within [`Deadlines::start`]; [`SessionError::Rejected`];
    /// [`SessionError::Ended`].
    pub async fn initialize(&self) -> Result<InitializeResult, SessionError> {
        let params = InitializeV2Params {
            client_info: ClientInfo {
                name: "responses-parity".to_owned(),
                title: None,
                // Reaches the upstream in every `user-agent`. A fixed one keeps recordings and snapshots still.
                version: "1".to_owned(),
            },
            // Raw items are experimental in the v2 dialect; v1 servers do not know the word.
            capabilities: Capabilities { experimental_api: true },
        };
        let start = self.link.deadlines.start;
        let result = self.link.request(Owner::Process, methods::INITIALIZE, &params, start).await?;
        let initialized = Message::Notification { method: methods::INITIALIZED.to_owned(), params: None };
        self.link.post(&Owner::Process, initialized)?;
        Ok(result)
    }

    /// Opens a conversation of the v1 dialect, and subscribes to nothing.
    ///
    /// # Errors
    /// As [`request`](McpProcess::request).
    pub async fn new_conversation(
        &self,
        params: NewConversationParams,
    ) -> Result<Conversation, SessionError> {
        let opened = |started: &NewConversationResult| started.clone();
        self.open_with(methods::NEW_CONVERSATION, to_raw(&params), Dialect::V1, opened).await
    }

    /// Sends the request that opens a conversation. `opened` reads its answer.
    pub(super) async fn open_with<R: DeserializeOwned>(
        &self,
        method: &str,
        params: Box<RawValue>,
        dialect: Dialect,
        opened: impl FnOnce(&R) -> NewConversationResult,
    ) -> Result<Conversation, SessionError> {
        let answer = self.link.deadlines.answer;
        let call = self.link.call(Owner::NewConversation, method, Some(params), answer);
        let mut reply = call.await?;
        let started = opened(&reply.parse(method)?);
        match reply.registration.take() {
            Some(registration) => Ok(Conversation::new(registration, started, dialect)),
            None => Err(SessionError::UnexpectedAnswer {
                method: method.to_owned(),
                expected: "a conversation with a name of its own",
                got: started.conversation_id.to_string(),
                problem: "another conversation of this process has that name".to_owned(),
            }),
        }
    }

    /// Sends a request that belongs to no conversation, and waits for its answer for [`Deadlines::answer`].
    ///
    /// # Errors
    /// [`SessionError::Rejected`] if the answer is an error, [`SessionError::UnexpectedAnswer`] if it is no `R`,
    /// [`SessionError::Deadline`] if none comes, [`SessionError::Ended`] if none will.
    ///
    /// # Panics
    /// If `params` cannot be written as JSON; the types of [`wire`](crate::wire) always can.
    pub async fn request<R: DeserializeOwned>(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<R, SessionError> {
        self.link.request(Owner::Process, method, params, self.link.deadlines.answer).await
    }

    /// Sends a notification that belongs to no conversation. Returns when it is queued; see
    /// [`ConversationSender`](super::ConversationSender).
    ///
    /// # Errors
    /// [`SessionError::Ended`].
    pub async fn notify(&self, method: &str, params: &impl Serialize) -> Result<(), SessionError> {
        self.link.post(&Owner::Process, Message::notification(method, params))
    }

    /// The messages so far that belong to no conversation, or to one that the server never opened, in order: the last
    /// ones, as many as [`Limits`] allow.
    pub fn entries(&self) -> Vec<Arc<Entry>> {
        self.link.router().process_log()
    }

    /// What came so far that belongs to no conversation and to no request. What comes while the server ends is told by
    /// [`stop`](McpProcess::stop).
    pub fn strays(&self) -> Strays {
        self.link.router().strays()
    }

    /// The last 8 KiB that the server wrote to stderr, without secrets.
    pub fn stderr_tail(&self) -> String {
        self.link.stderr.text()
    }

    /// Ends the server as [`stop`](McpProcess::stop) does, for those who only ask how it ended.
    ///
    /// # Errors
    /// As [`stop`](McpProcess::stop).
    pub async fn shutdown(self) -> Result<Exit, SessionError> {
        self.stop().await.map(|stopped| stopped.exit)
    }

    /// Closes the server's stdin, waits for its end for [`Deadlines::stop`], and kills what is left of its group.
    ///
    /// What the server still sends while it ends is in the transcripts of the conversations when this returns, or among
    /// the strays.
    ///
    /// # Errors
    /// [`SessionError::Ended`] if the server had ended, or broken the protocol, before it was asked to stop or while
    /// it stopped. It is dead then, too.
    pub async fn stop(mut self) -> Result<Stopped, SessionError> {
        self.link.router().close();
        let stop = self.link.deadlines.stop;
        let status = timeout(stop, exit_of(self.exit.clone())).await.ok().flatten();
        self.guard.end_group();
        // Nobody is left to hold the pipes, so this is quick; but a process can leave its group.
        let _ = timeout(REAP, &mut self.reader).await;
        self.link.end(EndCause::ShutDown, status);
        let ended = self.link.router().ended();
        match ended {
            Some(ended) if ended.cause != EndCause::ShutDown => Err(SessionError::Ended {
                waiting_for: "a server that runs until its stdin is closed".to_owned(),
                ended,
            }),
            _ => Ok(Stopped {
                exit: status.map_or(Exit::Killed { after: stop }, Exit::Exited),
                strays: self.strays(),
            }),
        }
    }
}

impl Drop for McpProcess {
    fn drop(&mut self) {
        self.link.router().close();
        self.link.end(EndCause::ShutDown, None);
        self.reader.abort();
        self.guard.end_group();
    }
}

/// Waits for the process and tells how it ended. It does so also after the session is dropped: a process that nobody
/// waits for stays in the system's table.
fn watch_exit(mut child: Child) -> watch::Receiver<Option<ExitStatus>> {
    let (exited, exit) = watch::channel(None);
    tokio::spawn(async move {
        if let Ok(status) = child.wait().await {
            let _ = exited.send(Some(status));
        }
    });
    exit
}

fn write_all(stdin: ChildStdin, queue: mpsc::UnboundedReceiver<Arc<str>>) -> oneshot::Receiver<io::Error> {
    let (failed, failure) = oneshot::channel();
    tokio::spawn(async move {
        if let Err(error) = write_lines(stdin, queue).await {
            let _ = failed.send(error);
        }
    });
    failure
}
