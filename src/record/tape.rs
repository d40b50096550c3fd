//! Everything that is recorded, in memory and in the journal.

use super::credentials::Credentials;
use super::fields;
use super::journal::Journal;
use super::summary::ExchangeSummary;
use super::take::{EndKind, Ending, Head, Take};
use crate::recording::Framing;
use http::HeaderMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::watch;

/// What is recorded so far. Shared by everything that has a hand in it.
#[derive(Debug)]
pub(super) struct Tape {
    inner: Mutex<Inner>,
    progress: watch::Sender<Progress>,
}

/// How far a recording is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Progress {
    /// How many exchanges have begun.
    pub(super) begun: usize,
    /// How many of them have ended.
    pub(super) ended: usize,
    /// Whether nothing further is recorded.
    pub(super) stopped: bool,
}

#[derive(Debug, Default)]
struct Inner {
    reel: Reel,
    journal: Option<Journal>,
    /// What clients have sent to show who they are. In memory only, so that it is found where an upstream repeats it.
    credentials: Credentials,
    /// Folders of this run, and what requests call them instead.
    places: Vec<(String, &'static str)>,
    /// The exchanges that have ended, in the order in which they did.
    ended: Vec<usize>,
    stopped: bool,
    fault: Option<String>,
}

/// What a recording is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Reel {
    /// In the order of the requests.
    pub(super) takes: Vec<Take>,
    /// What the user said, where the recorder said it, and how many exchanges there were before.
    pub(super) turns: Vec<(String, usize)>,
    /// Requests that were passed on and are no part of a recording: `GET /v1/models`.
    pub(super) others: Vec<String>,
}

impl Tape {
    /// An empty one. What is recorded goes to the journal before it goes anywhere else.
    pub(super) fn new(journal: Option<Journal>) -> Arc<Tape> {
        let inner = Inner { journal, ..Inner::default() };
        Arc::new(Tape { inner: Mutex::new(inner), progress: watch::Sender::default() })
    }

    /// The user says something: what is asked from now on belongs to that.
    pub(super) fn turn(&self, user: &str) {
        let mut inner = self.inner();
        let before = inner.reel.takes.len();
        inner.reel.turns.push((user.to_owned(), before));
        inner.journaled(|journal| journal.turn(user, before));
    }

    /// A request arrived that creates a response.
    pub(super) fn begin(self: &Arc<Tape>) -> Track {
        let mut inner = self.inner();
        let index = inner.reel.takes.len();
        inner.reel.takes.push(Take::default());
        inner.journaled(|journal| journal.asked(index));
        drop(inner);
        self.tell_progress();
        Track { tape: Arc::clone(self), index, since: Instant::now() }
    }

    /// What an app-server says of the folders it runs in is called by these words in the requests that are kept.
    pub(super) fn places(&self, places: Vec<(String, &'static str)>) {
        self.inner().places = places;
    }

    /// A client, or the proxy, shows who it is with these.
    pub(super) fn credentials(&self, values: Vec<String>) {
        let mut inner = self.inner();
        inner.credentials.add(values.iter().cloned());
        inner.journaled(|journal| {
            journal.credentials(values);
            Ok(())
        });
    }

    /// A request arrived that is passed on only.
    pub(super) fn note_other(&self, request: String) {
        self.inner().reel.others.push(request);
    }

    /// Nothing further is recorded; what has not ended is cut here.
    pub(super) fn stop(&self, why: &str) {
        let mut inner = self.inner();
        inner.stopped = true;
        for index in 0..inner.reel.takes.len() {
            inner.end(index, EndKind::Stopped, why.to_owned(), None);
        }
        drop(inner);
        self.tell_progress();
    }

    /// What was recorded.
    pub(super) fn reel(&self) -> Reel {
        self.inner().reel.clone()
    }

    /// What must not be written, whatever it looks like.
    pub(super) fn known_credentials(&self) -> Credentials {
        self.inner().credentials.clone()
    }

    /// Which exchange ended as the `nth`, and what there is to say of it.
    pub(super) fn nth_ended(&self, nth: usize) -> Option<(usize, ExchangeSummary)> {
        let inner = self.inner();
        let index = *inner.ended.get(nth)?;
        Some((index, ExchangeSummary::of(inner.reel.takes.get(index)?)))
    }

    /// Why recording ended by itself, where it did.
    pub(super) fn fault(&self) -> Option<String> {
        self.inner().fault.clone()
    }

    /// The journal, which nothing is added to any more.
    pub(super) fn take_journal(&self) -> Option<Journal> {
        self.inner().journal.take()
    }

    /// To be told of every step.
    pub(super) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    fn tell_progress(&self) {
        let inner = self.inner();
        let (begun, ended, stopped) = (inner.reel.takes.len(), inner.ended.len(), inner.stopped);
        self.progress.send_replace(Progress { begun, ended, stopped });
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    /// Writes to the journal. Where that fails, memory and disk agree up to here, and nothing is recorded any more: what
    /// cannot be kept must not look as if it were.
    fn journaled(&mut self, write: impl FnOnce(&mut Journal) -> std::io::Result<()>) {
        let Some(journal) = self.journal.as_mut().filter(|_| self.fault.is_none()) else { return };
        let Err(error) = write(journal) else { return };
        self.fault = Some(format!("{}: cannot be written: {error}", journal.path().display()));
        self.stopped = true;
        for index in 0..self.reel.takes.len() {
            self.end(index, EndKind::Stopped, "the disk took no more".to_owned(), None);
        }
    }

    /// The take, while it is still recorded.
    fn open(&mut self, index: usize) -> Option<&mut Take> {
        self.reel.takes.get_mut(index).filter(|take| take.ending.is_none())
    }

    fn end(&mut self, index: usize, kind: EndKind, why: String, since: Option<Instant>) {
        let Some(take) = self.open(index) else { return };
        let last = take.pieces.last().map(|piece| piece.at).unwrap_or_default();
        let at = since.map_or(last, |since| since.elapsed());
        let ending = Ending { kind, why, at };
        take.ending = Some(ending.clone());
        take.decode();
        // Out of the way while it is written.
        let body = std::mem::take(&mut take.body);
        self.journaled(|journal| journal.ended(index, &body, &ending));
        self.reel.takes[index].body = body;
        self.ended.push(index);
    }
}

/// One exchange's place on the tape. Dropped before its end, it says that the client left.
#[derive(Debug)]
pub(super) struct Track {
    tape: Arc<Tape>,
    index: usize,
    /// The response head; before it, the request.
    since: Instant,
}

impl Track {
    /// Where its request is noted.
    pub(super) fn asked(&self) -> Asked {
        Asked { tape: Arc::clone(&self.tape), index: self.index }
    }

    /// The upstream is asked now.
    pub(super) fn sent(&mut self) {
        self.since = Instant::now();
    }

    /// The response head came.
    pub(super) fn head(&mut self, status: u16, headers: &HeaderMap) {
        let head = Head {
            status,
            headers: fields::recorded(headers),
            framing: framing(headers),
            delay: self.since.elapsed(),
        };
        self.since = Instant::now();
        let mut inner = self.tape.inner();
        let Some(take) = inner.open(self.index) else { return };
        take.head = Some(head.clone());
        inner.journaled(|journal| journal.head(self.index, &head));
    }

    /// A piece of the body came.
    pub(super) fn piece(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let at = self.since.elapsed();
        let mut inner = self.tape.inner();
        let Some(take) = inner.open(self.index) else { return };
        if take.is_full(bytes.len()) {
            let why = "the body is longer than a recording may be".to_owned();
            inner.end(self.index, EndKind::Stopped, why, Some(self.since));
            drop(inner);
            return self.tape.tell_progress();
        }
        let (piece, is_coded) = (take.piece(bytes, at), take.codings().is_some());
        if is_coded {
            // What is compressed may hold anything: it is for the disk once it can be read.
            return;
        }
        inner.journaled(|journal| journal.piece(self.index, bytes, piece));
    }

    /// Whether the stream has said how the response ended, so that only the end itself can follow.
    pub(super) fn had_last_word(&self) -> bool {
        let inner = self.tape.inner();
        inner.reel.takes.get(self.index).is_some_and(Take::had_last_word)
    }

    /// It ended.
    pub(super) fn end(&self, kind: EndKind, why: impl Into<String>) {
        self.tape.inner().end(self.index, kind, why.into(), Some(self.since));
        self.tape.tell_progress();
    }
}

impl Drop for Track {
    fn drop(&mut self) {
        self.end(EndKind::Left, "the client left");
    }
}

/// A request's place on the tape.
#[derive(Debug)]
pub(super) struct Asked {
    tape: Arc<Tape>,
    index: usize,
}

impl Asked {
    /// A piece of it.
    pub(super) fn piece(&self, bytes: &[u8]) {
        let mut inner = self.tape.inner();
        if let Some(take) = inner.open(self.index).filter(|take| !take.is_full_of_request(bytes.len())) {
            take.request.extend_from_slice(bytes);
        }
    }

    /// All of it was read.
    pub(super) fn read(&self) {
        let mut inner = self.tape.inner();
        let places = inner.places.clone();
        let Some(take) = inner.open(self.index) else { return };
        take.name_places(&places);
        let request = take.request.clone();
        inner.journaled(|journal| journal.request(self.index, &request));
    }
}

fn framing(headers: &HeaderMap) -> Framing {
    if fields::is_chunked(headers) {
        Framing::Chunked
    } else if fields::tells_length(headers) {
        Framing::Length
    } else {
        Framing::Close
    }
}
