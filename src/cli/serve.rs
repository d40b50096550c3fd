//! `responses-parity serve`.

use super::exit::{COULD_NOT_RUN, USAGE, fail};
use super::parse::parse_speed;
use super::recordings::load_all;
use super::signals::Signals;
use crate::recording::Recording;
use crate::report::{counted, printable};
use crate::upstream::{Answered, Endpoint, EndpointError, EndpointOptions, News, Speed};
use clap::Args;
use std::fmt::Display;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use tokio::sync::mpsc::UnboundedReceiver;

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Recordings, or folders of them
    #[arg(value_name = "RECORDING", required = true)]
    recordings: Vec<PathBuf>,
    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// How fast answers are delivered: `max`, or `1x` (as recorded), `10x` (ten times as fast), …
    #[arg(long, value_name = "SPEED", default_value = "max", value_parser = parse_speed)]
    speed: Speed,
    /// End once every recording was delivered to its last exchange; none starts over until then
    #[arg(long)]
    once: bool,
}

impl ServeArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
The first line on stdout is the base URL. Where there are several recordings, a line for each
follows: its base URL and its name. Every request is told on stderr.

Base URLs:
  http://127.0.0.1:PORT/v1        all recordings, one after the other
  http://127.0.0.1:PORT/NAME/v1   one of them

The n-th POST to /responses gets the n-th exchange, whatever it asks for; after the last one the
first is next. A recording whose last answer asks for a tool has one answer more, for the tool's
output. That is one conversation at a time. Clients that are there at once each name theirs,
before the rest of the path: /@ANYTHING/v1, /@ANYTHING/NAME/v1. A new name begins at the first
exchange. What a client leaves in the middle was asked for all the same: whoever comes next at that
address goes on with the next exchange, and whoever is to begin at the first takes a name.

GET /models lists the models that the recordings name. Anything else gets 404 and an error that
says so. Ctrl-C ends it, and says what was never asked for.

Examples:
  responses-parity serve recordings/text/plain
  responses-parity serve recordings/tools --port 8080
  responses-parity serve recordings/tools/two-rounds --once
  responses-parity serve recordings/endings/slow-but-alive --speed 1x

Exit status:
  0  ended by Ctrl-C, by SIGTERM, or by --once
  2  usage: an argument or a recording cannot be read
  3  could not run: the port is taken, for example";

    pub(super) fn run(self) -> ExitCode {
        let recordings = match load_all(&self.recordings) {
            Ok(recordings) => recordings,
            Err(error) => return fail(error.status(), error),
        };
        match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime.block_on(self.serve(&recordings)),
            Err(error) => fail(COULD_NOT_RUN, error),
        }
    }

    async fn serve(self, recordings: &[Recording]) -> ExitCode {
        let options = EndpointOptions { port: self.port, speed: self.speed, once: self.once };
        let (endpoint, news) = match Endpoint::start(recordings, options).await {
            Ok(started) => started,
            Err(error) => return refused(&error),
        };
        // Signals count before anybody knows that it is there.
        let mut signals = match Signals::listen() {
            Ok(signals) => signals,
            Err(error) => return fail(COULD_NOT_RUN, format!("signals cannot be had: {error}")),
        };
        match announce(&endpoint) {
            // Whoever has read enough of it (`| head -1`) is about to ask.
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => return fail(COULD_NOT_RUN, error),
            _ => {}
        }
        let mut told = Told { news, requests: 0 };
        tokio::select! {
            () = told.until_over() => {}
            () = signals.any() => {}
        }
        told.rest();
        conclusion(told.requests, &endpoint).iter().for_each(say);
        ExitCode::SUCCESS
    }
}

fn refused(error: &EndpointError) -> ExitCode {
    match error {
        EndpointError::Listen { cause, .. } if cause.kind() == io::ErrorKind::AddrInUse => {
            fail(COULD_NOT_RUN, format!("{error}; name another --port, or none to take any free one"))
        }
        EndpointError::Listen { .. } | EndpointError::Runtime(_) => fail(COULD_NOT_RUN, error),
        _ => fail(USAGE, error),
    }
}

/// The base URLs, on stdout.
fn announce(endpoint: &Endpoint) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{}", endpoint.base_url())?;
    if endpoint.recordings().len() > 1 {
        for (name, url) in endpoint.recordings() {
            writeln!(out, "{url} {}", printable(name))?;
        }
    }
    out.flush()
}

/// What was told of so far.
struct Told {
    news: UnboundedReceiver<News>,
    requests: usize,
}

impl Told {
    async fn until_over(&mut self) {
        while let Some(news) = self.news.recv().await {
            if news == News::Over {
                return;
            }
            self.tell(&news);
        }
    }

    /// What has happened and was not told yet.
    fn rest(&mut self) {
        while let Ok(news) = self.news.try_recv() {
            self.tell(&news);
        }
    }

    fn tell(&mut self, news: &News) {
        match news {
            News::Asked { method, path, body_bytes, answered } => {
                self.requests += 1;
                let body = if *body_bytes == 0 { String::new() } else { format!(" ({body_bytes} bytes)") };
                say(format!("{method} {path}{body}: {}", what(answered)));
            }
            News::Delivered { exchange, of_bytes, delivered } if delivered.body_bytes < *of_bytes => {
                let got = delivered.body_bytes;
                say(format!("{exchange}: the client left after {got} of {of_bytes} bytes"));
            }
            News::Fault(problem) => say(format!("error: {problem}")),
            News::Delivered { .. } | News::Over => {}
        }
    }
}

fn what(answered: &Answered) -> String {
    match answered {
        Answered::Exchange { exchange, status } => format!("{exchange}, status {status}"),
        Answered::Models => "the models of the recordings".to_owned(),
        Answered::Refused(reason) => format!("404, {reason}"),
    }
}

fn conclusion(requests: usize, endpoint: &Endpoint) -> Vec<String> {
    let unasked = endpoint.unasked();
    let all = if unasked.is_empty() { "; every exchange was asked for" } else { "" };
    let missing = unasked.iter().map(|exchange| format!("never asked for: {exchange}"));
    [format!("{}{all}", counted(requests, "request"))].into_iter().chain(missing).collect()
}

/// A line on stderr. Where that is gone, nobody wants to know.
fn say(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{}", printable(&line.to_string()));
}
