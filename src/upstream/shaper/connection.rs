//! One client's connection, request after request.

use super::delivery::{After, Shape};
use super::relay::{self, Answer};
use super::request::Request;
use crate::recording::Delivery;
use crate::upstream::backends::Source;
use crate::upstream::marks::MARK;
use crate::upstream::registry::Registry;
use crate::upstream::script::Script;
use crate::upstream::{Delivered, Speed};
use bytes::{Bytes, BytesMut};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Serves a client until either side ends the connection.
pub(super) async fn serve(mut client: TcpStream, wiremock: Source, registry: Arc<Registry>) {
    let mut pending = BytesMut::new();
    // Pieces must not wait for each other.
    if client.set_nodelay(true).is_err() {
        return;
    }
    while let Some((answer, keeps_alive)) = next(&mut client, &mut pending, &wiremock, &registry).await {
        let mut log = Log::new(&answer, &registry);
        let after = log.deliver(&answer, keeps_alive, &mut client, &mut pending).await;
        if after != After::Kept {
            // The log is dropped, and so noted, after this.
            return finish(client, after).await;
        }
    }
}

async fn finish(mut client: TcpStream, after: After) {
    // Where this fails the client has left meanwhile, and there is nothing to end.
    let _ = match after {
        After::Closed => client.shutdown().await,
        // What was written must have arrived by now.
        After::Reset => client.set_zero_linger(),
        After::Kept | After::Left => Ok(()),
    };
}

/// The next request's answer, and whether the client keeps the connection.
async fn next(
    client: &mut TcpStream,
    pending: &mut BytesMut,
    wiremock: &Source,
    registry: &Registry,
) -> Option<(Answer, bool)> {
    match Request::read(client, pending).await {
        Ok(request) => {
            let answer = ask(wiremock, &request).await.unwrap_or_else(|error| {
                // Both paths would get this answer, and agree on it: the replay has to know.
                let problem = format!("the shaper got no answer from wiremock: {error}");
                registry.note_fault_at(request.path(), &problem);
                fault("502 Bad Gateway", "no answer from wiremock")
            });
            Some((answer, request.keeps_alive))
        }
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Some((fault("400 Bad Request", "unreadable request"), false))
        }
        Err(_) => None,
    }
}

async fn ask(wiremock: &Source, request: &Request) -> io::Result<Answer> {
    let (address, _lease) = wiremock.address().await?;
    relay::ask(address, request).await
}

fn fault(status: &str, mark: &str) -> Answer {
    Answer {
        head: format!("HTTP/1.1 {status}\r\n{MARK}: {mark}\r\n").into_bytes(),
        body: Some(Bytes::new()),
        exchange: None,
    }
}

/// Keeps count of a delivery, and notes it with its replay however it ends.
struct Log<'a> {
    registry: &'a Registry,
    /// The replay, and which of its exchanges it is. An answer that is in no recording belongs to none.
    part: Option<(Arc<Script>, usize)>,
    written: AtomicUsize,
    closed_by_client: bool,
}

impl Log<'_> {
    fn new<'a>(answer: &Answer, registry: &'a Registry) -> Log<'a> {
        let exchange = answer.exchange.as_ref();
        Log {
            registry,
            part: exchange.and_then(|(replay, index)| Some((registry.get(replay)?, *index))),
            written: AtomicUsize::new(0),
            closed_by_client: false,
        }
    }

    async fn deliver(
        &mut self,
        answer: &Answer,
        keeps_alive: bool,
        client: &mut TcpStream,
        pending: &mut BytesMut,
    ) -> After {
        let (delivery, speed, holds) = match &self.part {
            Some((script, index)) => (script.delivery(*index), script.speed_of(*index), script.holds(*index)),
            None => (Delivery::default(), Speed::Max, Vec::new()),
        };
        let shape = Shape { answer, delivery: &delivery, speed, holds: &holds, keeps_alive };
        let after = shape.deliver(client, pending, &self.written).await;
        let after = after.unwrap_or(After::Left);
        self.closed_by_client = after == After::Left;
        after
    }
}

impl Drop for Log<'_> {
    fn drop(&mut self) {
        if let Some((script, exchange)) = &self.part {
            let body_bytes = self.written.load(Ordering::Relaxed);
            let delivered = Delivered { body_bytes, closed_by_client: self.closed_by_client };
            self.registry.note_delivery(script, *exchange, delivered);
        }
    }
}
