//! A process between harness and app-server that treats the delegated path otherwise, always in the same way.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::thread;

/// What it does to the lines of an app-server that delegates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    /// Nothing.
    None,
    /// The word `zebra` in a delta of a message becomes `zebru`.
    ChangesZebras,
    /// The first delta of a message of each process never arrives.
    ForgetsTheFirst,
    /// The process ends once a message says `zebra`.
    DiesOfZebras,
}

impl Defect {
    const ALL: [Defect; 4] =
        [Defect::None, Defect::ChangesZebras, Defect::ForgetsTheFirst, Defect::DiesOfZebras];

    pub(crate) fn name(self) -> String {
        format!("{self:?}")
    }

    pub(crate) fn named(name: &str) -> Option<Defect> {
        Defect::ALL.into_iter().find(|defect| defect.name() == name)
    }
}

/// Until the server ends its output, which it does when the harness ends its own.
pub(crate) fn run(defect: Defect, command: &[String]) {
    #[expect(
        clippy::disallowed_methods,
        reason = "the relay stands where the app-server would, and starts it as it is"
    )]
    let mut server = Command::new(&command[0])
        .args(&command[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the app-server starts");
    let mut to_server = server.stdin.take().expect("a pipe");
    let from_server = server.stdout.take().expect("a pipe");
    thread::spawn(move || std::io::copy(&mut std::io::stdin().lock(), &mut to_server));
    let mut harness = std::io::stdout().lock();
    let mut corrupt = Corrupt { defect, delegated: false, forgotten: false };
    for line in BufReader::new(from_server).lines() {
        let line = line.expect("the app-server writes text");
        let Some(line) = corrupt.line(line) else { continue };
        // A harness that has left reads no more.
        if writeln!(harness, "{line}").and_then(|()| harness.flush()).is_err() {
            break;
        }
    }
    server.wait().expect("the app-server ends");
}

struct Corrupt {
    defect: Defect,
    delegated: bool,
    forgotten: bool,
}

impl Corrupt {
    fn line(&mut self, line: String) -> Option<String> {
        self.delegated |= line.contains("responsesApi/call");
        let is_delta = line.contains("codex/event/agent_message_delta");
        match self.defect {
            _ if !self.delegated => Some(line),
            Defect::ChangesZebras if is_delta => Some(line.replace("zebra", "zebru")),
            Defect::ForgetsTheFirst if is_delta && !self.forgotten => {
                self.forgotten = true;
                None
            }
            Defect::DiesOfZebras if line.contains("zebra") => std::process::exit(7),
            _ => Some(line),
        }
    }
}
