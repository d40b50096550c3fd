//! A running `responses-parity exec`.

use std::io::Read;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Nothing here takes as long, unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A key that the program is given.
pub(crate) const KEY: &str = "sk-boathouse-4f1d9a7c2b8e6035";

pub(crate) struct Exec {
    child: Child,
    stdout: ChildStdout,
    stderr: Option<JoinHandle<String>>,
    /// Its folder for temporary files: what the app-server finds lies below.
    folder: TempDir,
}

#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Exec {
    pub(crate) fn start(arguments: &[&str]) -> Exec {
        Exec::start_with(arguments, &[])
    }

    #[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
    pub(crate) fn start_with(arguments: &[&str], variables: &[(&str, &str)]) -> Exec {
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_responses-parity"));
        command.arg("exec").args(arguments).env_remove("OPENAI_API_KEY").env("TMPDIR", folder.path());
        command.envs(variables.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let mut source = child.stderr.take().unwrap();
        let stderr = std::thread::spawn(move || {
            let mut text = String::new();
            source.read_to_string(&mut text).unwrap();
            text
        });
        Exec { child, stdout, stderr: Some(stderr), folder }
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Reads just so much of stdout, as soon as it is there.
    pub(crate) fn reads(&mut self, expected: &str) {
        let mut bytes = vec![0; expected.len()];
        self.stdout.read_exact(&mut bytes).unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    /// Ctrl-C.
    pub(crate) fn interrupt(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    }

    /// Waits for its end; gives what is left of stdout.
    pub(crate) fn finish(mut self) -> Done {
        self.end()
    }

    pub(crate) fn end(&mut self) -> Done {
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout).unwrap();
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.code().unwrap();
            }
            assert!(Instant::now() < deadline, "it does not end");
            std::thread::sleep(Duration::from_millis(5));
        };
        let stderr = self.stderr.take().unwrap().join().unwrap();
        Done { status, stdout, stderr }
    }
}

impl Drop for Exec {
    fn drop(&mut self) {
        // It has ended already, or the test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn run(arguments: &[&str]) -> Done {
    Exec::start(arguments).finish()
}

/// The bundled app-server. Real APIs get its usual number of retries, which takes time.
pub(crate) fn server_that_never_asks_again() -> String {
    let retries = ["request", "stream"].map(|what| format!("-c model_providers.replay.{what}_max_retries=0"));
    format!("{} app-server {}", env!("CARGO_BIN_EXE_responses-parity"), retries.join(" "))
}
