//! A process between harness and app-server: passes lines on, and does to those of the delegated path what its
//! mutation does.

use crate::acts::{Fate, Memory, Sent};
use crate::line::{Kind, Line, Way};
use crate::mutation::{Mutation, Sides};
use crate::subject::start;
use crate::traffic::Traffic;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;
use std::process::exit;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

/// How the ids of requests begin that the relay makes up; what answers them goes no further.
pub(crate) const MADE_UP: &str = "made-up-";

/// Whom the log names where it was a whole process that was corrupted.
pub(crate) const EVERYBODY: &str = "everybody";

/// Until the server ends its output, which it does when the harness ends its own.
pub(crate) fn run(mutation: Mutation, log: &str, command: &[String]) {
    let mut server = start(command);
    let from_server = BufReader::new(server.stdout.take().expect("a pipe"));
    let (to_server, _) = queue(server.stdin.take().expect("a pipe"));
    let (to_harness, harness) = queue(std::io::stdout());
    let relay = Relay::new(mutation, log, to_server, to_harness);
    let relay = Arc::new(Mutex::new(Some(relay)));
    let other_way = Arc::clone(&relay);
    thread::spawn(move || {
        pass_on(std::io::stdin().lock(), Way::ToServer, &other_way);
        // The server ends when its input does.
        if let Some(relay) = &mut *other_way.lock().expect("no thread of a relay panics") {
            relay.to_server = channel().0;
        }
    });
    pass_on(from_server, Way::ToHarness, &relay);
    if let Some(mut relay) = relay.lock().expect("no thread of a relay panics").take() {
        relay.treat(&Line::end());
    }
    harness.join().expect("what is left is written");
    server.wait().expect("the app-server ends");
}

fn pass_on(from: impl BufRead, way: Way, relay: &Mutex<Option<Relay>>) {
    for line in from.lines() {
        let Ok(line) = line else { return };
        match &mut *relay.lock().expect("no thread of a relay panics") {
            Some(relay) => relay.receive(way, line),
            None => return,
        }
    }
}

/// Lines are queued while the relay is locked and written when it is not: neither way waits for the other.
fn queue(to: impl Write + Send + 'static) -> (Sender<String>, JoinHandle<()>) {
    let (sender, lines) = channel();
    (sender, thread::spawn(move || write(&lines, to)))
}

fn write(lines: &Receiver<String>, to: impl Write) {
    let mut to = BufWriter::new(to);
    while let Ok(first) = lines.recv() {
        for line in std::iter::once(first).chain(lines.try_iter()) {
            if writeln!(to, "{line}").is_err() {
                return;
            }
        }
        if to.flush().is_err() {
            return;
        }
    }
}

struct Relay {
    mutation: Mutation,
    /// Whether this server is left alone: it is not to delegate, and so the other side of a check.
    is_idle: bool,
    traffic: Traffic,
    /// Of what belongs to no conversation.
    memory: Memory,
    log: File,
    logged: Vec<String>,
    to_server: Sender<String>,
    to_harness: Sender<String>,
}

impl Relay {
    fn new(mutation: Mutation, log: &str, to_server: Sender<String>, to_harness: Sender<String>) -> Relay {
        let log = OpenOptions::new().append(true).open(log).expect("the log is there");
        let is_idle = mutation.sides != Sides::Alike && !is_to_delegate();
        Relay {
            mutation,
            is_idle,
            traffic: Traffic::default(),
            memory: Memory::default(),
            log,
            logged: Vec::new(),
            to_server,
            to_harness,
        }
    }

    fn receive(&mut self, way: Way, text: String) {
        if way == Way::ToServer && text.contains(MADE_UP) {
            return;
        }
        let line = self.traffic.read(way, text);
        self.treat(&line);
    }

    fn treat(&mut self, line: &Line) {
        let (fate, whose) = self.fate_of(line);
        let sent = match fate {
            Fate::Untouched if line.kind == Kind::End => Vec::new(),
            Fate::Untouched => vec![Sent::On(line.text.clone())],
            Fate::Quiet(sent) => sent,
            // Noted before anybody can see what was changed.
            Fate::Changed(sent) => {
                self.note(&whose);
                sent
            }
            Fate::Mixed(sent) => {
                self.note(&whose);
                let neighbour =
                    line.neighbour.as_ref().and_then(|neighbour| self.traffic.recording(neighbour));
                neighbour.iter().for_each(|neighbour| self.note(neighbour));
                sent
            }
        };
        for sent in sent {
            self.send(line.way, sent);
        }
    }

    fn fate_of(&mut self, line: &Line) -> (Fate, String) {
        if self.is_idle {
            return (Fate::Untouched, String::new());
        }
        match self.traffic.conversation(line) {
            Some(conversation) => {
                let whose = conversation.recording.clone().unwrap_or_default();
                ((self.mutation.act)(line, &mut conversation.memory), whose)
            }
            // Of a conversation of which nothing is known yet, or of the harness's own.
            None if line.conversation.is_some() => (Fate::Untouched, String::new()),
            None => ((self.mutation.act)(line, &mut self.memory), EVERYBODY.to_owned()),
        }
    }

    fn note(&mut self, whose: &str) {
        if !self.logged.iter().any(|logged| logged == whose) {
            self.logged.push(whose.to_owned());
            // In one piece: several relays write to one log.
            self.log.write_all(format!("{whose}\n").as_bytes()).expect("the log can be written");
        }
    }

    /// A peer that is gone needs no lines.
    fn send(&self, way: Way, sent: Sent) {
        let to = |way| if way == Way::ToServer { &self.to_server } else { &self.to_harness };
        let back = if way == Way::ToServer { Way::ToHarness } else { Way::ToServer };
        match sent {
            Sent::On(line) => drop(to(way).send(line)),
            Sent::Back(line) => drop(to(back).send(line)),
            Sent::Later(after, line) => {
                let to = to(way).clone();
                thread::spawn(move || {
                    thread::sleep(after);
                    drop(to.send(line));
                });
            }
            Sent::Death => exit(1),
        }
    }
}

/// As the harness told the server.
fn is_to_delegate() -> bool {
    let home = std::env::var_os("CODEX_HOME").expect("the harness gives every server a home");
    let config = std::fs::read_to_string(Path::new(&home).join("config.toml")).expect("a config.toml");
    config.contains("responses_http_over_jsonrpc = true")
}
