//! The body of a request on its way to the upstream.

use super::tape::Asked;
use bytes::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Passes a client's body on as it comes, and notes it on the way.
#[derive(Debug)]
pub(super) struct RequestBody {
    body: Incoming,
    track: Option<Asked>,
}

impl RequestBody {
    /// `track` is where it is noted; a request that is passed on only has none.
    pub(super) fn new(body: Incoming, track: Option<Asked>) -> RequestBody {
        if let Some(track) = track.as_ref().filter(|_| body.is_end_stream()) {
            track.read();
        }
        RequestBody { body, track }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if let Some(track) = &self.track {
            if let Some(bytes) = frame.as_ref().and_then(|frame| frame.as_ref().ok()?.data_ref()) {
                track.piece(bytes);
            }
            if frame.is_none() || self.body.is_end_stream() {
                track.read();
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
