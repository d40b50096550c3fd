//! What a transport has to say about one request.

use super::delegated::AbandonedCall;
use crate::wire::{Header, StreamFault};
use tokio::sync::mpsc;

/// How many signals may wait before whoever sends them has to wait too.
const ROOM: usize = 64;

/// One step of a request, in order: a head, then events or a body, then the end.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Signal {
    /// The response head. `headers` are `None` where the delegate does not tell them. A second head brings headers
    /// that were not known before.
    Head { status: u16, headers: Option<Vec<Header>> },
    /// The data of one event, as text.
    Event(String),
    /// The whole body of a response that is not a stream; the last signal.
    Body(String),
    /// The transport broke: before a head, no response came; after it, the stream is broken. The last signal.
    Fault(StreamFault),
    /// The body ended as it should; the last signal.
    End,
}

/// A request on its way. To drop it is to give it up: the connection is closed, or the delegate told.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) signals: mpsc::Receiver<Signal>,
    pub(super) _abandoned: Option<AbandonedCall>,
}

pub(super) fn signals() -> (mpsc::Sender<Signal>, mpsc::Receiver<Signal>) {
    mpsc::channel(ROOM)
}
