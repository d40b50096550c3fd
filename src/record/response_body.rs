//! The body of a response on its way to the client.

use super::ending::of_error;
use super::outlet::Breaker;
use super::take::EndKind;
use super::tape::Track;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::time::{Instant, Sleep, sleep, timeout_at};

/// How long the end of a response is awaited whose client left once the stream had said its last word: it says how the
/// response ended, and costs nothing more.
const LAST_WORD: Duration = Duration::from_secs(2);

/// Passes a response's body on as it comes, and notes it on the way. Nothing is read ahead: the next piece is asked for
/// when the client has room for it.
#[derive(Debug)]
pub(super) struct ResponseBody {
    state: State,
    breaker: Breaker,
    /// `None` where the response is passed on only, and once it has ended.
    track: Option<Track>,
    silence: Pin<Box<Sleep>>,
    longest_silence: Duration,
}

#[derive(Debug)]
enum State {
    Flowing(Incoming),
    Ended,
    /// The client is not to take it for ended: its connection is about to be broken off.
    Broken,
}

impl ResponseBody {
    /// A body whose upstream may be silent for so long.
    pub(super) fn new(
        body: Incoming,
        track: Option<Track>,
        breaker: Breaker,
        longest_silence: Duration,
    ) -> ResponseBody {
        let silence = Box::pin(sleep(longest_silence));
        let ended = body.is_end_stream();
        let mut new = ResponseBody { state: State::Flowing(body), breaker, track, silence, longest_silence };
        if ended {
            new.end();
        }
        new
    }

    fn end(&mut self) {
        self.state = State::Ended;
        if let Some(track) = self.track.take() {
            track.end(EndKind::Complete, "");
        }
    }

    fn break_off(&mut self, upstream: EndKind, why: String, client: EndKind) {
        self.state = State::Broken;
        if let Some(track) = self.track.take() {
            track.end(upstream, why);
        }
        self.breaker.break_off(client);
    }

    fn pass_on(&mut self, frame: Frame<Bytes>, is_last: bool) -> Frame<Bytes> {
        if let (Some(track), Some(bytes)) = (&self.track, frame.data_ref()) {
            track.piece(bytes);
        }
        if is_last {
            self.end();
        }
        frame
    }

    /// Whether the upstream has been silent for too long.
    fn poll_silence(&mut self, context: &mut Context<'_>) -> Poll<()> {
        ready!(self.silence.as_mut().poll(context));
        let why = format!("the upstream was silent for {:?}", self.longest_silence);
        self.break_off(EndKind::Stalled, why, EndKind::Eof);
        Poll::Ready(())
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    /// What the upstream breaks is broken off by the [`Breaker`].
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let body = match &mut self.state {
            State::Flowing(body) => body,
            State::Ended => return Poll::Ready(None),
            State::Broken => return Poll::Pending,
        };
        let Poll::Ready(next) = Pin::new(&mut *body).poll_frame(context) else {
            let _silent = self.poll_silence(context);
            return Poll::Pending;
        };
        let is_last = body.is_end_stream();
        let silence_ends = Instant::now() + self.longest_silence;
        self.silence.as_mut().reset(silence_ends);
        match next {
            Some(Ok(frame)) => Poll::Ready(Some(Ok(self.pass_on(frame, is_last)))),
            Some(Err(error)) => {
                let (kind, why) = of_error(&error);
                self.break_off(kind, why, kind);
                Poll::Pending
            }
            None => {
                self.end();
                Poll::Ready(None)
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self.state, State::Ended)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.state {
            State::Flowing(body) => body.size_hint(),
            State::Ended => SizeHint::with_exact(0),
            State::Broken => SizeHint::default(),
        }
    }
}

impl Drop for ResponseBody {
    /// The client left, unless it has ended.
    fn drop(&mut self) {
        let State::Flowing(body) = std::mem::replace(&mut self.state, State::Ended) else { return };
        let Some(track) = self.track.take().filter(Track::had_last_word) else { return };
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(read_rest(body, track));
        }
    }
}

async fn read_rest(mut body: Incoming, track: Track) {
    let deadline = Instant::now() + LAST_WORD;
    let next = async |body: &mut Incoming| poll_fn(|context| Pin::new(&mut *body).poll_frame(context)).await;
    // Silent until then: the track is dropped, and says that the client left.
    while let Ok(frame) = timeout_at(deadline, next(&mut body)).await {
        match frame {
            Some(Ok(frame)) => track.piece(frame.data_ref().map_or(&[], Bytes::as_ref)),
            Some(Err(error)) => {
                let (kind, why) = of_error(&error);
                return track.end(kind, why);
            }
            None => return track.end(EndKind::Complete, ""),
        }
    }
}
