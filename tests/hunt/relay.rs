//! A process between harness and app-server that has one defect, always the same.

use crate::subject::start;
use std::io::{BufRead, BufReader, Write};
use std::process::ChildStdin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Defect {
    /// Nothing.
    None,
    /// On the delegated path, the word `zebra` in a delta of a message becomes `zebru`.
    ChangesZebras,
    /// The same with `tea`, which generated streams say now and then.
    ChangesTea,
    /// On the delegated path, the first delta of a message of each process never arrives.
    ForgetsTheFirst,
    /// On the delegated path, the process ends once a message says `zebra`.
    DiesOfZebras,
    /// On both paths, turns that run while others do complete without a word.
    DislikesCompany,
    /// On both paths, what the model said in a case's last turn is missing where the turn completes.
    ForgetsTheLastWords,
}

impl Defect {
    const ALL: [Defect; 7] = [
        Defect::None,
        Defect::ChangesZebras,
        Defect::ChangesTea,
        Defect::ForgetsTheFirst,
        Defect::DiesOfZebras,
        Defect::DislikesCompany,
        Defect::ForgetsTheLastWords,
    ];

    pub(crate) fn name(self) -> String {
        format!("{self:?}")
    }

    pub(crate) fn named(name: &str) -> Option<Defect> {
        Defect::ALL.into_iter().find(|defect| defect.name() == name)
    }
}

/// Until the server ends its output, which it does when the harness ends its own.
pub(crate) fn run(defect: Defect, command: &[String]) {
    let mut server = start(command);
    let to_server = server.stdin.take().expect("a pipe");
    let from_server = server.stdout.take().expect("a pipe");
    let begun = Arc::new(AtomicUsize::new(0));
    let mut corrupt =
        Corrupt { defect, delegated: false, forgotten: false, begun: Arc::clone(&begun), ended: 0 };
    thread::spawn(move || to_server_counting_turns(to_server, &begun));
    let mut harness = std::io::stdout().lock();
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

fn to_server_counting_turns(mut server: ChildStdin, turns: &AtomicUsize) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        turns.fetch_add(usize::from(line.contains(r#""sendUserMessage""#)), Ordering::SeqCst);
        if writeln!(server, "{line}").is_err() {
            return;
        }
    }
}

struct Corrupt {
    defect: Defect,
    delegated: bool,
    forgotten: bool,
    /// How many turns have begun, and ended.
    begun: Arc<AtomicUsize>,
    ended: usize,
}

impl Corrupt {
    fn line(&mut self, line: String) -> Option<String> {
        self.delegated |= line.contains("responsesApi/call");
        let is_delta = line.contains("codex/event/agent_message_delta");
        let ends = line.contains(r#""codex/event/task_complete""#);
        let others = self.begun.load(Ordering::SeqCst) - self.ended > 1;
        self.ended += usize::from(ends || line.contains(r#""codex/event/turn_aborted""#));
        match self.defect {
            Defect::DislikesCompany if ends && others => Some(without_last_words(&line)),
            Defect::ForgetsTheLastWords if ends && line.contains("Closing answer") => {
                Some(without_last_words(&line))
            }
            _ if !self.delegated => Some(line),
            Defect::ChangesZebras if is_delta => Some(line.replace("zebra", "zebru")),
            Defect::ChangesTea if is_delta => Some(line.replace("tea", "tee")),
            Defect::ForgetsTheFirst if is_delta && !self.forgotten => {
                self.forgotten = true;
                None
            }
            Defect::DiesOfZebras if line.contains("zebra") => std::process::exit(7),
            _ => Some(line),
        }
    }
}

fn without_last_words(line: &str) -> String {
    let mut message: serde_json::Value = serde_json::from_str(line).expect("a message");
    message["params"]["msg"]["last_agent_message"] = serde_json::Value::Null;
    message.to_string()
}
