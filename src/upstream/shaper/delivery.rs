//! Delivers one answer in its shape.

use super::framing;
use super::http::fill;
use super::plan::{Step, steps};
use super::relay::Answer;
use super::reset::drained;
use crate::recording::{Delivery, End, Framing};
use crate::upstream::Speed;
use crate::upstream::gate::{Hold, Place};
use bytes::BytesMut;
use std::future;
use std::io;
use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::net::tcp::{ReadHalf, WriteHalf};
use tokio::time::{Instant, sleep};

/// An answer, and how it is to be delivered.
#[derive(Debug)]
pub(super) struct Shape<'a> {
    pub(super) answer: &'a Answer,
    pub(super) delivery: &'a Delivery,
    pub(super) speed: Speed,
    pub(super) holds: &'a [Arc<Hold>],
    /// Whether the client means to use the connection again.
    pub(super) keeps_alive: bool,
}

/// What becomes of the connection after a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    /// It carries the next request.
    Kept,
    /// It is closed.
    Closed,
    /// It is reset.
    Reset,
    /// The client has closed it already.
    Left,
}

/// The client's end of the connection, to write to.
struct Outlet<'a> {
    writer: WriteHalf<'a>,
    /// How many bytes of the body it took.
    written: &'a AtomicUsize,
    here: SocketAddr,
    there: SocketAddr,
}

impl Shape<'_> {
    /// Delivers the answer, for as long as the client is there to take it. `pending` takes what the client
    /// sends meanwhile, and `written` counts the bytes of the body.
    pub(super) async fn deliver(
        &self,
        client: &mut TcpStream,
        pending: &mut BytesMut,
        written: &AtomicUsize,
    ) -> io::Result<After> {
        let (here, there) = (client.local_addr()?, client.peer_addr()?);
        let (mut reader, writer) = client.split();
        let mut outlet = Outlet { writer, written, here, there };
        // The client first: nothing is written to one that is known to have left.
        tokio::select! {
            biased;
            () = left(&mut reader, pending) => Ok(After::Left),
            after = self.write(&mut outlet) => after,
        }
    }

    async fn write(&self, outlet: &mut Outlet<'_>) -> io::Result<After> {
        self.pause(self.delivery.head_delay).await;
        self.hold_head().await;
        if !self.delivery.headless {
            let head = framing::head(self.answer, self.delivery, self.keeps_alive);
            match self.delivery.head_cut {
                Some(cut) => outlet.writer.write_all(&head[..cut.min(head.len())]).await?,
                None => {
                    outlet.writer.write_all(&head).await?;
                    self.write_body(outlet).await?;
                }
            }
        }
        self.end(outlet).await
    }

    async fn hold_head(&self) {
        for hold in self.holds.iter().filter(|hold| hold.place == Place::Head) {
            hold.pass().await;
        }
    }

    async fn write_body(&self, outlet: &mut Outlet<'_>) -> io::Result<()> {
        let Some(body) = &self.answer.body else {
            return Ok(());
        };
        let head_written = Instant::now();
        for step in steps(&self.delivery.pieces, body.len(), self.holds) {
            match step {
                Step::Until(at) => sleep_rest(self.speed.pace(at), head_written).await,
                Step::Write(range) => outlet.write_piece(body, range, self.delivery.framing).await?,
                Step::Hold(hold) => hold.pass().await,
            }
        }
        Ok(())
    }

    async fn end(&self, outlet: &mut Outlet<'_>) -> io::Result<After> {
        match self.delivery.end {
            // There is no answer to complete, only a connection to close.
            End::Complete if self.delivery.headless || self.delivery.head_cut.is_some() => self.close().await,
            End::Complete => self.complete(outlet).await,
            End::Eof => self.close().await,
            End::Reset => {
                self.pause(self.delivery.end_delay).await;
                drained(outlet.here, outlet.there).await;
                Ok(After::Reset)
            }
            // Until the client has had enough, which is watched elsewhere.
            End::Stalled => future::pending().await,
        }
    }

    async fn complete(&self, outlet: &mut Outlet<'_>) -> io::Result<After> {
        // The last byte of a declared length is the end, so that there is nothing to withhold.
        if self.delivery.framing != Framing::Length {
            self.pause(self.delivery.end_delay).await;
        }
        if self.answer.body.is_some() {
            outlet.writer.write_all(framing::end(self.delivery.framing)).await?;
        }
        if self.keeps_alive && self.delivery.framing != Framing::Close {
            Ok(After::Kept)
        } else {
            Ok(After::Closed)
        }
    }

    async fn close(&self) -> io::Result<After> {
        self.pause(self.delivery.end_delay).await;
        Ok(After::Closed)
    }

    async fn pause(&self, wait: Duration) {
        sleep_rest(self.speed.pace(wait), Instant::now()).await;
    }
}

impl Outlet<'_> {
    /// Writes a piece in as few packets as the network allows, and counts what it took of the body.
    async fn write_piece(&mut self, body: &[u8], range: Range<usize>, framing: Framing) -> io::Result<()> {
        let framed = framing::piece(body.get(range.clone()).unwrap_or_default(), framing);
        let mut sent = 0;
        while sent < framed.bytes.len() {
            match self.writer.write(&framed.bytes[sent..]).await? {
                0 => return Err(io::ErrorKind::WriteZero.into()),
                more => sent += more,
            }
            let of_body = sent.clamp(framed.body.start, framed.body.end) - framed.body.start;
            self.written.store(range.start + of_body, Ordering::Relaxed);
        }
        Ok(())
    }
}

/// Waits until so long after `start`; not at all where that has passed.
async fn sleep_rest(wait: Duration, start: Instant) {
    let rest = wait.saturating_sub(start.elapsed());
    if !rest.is_zero() {
        sleep(rest).await;
    }
}

/// Waits until the client closes its end. A client that closes only its sending side counts too, as it does
/// for most servers.
async fn left(reader: &mut ReadHalf<'_>, pending: &mut BytesMut) {
    while fill(reader, pending).await.is_ok() {}
}
