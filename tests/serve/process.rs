//! A running `responses-parity serve`, as a person or a script starts it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Nothing here takes as long, unless it hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Serve {
    child: Child,
    /// The first line of stdout.
    pub(crate) base_url: String,
    stdout: BufReader<ChildStdout>,
    stderr: Receiver<String>,
    reader: Option<JoinHandle<()>>,
    seen: Vec<String>,
}

#[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
pub(crate) fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_responses-parity"))
}

impl Serve {
    /// Returns once it says that it is there.
    pub(crate) fn start<A: AsRef<OsStr>>(arguments: &[A]) -> Serve {
        let mut command = command();
        command
            .arg("serve")
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let (lines, stderr) = mpsc::channel();
        let source = BufReader::new(child.stderr.take().unwrap());
        let reader = std::thread::spawn(move || {
            source.lines().map_while(Result::ok).for_each(|line| drop(lines.send(line)));
        });
        let mut line = String::new();
        // Ends with the process, where that says nothing.
        stdout.read_line(&mut line).unwrap();
        let base_url = line.trim_end().to_owned();
        let mut serve = Serve { child, base_url, stdout, stderr, reader: Some(reader), seen: Vec::new() };
        if serve.base_url.is_empty() {
            let (status, _, stderr) = serve.finish();
            panic!("{status}: {stderr}");
        }
        serve
    }

    /// The base URL of each of `count` recordings, by name.
    pub(crate) fn listed(&mut self, count: usize) -> BTreeMap<String, String> {
        let lines = std::iter::repeat_with(|| {
            let mut line = String::new();
            self.stdout.read_line(&mut line).unwrap();
            let (url, name) = line.trim_end().split_once(' ').unwrap();
            (name.to_owned(), url.to_owned())
        });
        lines.take(count).collect()
    }

    /// The base URL with something before its `/v1`.
    pub(crate) fn at(&self, prefix: &str) -> String {
        format!("{}/{prefix}/v1", self.base_url.strip_suffix("/v1").unwrap())
    }

    pub(crate) fn address(&self) -> &str {
        self.base_url.strip_prefix("http://").unwrap().split('/').next().unwrap()
    }

    /// Waits until stderr has a line that holds this.
    pub(crate) fn says(&mut self, wanted: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.seen.iter().any(|line| line.contains(wanted)) {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.stderr.recv_timeout(left) {
                Ok(line) => self.seen.push(line),
                Err(error) => panic!("nobody said {wanted:?} ({error}): {:?}", self.seen),
            }
        }
    }

    /// Ctrl-C.
    pub(crate) fn interrupt(self) -> (ExitStatus, String, String) {
        self.signal(rustix::process::Signal::INT)
    }

    pub(crate) fn signal(mut self, signal: rustix::process::Signal) -> (ExitStatus, String, String) {
        rustix::process::kill_process(rustix::process::Pid::from_child(&self.child), signal).unwrap();
        self.finish()
    }

    /// Waits for its end; gives also what is left of stdout, and all of stderr.
    pub(crate) fn finish(&mut self) -> (ExitStatus, String, String) {
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(Instant::now() < deadline, "it does not end; stderr so far: {:?}", self.seen);
            std::thread::sleep(Duration::from_millis(5));
        };
        let mut stdout = String::new();
        self.stdout.read_to_string(&mut stdout).unwrap();
        self.reader.take().unwrap().join().unwrap();
        self.seen.extend(self.stderr.try_iter());
        (status, stdout, self.seen.join("\n"))
    }
}

impl Drop for Serve {
    fn drop(&mut self) {
        // It has ended already, or the test has failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
