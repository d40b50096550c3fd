//! The clients: how they are run, and how what they tell is compared.

use crate::class::{Class, Request};
use crate::installed::{installed, version};
use crate::json::same;
use crate::process::PATIENCE;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long a client waits where nothing more is to come. A request that gets no head must have arrived by then.
const SILENCE: Duration = Duration::from_secs(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Client {
    Node,
    Python,
}

/// What a client tells of one request.
#[derive(Debug, Deserialize)]
pub(crate) struct Seen {
    name: String,
    request: usize,
    /// The JSON of each event, as the client gave it.
    events: Vec<String>,
    text: String,
    end: End,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum End {
    Whole,
    /// The client left a stream that was silent.
    Idle,
    Error {
        class: String,
        /// Whether it is one of the client's own errors about the API.
        api: bool,
        status: Option<u16>,
        message: String,
    },
}

impl Client {
    /// Reads everything, and gives what each request came to, by recording and number.
    pub(crate) fn read(
        self,
        planned: &[(&str, Vec<Request>)],
        urls: &BTreeMap<String, String>,
    ) -> BTreeMap<(String, usize), Seen> {
        let recordings: Vec<_> = planned
            .iter()
            .map(|(name, requests)| {
                let requests: Vec<_> = requests.iter().map(planned_request).collect();
                json!({ "name": name, "base_url": urls[*name], "requests": requests })
            })
            .collect();
        let (patience, silence) = (PATIENCE.as_millis(), SILENCE.as_millis());
        let input = json!({ "patience_ms": patience, "silence_ms": silence, "recordings": recordings });
        let lines = run(self.command(), input.to_string());
        let seen = lines.lines().map(|line| serde_json::from_str::<Seen>(line).unwrap());
        seen.map(|seen| ((seen.name.clone(), seen.request), seen)).collect()
    }

    #[expect(clippy::disallowed_methods, reason = "the clients are no app-servers")]
    fn command(self) -> Command {
        let mut command = match self {
            Client::Node => {
                let mut node = Command::new("node");
                node.arg("tests/counterparts/openai_node.mjs").arg(client("node-openai", "NODE_OPENAI"));
                node
            }
            Client::Python => {
                let mut python = Command::new(client("python-openai", "PYTHON_OPENAI").join("bin/python"));
                python.args(["-W", "ignore", "tests/counterparts/openai_python.py"]);
                python
            }
        };
        // A proxy is not to come between them.
        command.env("NO_PROXY", "127.0.0.1").env_remove("OPENAI_API_KEY").env_remove("OPENAI_BASE_URL");
        command
    }

    /// How what was seen differs from what a request should come to.
    pub(crate) fn difference(self, request: &Request, seen: &Seen) -> Option<String> {
        if !self.ends_so(request.class, &seen.end) {
            return Some(format!(
                "expected {:?} after {} events, got {seen:?}",
                request.class,
                request.events.len()
            ));
        }
        let (expected, got) = (&request.events, &seen.events);
        // What the connection has brought may be lost in the error that ends it: streams of Node.js do that.
        let may_be_fewer = self == Client::Node && request.class == Class::Broken;
        if got.len() > expected.len() || (got.len() < expected.len() && !may_be_fewer) {
            return Some(format!("expected {} events, got {}", expected.len(), got.len()));
        }
        let mut pairs = expected.iter().zip(got).enumerate();
        if let Some((index, (expected, got))) =
            pairs.find(|(_, (expected, got))| !same(expected, got, self == Client::Node))
        {
            return Some(format!("event {index}:\n  expected {expected}\n  got      {got}"));
        }
        let text = request.cut_short(got.len(), request.class).text();
        (text != seen.text).then(|| format!("expected the text {text:?}, got {:?}", seen.text))
    }

    fn ends_so(self, class: Class, end: &End) -> bool {
        let End::Error { class: error, api, status, message } = end else {
            let bodiless = class == Class::Bodiless && self == Client::Python;
            return match end {
                End::Whole => matches!(class, Class::Whole | Class::Sentinel) || bodiless,
                _ => class == Class::Stalled,
            };
        };
        let is = |node: &str, python: &str| {
            error
                == match self {
                    Client::Node => node,
                    Client::Python => python,
                }
        };
        match class {
            Class::Whole | Class::Sentinel | Class::Stalled => false,
            Class::Bodiless => is("OpenAIError", "") && message.contains("no body"),
            Class::Broken => is("TypeError", "APIConnectionError") && (*api || message == "terminated"),
            Class::Unanswered => *api && is("APIConnectionError", "APIConnectionError"),
            Class::Refused(expected) => *api && *status == Some(expected),
            Class::NotJson => is("SyntaxError", "JSONDecodeError"),
            Class::Announced => *api && status.is_none() && is("APIError", "APIError"),
            Class::NotText => is("", "UnicodeDecodeError"),
        }
    }
}

fn planned_request(request: &Request) -> Value {
    let stalls = request.class == Class::Stalled;
    json!({ "events": request.events.len(), "stalls": stalls, "headless": stalls && request.headless })
}

/// Where a client of that version is.
fn client(name: &str, variable: &str) -> PathBuf {
    installed(format!("{name}-{}", version(variable)))
}

fn run(mut command: Command, input: String) -> String {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let mut stdin = child.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{}: {}", output.status, String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
