//! Nothing stays behind, however a session or its harness ends.
//!
//! The servers here ignore what can be ignored, and so does a child of theirs, which holds a named pipe open: the pipe's
//! end is the proof that nobody of the group is left.

use crate::fake::{SOON, command, deadlines, open, start, start_with};
use insta::assert_snapshot;
use responses_parity::session::{Deadlines, Exit, McpProcess};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs::File;
use std::io::Read;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// Ignores every polite request to end, with a child that does the same.
const STUBBORN: &str = r#"
trap '' HUP INT QUIT TERM
sh -c 'exec sleep 1000 3>"$1"' child "$FIFO" &
while :; do sleep 1000; done
"#;

#[expect(clippy::disallowed_methods, reason = "a test's own child, not a server")]
fn run(program: impl AsRef<std::ffi::OsStr>) -> std::process::Command {
    std::process::Command::new(program)
}

/// Tells when all processes that hold a named pipe open are gone.
struct Witness {
    folder: TempDir,
    /// Comes once somebody holds it open.
    opened: Option<oneshot::Receiver<()>>,
    closed: oneshot::Receiver<()>,
}

impl Witness {
    fn new() -> Witness {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        assert!(run("mkfifo").arg(&fifo).status().unwrap().success());
        let (tell_opened, opened) = oneshot::channel();
        let (tell_closed, closed) = oneshot::channel();
        std::thread::spawn(move || {
            let mut pipe = File::open(fifo).unwrap();
            let _ = tell_opened.send(());
            pipe.read_to_end(&mut Vec::new()).unwrap();
            let _ = tell_closed.send(());
        });
        Witness { folder, opened: Some(opened), closed }
    }

    fn fifo(&self) -> PathBuf {
        self.folder.path().join("fifo")
    }

    async fn everyone_is_there(&mut self) {
        timeout(SOON, self.opened.take().unwrap()).await.expect("the server's child is up").unwrap();
    }

    async fn everyone_is_gone(self) {
        timeout(SOON, self.closed).await.expect("nobody of the group is left").unwrap();
    }
}

async fn start_stubborn(witness: &mut Witness, deadlines: Deadlines) -> McpProcess {
    let command = command(STUBBORN).env("FIFO", witness.fifo());
    let server = McpProcess::spawn(&command, deadlines).await.unwrap();
    witness.everyone_is_there().await;
    server
}

#[tokio::test]
async fn a_drop_ends_the_whole_group() {
    let mut witness = Witness::new();
    let server = start_stubborn(&mut witness, deadlines()).await;
    drop(server);
    witness.everyone_is_gone().await;
}

#[tokio::test]
async fn a_panic_ends_the_whole_group() {
    let mut witness = Witness::new();
    let server = start_stubborn(&mut witness, deadlines()).await;
    let panicking = tokio::spawn(async move {
        let _server = server;
        panic!("on purpose");
    });
    assert!(panicking.await.unwrap_err().is_panic());
    witness.everyone_is_gone().await;
}

#[tokio::test]
async fn a_shutdown_ends_the_whole_group_after_its_deadline() {
    let mut witness = Witness::new();
    let stop = Duration::from_millis(100);
    let server = start_stubborn(&mut witness, Deadlines { stop, ..deadlines() }).await;
    let exit = server.shutdown().await.unwrap();
    assert_eq!(exit, Exit::Killed { after: stop });
    assert_snapshot!(exit, @"the server was killed: it still ran 100ms after its stdin was closed");
    witness.everyone_is_gone().await;
}

#[tokio::test]
async fn a_wrapper_that_ends_does_not_leave_its_child() {
    let mut witness = Witness::new();
    let script = r#"sh -c 'exec sleep 1000 3>"$1"' child "$FIFO" & answer 0 '{}'; stay"#;
    let command = command(script).env("FIFO", witness.fifo());
    let server = McpProcess::spawn(&command, deadlines()).await.unwrap();
    server.request::<Value>("ready", &()).await.unwrap();
    witness.everyone_is_there().await;
    assert_snapshot!(server.shutdown().await.unwrap(), @"the server ended by itself: exit status: 0");
    witness.everyone_is_gone().await;
}

#[tokio::test]
async fn a_shutdown_reads_what_the_server_still_has_to_say() {
    let server = start("conversation 0 one; stay; event one task_complete; exit 7").await;
    let conversation = open(&server).await;
    assert_snapshot!(server.shutdown().await.unwrap(), @"the server ended by itself: exit status: 7");
    let last = conversation.transcript().entries.pop().unwrap();
    assert_eq!(last.label(), "`codex/event/task_complete`");
}

#[tokio::test]
async fn a_server_that_ended_before_its_shutdown_is_an_error() {
    let server = start("read -r _; exit 7").await;
    server.initialize().await.unwrap_err();
    assert_snapshot!(server.shutdown().await.unwrap_err(), @r#"
    the server ended
      expected: a server that runs until its stdin is closed
      got: the end of the stream
      process: exit status: 7
      stderr: (nothing)
      next: see stderr; run `sh -c 'eval "$SCRIPT"'` by hand, with RUST_LOG=debug if stderr is silent
    "#);
}

#[tokio::test]
async fn a_server_without_a_word_is_shut_down() {
    let server = start_with("stay", deadlines()).await;
    assert_snapshot!(server.shutdown().await.unwrap(), @"the server ended by itself: exit status: 0");
}

/// A program that uses this crate: it waits for the first answer of the server at `script`. It would end by itself after
/// a minute, should nobody end it.
fn start_harness(script: &Path, temporary: &Path) -> Child {
    // What runs these tests may ignore signals, as `nohup` and scripts in the background do, and that is inherited.
    run("env")
        .arg("--default-signal=INT,TERM,HUP")
        .arg(env!("CARGO_BIN_EXE_responses-parity"))
        .args(["check", "recordings/text/plain", "--paths", "direct", "--protocol", "v1"])
        .args(["--answer-timeout", "60", "--app-server"])
        .arg(format!("sh {}", script.display()))
        .env("TMPDIR", temporary)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[test]
fn folders_inside_a_git_repository_are_refused() {
    let repository = tempfile::tempdir().unwrap();
    std::fs::create_dir(repository.path().join(".git")).unwrap();
    let temporary = repository.path().join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    let output = start_harness(Path::new("unused"), &temporary).wait_with_output().unwrap();
    let report = String::from_utf8(output.stderr).unwrap();
    assert!(report.contains("the folder for temporary files is in the git repository"), "{report}");
    assert_eq!(temporary.read_dir().unwrap().count(), 0);
}

/// Ends a harness by a signal: its server must be gone, and so must its folders.
async fn end_harness_by(signal: Signal) {
    let mut witness = Witness::new();
    let script = witness.folder.path().join("server.sh");
    std::fs::write(&script, format!("FIFO={}\n{STUBBORN}", witness.fifo().display())).unwrap();
    let temporary = tempfile::tempdir().unwrap();
    let mut harness = start_harness(&script, temporary.path());
    witness.everyone_is_there().await;
    assert_eq!(temporary.path().read_dir().unwrap().count(), 1);
    kill_process(Pid::from_child(&harness), signal).unwrap();
    let status = within_deadline(move || harness.wait().unwrap()).await;
    assert_eq!(status.signal(), Some(signal.as_raw()), "the signal does what it does to any program");
    witness.everyone_is_gone().await;
    assert_eq!(temporary.path().read_dir().unwrap().count(), 0, "the folders went first");
}

async fn within_deadline<T: Send + 'static>(wait: impl FnOnce() -> T + Send + 'static) -> T {
    let waited = tokio::time::timeout(Duration::from_secs(20), tokio::task::spawn_blocking(wait)).await;
    waited.expect("the harness ends at once").unwrap()
}

#[tokio::test]
async fn ctrl_c_ends_the_whole_group() {
    end_harness_by(Signal::INT).await;
}

#[tokio::test]
async fn sigterm_ends_the_whole_group() {
    end_harness_by(Signal::TERM).await;
}

#[tokio::test]
async fn a_closed_terminal_ends_the_whole_group() {
    end_harness_by(Signal::HUP).await;
}

#[tokio::test]
async fn sigkill_ends_the_whole_group() {
    end_harness_by(Signal::KILL).await;
}
