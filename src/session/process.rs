//! Starting processes. The only file of the crate that does.

use super::command::ServerCommand;
use super::environment::Folders;
use super::error::SessionError;
use super::guard::{Guard, WATCHDOG};
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout};

/// A server that has just been started.
pub(super) struct Started {
    pub(super) child: Child,
    pub(super) pid: u32,
    pub(super) stdin: ChildStdin,
    pub(super) stdout: ChildStdout,
    pub(super) stderr: ChildStderr,
    pub(super) guard: Guard,
}

/// Starts the watchdog, then the server in the watchdog's group.
pub(super) fn start(command: &ServerCommand, folders: &Folders) -> Result<Started, SessionError> {
    let watchdog = start_watchdog(folders.root())
        .map_err(|cause| SessionError::Spawn { command: "/bin/sh".to_owned(), cause })?;
    let group = watchdog.id();
    let guard = Guard::over(watchdog);
    start_server(command, folders, group, guard)
        .map_err(|cause| SessionError::Spawn { command: command.to_string(), cause })
}

fn start_watchdog(folder: &Path) -> io::Result<std::process::Child> {
    clean_command(Path::new("/bin/sh"))
        .args(["-c", WATCHDOG, "responses-parity-watchdog"])
        .arg(folder)
        .env("PATH", "/usr/bin:/bin")
        .current_dir("/")
        .process_group(0)
        .stdin(Stdio::piped())
        // Not inherited: test runners wait until everyone who holds their pipes is gone.
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

fn start_server(command: &ServerCommand, folders: &Folders, group: u32, guard: Guard) -> io::Result<Started> {
    let mut server = clean_command(&resolved(command.program())?);
    server
        .args(command.arguments())
        .envs(folders.environment(command))
        .current_dir(folders.surroundings(0).work_dir)
        .process_group(group.try_into().map_err(io::Error::other)?)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = tokio::process::Command::from(server).kill_on_drop(true).spawn()?;
    let missing = || io::Error::other("a pipe to the process is missing");
    Ok(Started {
        pid: child.id().ok_or_else(missing)?,
        stdin: child.stdin.take().ok_or_else(missing)?,
        stdout: child.stdout.take().ok_or_else(missing)?,
        stderr: child.stderr.take().ok_or_else(missing)?,
        child,
        guard,
    })
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place that starts processes: with an empty environment, in a guarded group"
)]
fn clean_command(program: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(program);
    command.env_clear();
    command
}

/// A path that is relative means the harness's folder, not the empty one in which the server runs.
fn resolved(program: &Path) -> io::Result<PathBuf> {
    if program.components().count() > 1 { std::path::absolute(program) } else { Ok(program.to_owned()) }
}
