//! A client's end of its connection, and how it is ended when the upstream fails.
//!
//! What the upstream does to the proxy, the proxy does to the client: a reset is passed on as a reset, an early end as
//! an early end. Before that the client must have everything that came. Hyper gives up a connection whose body fails
//! without writing what it still holds; so the body does not fail but falls silent, and the connection is ended once
//! hyper has written everything. It flushes its outlet exactly then.

use super::take::EndKind;
use crate::upstream::drained;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

/// A connection that can be broken off.
#[derive(Debug)]
pub(super) struct Outlet {
    stream: TcpStream,
    breaker: Breaker,
}

/// Breaks a connection off, from within what is served on it.
#[derive(Clone, Debug, Default)]
pub(super) struct Breaker(Arc<Broken>);

#[derive(Debug, Default)]
struct Broken {
    how: Mutex<Option<EndKind>>,
    flushed: Notify,
}

impl Breaker {
    /// The connection is to end so, as soon as what was served is written.
    pub(super) fn break_off(&self, how: EndKind) {
        *self.0.how.lock().unwrap_or_else(PoisonError::into_inner) = Some(how);
    }

    /// Waits until it is broken off and everything is written.
    pub(super) async fn broken(&self) {
        self.0.flushed.notified().await;
    }

    fn how(&self) -> Option<EndKind> {
        *self.0.how.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Outlet {
    pub(super) fn new(stream: TcpStream, breaker: Breaker) -> Outlet {
        Outlet { stream, breaker }
    }

    /// Ends the connection as it was broken off.
    pub(super) async fn end(mut self) -> io::Result<()> {
        match self.breaker.how() {
            Some(EndKind::Reset) => {
                // A reset takes back what has not arrived.
                drained(self.stream.local_addr()?, self.stream.peer_addr()?).await;
                self.stream.set_zero_linger()
            }
            _ => self.stream.shutdown().await,
        }
    }
}

impl AsyncRead for Outlet {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Outlet {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        if flushed.is_ready() && self.breaker.how().is_some() {
            self.breaker.0.flushed.notify_one();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
