//! A process between harness and app-server: passes lines on, and corrupts those of the delegated path.

use crate::mutations::Mutation;
use std::io::{BufRead, BufReader, BufWriter, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

/// Until the server ends its output, which it does when the harness ends its own.
pub(crate) fn run(mutation: Mutation, command: &[String]) {
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
    let to_server = server.stdin.take().expect("a pipe");
    let from_server = server.stdout.take().expect("a pipe");
    thread::spawn(move || relay(std::io::stdin().lock(), to_server, ToServer::new(mutation)));
    relay(BufReader::new(from_server), std::io::stdout().lock(), ToHarness::new(mutation));
    if mutation == Mutation::LastWord {
        let word = r#"{"method":"codex/event/last_word","params":{}}"#;
        writeln!(std::io::stdout(), "{word}").expect("the harness still reads");
    }
    server.wait().expect("the app-server ends");
}

trait Corrupt {
    /// What is passed on instead of a line.
    fn line(&mut self, line: String) -> Vec<String>;
}

fn relay(from: impl BufRead, to: impl Write, mut corrupt: impl Corrupt) {
    let mut to = BufWriter::new(to);
    for line in from.lines() {
        let Ok(line) = line else { return };
        for line in corrupt.line(line) {
            if writeln!(to, "{line}").and_then(|()| to.flush()).is_err() {
                return;
            }
        }
    }
}

/// Corrupts one message of the first turn that is delegated.
struct ToHarness {
    mutation: Mutation,
    delegated: bool,
    done: bool,
    calls: usize,
    held: Option<String>,
}

impl ToHarness {
    fn new(mutation: Mutation) -> ToHarness {
        ToHarness { mutation, delegated: false, done: false, calls: 0, held: None }
    }

    fn is_target(&self, line: &str) -> bool {
        self.delegated && !self.done && line.contains("codex/event/agent_message_delta")
    }
}

impl Corrupt for ToHarness {
    fn line(&mut self, line: String) -> Vec<String> {
        let calls = line.contains("responsesApi/call");
        self.delegated |= calls;
        match self.mutation {
            Mutation::AnswerTwice if line.starts_with(r#"{"id":"#) && line.contains(r#""result":"#) => {
                return vec![line.clone(), line];
            }
            Mutation::AskOneself if calls => ask(&line),
            // The probe that comes before the recording asks once, and the recording twice.
            Mutation::WaitLonger if calls => {
                self.calls += 1;
                if self.calls > 2 {
                    thread::sleep(Duration::from_secs(2));
                }
            }
            Mutation::CallElsewhere if calls => {
                return vec![
                    line.replace("/responses\"", "/../elsewhere/responses\"")
                        .replace("http://127.0.0.1:", "http://localhost:"),
                ];
            }
            Mutation::UnknownUpstreamMessage if calls => {
                return vec![
                    line.replace("responsesApi/call", "responsesApi/surprise")
                        .replacen(r#""id":"#, r#""no":"#, 1),
                    line,
                ];
            }
            _ => {}
        }
        if let Some(held) = self.held.take() {
            return vec![line, held];
        }
        if !self.is_target(&line) {
            return vec![line];
        }
        match self.mutation {
            Mutation::DropOne | Mutation::RepeatOne | Mutation::SwapTwo | Mutation::ChangeCharacter => {
                self.done = true
            }
            _ => return vec![line],
        }
        match self.mutation {
            Mutation::DropOne => vec![],
            Mutation::RepeatOne => vec![line.clone(), line],
            Mutation::SwapTwo => {
                self.held = Some(line);
                vec![]
            }
            _ => vec![change_character(&line)],
        }
    }
}

/// The first character of the delta becomes its neighbour in the alphabet.
fn change_character(line: &str) -> String {
    let at = line.rfind(r#""delta":""#).expect("a delta") + r#""delta":""#.len();
    let mut bytes = line.as_bytes().to_vec();
    assert!(bytes[at].is_ascii_alphabetic(), "the recording's first delta starts with a letter");
    bytes[at] ^= 1;
    String::from_utf8(bytes).expect("ASCII stays ASCII")
}

/// Holds each event back until the next line, so that the answer can overtake the last one.
struct ToServer {
    early: bool,
    asks_for_models: bool,
    held: Option<String>,
}

impl ToServer {
    fn new(mutation: Mutation) -> ToServer {
        ToServer {
            early: mutation == Mutation::AnswerEarly,
            asks_for_models: mutation == Mutation::AskForModels,
            held: None,
        }
    }
}

impl Corrupt for ToServer {
    fn line(&mut self, line: String) -> Vec<String> {
        if self.asks_for_models && line.contains(r#""newConversation""#) {
            get_models(&line);
        }
        if !self.early {
            return vec![line];
        }
        let answers = line.contains(r#""result":{"status":"#);
        match self.held.take() {
            Some(held) if answers => vec![line, held],
            held if line.contains("responsesApi/event") => {
                self.held = Some(line);
                held.into_iter().collect()
            }
            held => held.into_iter().chain([line]).collect(),
        }
    }
}

/// Posts to the address of a call, as a server would that has a path nobody knows of.
fn ask(call: &str) {
    exchange("POST", text_between(call, r#""url":"http://"#));
}

/// Asks the upstream of a new conversation which models it has.
fn get_models(new_conversation: &str) {
    let base = text_between(new_conversation, r#"base_url":"http://"#);
    exchange("GET", &format!("{base}/models"));
}

fn text_between<'a>(line: &'a str, mark: &str) -> &'a str {
    line.split(mark).nth(1).and_then(|rest| rest.split('"').next()).expect("a URL")
}

fn exchange(method: &str, url: &str) {
    let (address, path) = url.split_once('/').expect("a path");
    let mut upstream = TcpStream::connect(address).expect("the upstream listens");
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{{}}"
    );
    upstream.write_all(request.as_bytes()).expect("the upstream reads");
    let mut answer = Vec::new();
    upstream.read_to_end(&mut answer).expect("the upstream answers");
}
