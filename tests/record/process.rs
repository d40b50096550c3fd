//! The command as a process.

use crate::support::within;
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// `responses-parity record …`, running.
pub(crate) struct Recorder {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    said: Vec<String>,
}

/// What a recorder left behind.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

#[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
pub(crate) fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    for variable in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
        command.env_remove(variable).env_remove(variable.to_lowercase());
    }
    command.kill_on_drop(true).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_responses-parity");

/// The command for these arguments; the recording goes to `output`.
pub(crate) fn record(output: &Path, upstream: &str, arguments: &[&str]) -> Command {
    let mut command = command(PROGRAM);
    command.args(["record", "--upstream", upstream, "-o"]).arg(output).args(arguments);
    command
}

impl Recorder {
    pub(crate) fn start(mut command: Command) -> Recorder {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Recorder { child, lines, said: Vec::new() }
    }

    /// The next line on stdout.
    pub(crate) async fn line(&mut self) -> String {
        let line = within(self.lines.next_line()).await.unwrap().unwrap_or_default();
        self.said.push(line.clone());
        line
    }

    /// What clients are to use, from the first line.
    pub(crate) async fn base_url(&mut self) -> String {
        let line = self.line().await;
        let address = line.split_whitespace().nth(2);
        address.unwrap_or_else(|| panic!("no address in {line:?}")).to_owned()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().unwrap().try_into().unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    pub(crate) async fn wait(mut self) -> Left {
        let long = Duration::from_secs(60);
        let ended = tokio::time::timeout(long, async {
            while let Some(line) = self.lines.next_line().await.unwrap() {
                self.said.push(line);
            }
            let mut stderr = String::new();
            self.child.stderr.take().unwrap().read_to_string(&mut stderr).await.unwrap();
            (self.child.wait().await.unwrap(), stderr)
        });
        let (status, stderr) = ended.await.expect("the recorder ends");
        Left { status: status.code(), stdout: self.said.join("\n"), stderr }
    }
}

/// Runs it to its end.
pub(crate) async fn run(command: Command) -> Left {
    Recorder::start(command).wait().await
}
