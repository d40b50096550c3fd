//! What a recording is once it is loaded.

use crate::wire::Header;
use bytes::Bytes;
use std::path::PathBuf;
use std::time::Duration;

/// A conversation's worth of upstream answers, and what the user said to get them.
#[derive(Clone, Debug)]
pub struct Recording {
    /// `family/name`: the path below the folder it was found under, without an ending.
    pub name: String,
    /// The folder or file it was loaded from; empty where it was loaded from none.
    pub origin: PathBuf,
    /// What it shows, in one line.
    pub description: String,
    /// Where it comes from.
    pub provenance: Provenance,
    /// How the app-server is to treat the upstream.
    pub provider: ProviderSettings,
    /// What the user says, in order; never empty.
    pub turns: Vec<Turn>,
    /// What the upstream answers, in order; empty only where nobody listens there.
    pub exchanges: Vec<Exchange>,
}

impl Recording {
    /// A recording that is on no disk: these turns, answered by these exchanges, with silent retries.
    ///
    /// A turn makes at least one upstream request, and nothing is added here: where the last answer asks for a tool,
    /// the answer to its output must be among the exchanges.
    ///
    /// ```
    /// use responses_parity::recording::{Exchange, Recording, Turn};
    ///
    /// let body = "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\"}}\n\n";
    /// let recording = Recording::of_exchanges("mine/first", vec![Turn::said("Hello")], vec![Exchange::stream(body)]);
    /// assert_eq!(recording.name, "mine/first");
    /// assert!(!recording.provider.unreachable);
    /// ```
    pub fn of_exchanges(name: impl Into<String>, turns: Vec<Turn>, exchanges: Vec<Exchange>) -> Recording {
        Recording {
            name: name.into(),
            origin: PathBuf::new(),
            description: String::new(),
            provenance: Provenance::default(),
            provider: ProviderSettings::default(),
            turns,
            exchanges,
        }
    }
}

/// Where a recording comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Provenance {
    /// `hand-made`, `recorded`, `imported`, …
    pub kind: String,
    /// What it was made from, where that can be said.
    pub source: Option<String>,
    /// Anything a reader should know, such as what was redacted.
    pub notes: Option<String>,
}

/// How the app-server is to treat the upstream; mostly the provider's settings of the same names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderSettings {
    /// How often one request is sent again.
    pub request_max_retries: Retries,
    /// How often a failed stream is asked for again.
    pub stream_max_retries: Retries,
    /// How long a stream may be silent. `None` leaves the server's default.
    pub stream_idle_timeout_ms: Option<u64>,
    /// Whether nobody listens at the upstream's address, so that every connection is refused.
    pub unreachable: bool,
    /// Whether raw reasoning is shown at the end of a reasoning item.
    pub show_raw_agent_reasoning: bool,
}

/// How often something is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retries {
    /// This often. Recordings that are silent say 0, so that one recorded answer is one request.
    Times(u64),
    /// As often as the app-server does where nobody tells it.
    Default,
}

impl Default for Retries {
    fn default() -> Retries {
        Retries::Times(0)
    }
}

/// What the user says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The words.
    pub user: String,
    /// When the user has enough, where they do before the turn is over.
    pub interrupt: Option<Interrupt>,
    /// Whether some app-servers rightly end the turn before that moment: those that end a turn at `response.completed`
    /// are not interrupted then.
    pub may_end_first: bool,
}

impl Turn {
    /// A turn that runs to its end.
    pub fn said(user: impl Into<String>) -> Turn {
        Turn { user: user.into(), interrupt: None, may_end_first: false }
    }
}

/// The moment at which a turn is interrupted. Each is something that can be seen, so that nothing depends on time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupt {
    /// Once the upstream has received this many requests of the turn.
    AfterRequests(usize),
    /// Once the app-server has shown this many `ResponseEvent`s of the turn.
    AfterEvents(usize),
    /// Once the app-server has said this many times that it asks for the stream again.
    AfterRetries(usize),
}

/// One upstream request's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// The HTTP status.
    pub status: u16,
    /// The response head, without what describes the connection (`content-length`, `transfer-encoding`, `date`, …).
    pub headers: Vec<Header>,
    /// The body, byte for byte as it was received.
    pub body: Bytes,
    /// How it was delivered.
    pub delivery: Delivery,
    /// The body of the request it answered, where that was kept.
    pub request: Option<Bytes>,
    /// Whether nobody needs to ask for it: some app-servers rightly do not, or loading added it for a request that may or
    /// may not come.
    pub may_stay_unasked: bool,
}

impl Exchange {
    /// A stream that was accepted and arrived at once: status 200, `text/event-stream`, plain delivery.
    ///
    /// ```
    /// use responses_parity::recording::{Delivery, End, Exchange};
    ///
    /// let whole = Exchange::stream("data: [DONE]\n\n");
    /// assert_eq!(whole.status, 200);
    /// assert!(whole.delivery.is_plain());
    ///
    /// let refused = Exchange { status: 503, ..Exchange::stream("") };
    /// let cut = Exchange { delivery: Delivery { end: End::Eof, ..Delivery::default() }, ..whole };
    /// # assert_eq!((refused.status, cut.delivery.end), (503, End::Eof));
    /// ```
    pub fn stream(body: impl Into<Bytes>) -> Exchange {
        Exchange {
            status: 200,
            headers: vec![("content-type".to_owned(), "text/event-stream".to_owned())],
            body: body.into(),
            delivery: Delivery::default(),
            request: None,
            may_stay_unasked: false,
        }
    }
}

/// How a response was delivered, beyond its bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivery {
    /// Whether the connection ended before any byte of the response head.
    pub headless: bool,
    /// After how many bytes of the response head the connection ended, where it ended within.
    pub head_cut: Option<usize>,
    /// How long the upstream waited before the head.
    pub head_delay: Duration,
    /// How the body's length was told.
    pub framing: Framing,
    /// The pieces in which the body arrived, in order; empty where it came at once.
    pub pieces: Vec<Piece>,
    /// Whether its times are what it is about, so that they hold at any speed of replay.
    pub times_matter: bool,
    /// How long the upstream waited after the last byte of the body before it ended the response.
    pub end_delay: Duration,
    /// How the response ended.
    pub end: End,
}

impl Delivery {
    /// Whether a plain HTTP server that sends the whole body at once delivers it just so.
    pub fn is_plain(&self) -> bool {
        *self == Delivery::default()
    }
}

/// A piece of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// When it arrived, counted from the response head.
    pub at: Duration,
    /// Where it ends, in bytes from the start of the body.
    pub end: usize,
}

/// How the length of a body is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Framing {
    /// `content-length`.
    #[default]
    Length,
    /// `transfer-encoding: chunked`.
    Chunked,
    /// By closing the connection.
    Close,
}

/// How a response ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum End {
    /// As its framing says, whatever the stream itself lacks.
    #[default]
    Complete,
    /// The connection was closed before that.
    Eof,
    /// The connection was reset.
    Reset,
    /// Nothing further came, and the connection stayed open.
    Stalled,
}
