//! Fault × place: every fault at every event boundary of three recordings, down both paths.
//!
//! The faulty answer is the first; the stream may be asked for once more. Then the user speaks again: the server must
//! still answer. Both paths must show the same on every channel, which says more than the same class of error and the
//! same number of retries.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bytes::Bytes;
use futures_util::StreamExt;
use responses_parity::check::{CheckOptions, Checker, both_paths};
use responses_parity::observe::Channel;
use responses_parity::recording::{Delivery, End, Exchange, Framing, Recording, Retries, Turn, load};
use responses_parity::report::{Verdict, failure};
use responses_parity::session::ServerCommand;
use responses_parity::wire::event_boundaries;
use std::path::Path;

/// What goes wrong at a place in the body: `before` is what was delivered until then, `after` what would follow.
#[derive(Clone, Copy, Debug)]
enum Fault {
    /// The body ends here, and says so: an early end that only the events give away.
    CleanEnd(Framing),
    /// The connection is closed although more was announced.
    Closed(Framing),
    /// The connection is closed in the middle of the next event.
    ClosedInMidEvent,
    /// The connection is reset.
    Reset,
    /// The connection is reset in the middle of the next event.
    ResetInMidEvent,
    /// Nothing more comes.
    Stalled,
    /// Nothing more comes but comments.
    OnlyComments,
    /// Something is between the events that should not be there.
    Inserted(&'static [u8]),
    /// The next event never comes.
    Dropped,
    /// The next event comes twice.
    Doubled,
    /// The next two events come the other way round.
    Swapped,
    /// A failure is announced, and nothing follows.
    FailedAndOver,
}

const FAILED: &[u8] = b"data: {\"type\":\"response.failed\",\"response\":{\"error\":{\"code\":\"server_error\",\"message\":\"ebb\"}}}\n\n";

const FAULTS: [Fault; 21] = [
    Fault::CleanEnd(Framing::Length),
    Fault::CleanEnd(Framing::Chunked),
    Fault::CleanEnd(Framing::Close),
    Fault::Closed(Framing::Length),
    Fault::Closed(Framing::Chunked),
    Fault::ClosedInMidEvent,
    Fault::Reset,
    Fault::ResetInMidEvent,
    Fault::Stalled,
    Fault::OnlyComments,
    Fault::Inserted(b"data: {\"type\":\n\n"),
    Fault::Inserted(b"data: [DONE]\n\n"),
    Fault::Inserted(b"data: {\"type\":\"response.tide_turned\",\"at\":[1,2]}\n\n"),
    Fault::Inserted(b"data: {\"type\":\"error\",\"message\":\"low water\"}\n\n"),
    Fault::Inserted(b"data: \xff\xfe\n\n"),
    Fault::Inserted(FAILED),
    Fault::Inserted(b"event: ping\n\n: kept alive\r\n\r\n"),
    Fault::Dropped,
    Fault::Doubled,
    Fault::Swapped,
    Fault::FailedAndOver,
];

impl Fault {
    /// The faulty answer: the events before `place` are untouched.
    fn applied(self, exchange: &Exchange, events: &[&[u8]], place: usize) -> Exchange {
        let (before, after) = (events[..place].concat(), &events[place..]);
        let next = after.first().copied().unwrap_or_default();
        let half = &next[..next.len() / 2];
        let (body, framing, end) = match self {
            Fault::CleanEnd(framing) => (before, framing, End::Complete),
            Fault::Closed(framing) => (before, framing, End::Eof),
            Fault::ClosedInMidEvent => ([&before, half].concat(), Framing::Chunked, End::Eof),
            Fault::Reset => (before, Framing::Chunked, End::Reset),
            Fault::ResetInMidEvent => ([&before, half].concat(), Framing::Length, End::Reset),
            Fault::Stalled => (before, Framing::Chunked, End::Stalled),
            Fault::OnlyComments => {
                ([&before, &b": still here\n\n: still here\n\n"[..]].concat(), Framing::Chunked, End::Stalled)
            }
            Fault::Inserted(bytes) => {
                ([&before, bytes, &after.concat()].concat(), Framing::Length, End::Complete)
            }
            Fault::Dropped => (
                [before, after.get(1..).unwrap_or_default().concat()].concat(),
                Framing::Length,
                End::Complete,
            ),
            Fault::Doubled => ([&before, next, &after.concat()].concat(), Framing::Length, End::Complete),
            Fault::Swapped => ([before, swapped(after)].concat(), Framing::Length, End::Complete),
            Fault::FailedAndOver => ([&before, FAILED].concat(), Framing::Length, End::Complete),
        };
        let delivery = Delivery { framing, end, ..Delivery::default() };
        Exchange { body: Bytes::from(body), delivery, ..exchange.clone() }
    }

    /// Only what waits for silence has a limit to it: elsewhere a busy machine could be taken for a silent upstream.
    fn idle_timeout(self) -> Option<u64> {
        matches!(self, Fault::Stalled | Fault::OnlyComments).then_some(1000)
    }
}

fn swapped(events: &[&[u8]]) -> Vec<u8> {
    match events {
        [first, second, rest @ ..] => [*second, *first, &rest.concat()].concat(),
        other => other.concat(),
    }
}

/// The recording with one fault in its first answer, and a second turn.
fn faulty(recording: &Recording, fault: Fault, place: usize) -> Recording {
    let first = &recording.exchanges[0];
    let boundaries = event_boundaries(&first.body);
    let starts = [0].into_iter().chain(boundaries.iter().copied());
    let events: Vec<&[u8]> = starts.zip(&boundaries).map(|(start, end)| &first.body[start..*end]).collect();
    let mut exchanges = vec![fault.applied(first, &events, place)];
    // How many more are asked for depends on the fault; the closing answers end whatever is still open.
    let spare = |exchange: &Exchange| Exchange { may_stay_unasked: true, ..exchange.clone() };
    exchanges.extend(recording.exchanges[1..].iter().map(spare));
    exchanges.extend(std::iter::repeat_n(spare(recording.exchanges.last().unwrap()), 4));
    let mut faulty = recording.clone();
    faulty.name = format!("{} {fault:?} at event {place} of {}", recording.name, events.len());
    faulty.turns = vec![Turn::said("First"), Turn::said("And then?")];
    faulty.provider.stream_max_retries = Retries::Times(1);
    faulty.provider.stream_idle_timeout_ms = fault.idle_timeout();
    faulty.exchanges = exchanges;
    faulty
}

async fn every_fault_at_every_place(name: &str) {
    let recording = load(&Path::new("recordings").join(name), name).unwrap_or_else(|error| panic!("{error}"));
    let places = event_boundaries(&recording.exchanges[0].body).len();
    let cases: Vec<_> =
        FAULTS.iter().flat_map(|fault| (0..=places).map(|place| faulty(&recording, *fault, place))).collect();
    let subject = ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server");
    let options = CheckOptions::new(both_paths(subject));
    let checker = Checker::start(&options).await.unwrap();
    let broken: Vec<_> = futures_util::stream::iter(&cases)
        .map(|case| broken(&checker, case))
        .buffer_unordered(32)
        .filter_map(std::future::ready)
        .collect()
        .await;
    let strays = checker.finish().await.unwrap();
    assert!(strays.is_empty(), "{strays:?}");
    assert!(broken.is_empty(), "{} of {} cases:\n{}", broken.len(), cases.len(), broken.join("\n"));
}

/// What is wrong with a case: a difference, or a second turn that was not answered.
async fn broken(checker: &Checker, case: &Recording) -> Option<String> {
    let checked = checker.check(case).await;
    if checked.verdict() != Verdict::Identical {
        return Some(failure(&checked));
    }
    let compared = checked.result.unwrap();
    let second_turn = compared.seen[0].observation.channel(Channel::Outcome).last().unwrap().value.value();
    let answered =
        second_turn["last_agent_message"].is_string() && second_turn["errors"] == serde_json::json!([]);
    (!answered).then(|| format!("{}: the second turn was not answered: {second_turn}", checked.name))
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_message() {
    every_fault_at_every_place("text/deltas-differ-from-done").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_reasoning() {
    every_fault_at_every_place("reasoning/then-message").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_tool_calls() {
    every_fault_at_every_place("tools/parallel-calls").await;
}
