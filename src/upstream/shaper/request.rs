//! One request of a client, found in what it sends.

use super::http::{BodyEnd, body_end, end_of_body, fill, has_token, malformed, no_fields};
use bytes::{Bytes, BytesMut};
use httparse::Status;
use std::io;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// A request, byte for byte.
#[derive(Debug)]
pub(super) struct Request {
    /// From its first line to the blank one before the body; that one is left out, so that fields can be
    /// added.
    pub(super) fields: Bytes,
    /// The body in its transfer coding.
    pub(super) body: Bytes,
    /// Whether its answer has no body, whatever its head says.
    pub(super) head_only: bool,
    /// Whether the client means to use the connection again.
    pub(super) keeps_alive: bool,
}

/// What the head of a request says about the rest.
struct Head {
    length: usize,
    end: BodyEnd,
    head_only: bool,
    keeps_alive: bool,
    expects_continue: bool,
}

impl Request {
    /// The path in its first line.
    pub(super) fn path(&self) -> Option<&str> {
        let first = self.fields.split(|byte| *byte == b'\r').next()?;
        std::str::from_utf8(first).ok()?.split(' ').nth(1)
    }

    /// Reads the next one. `pending` is what was read of it already, and holds afterwards what was read
    /// beyond it.
    pub(super) async fn read(client: &mut TcpStream, pending: &mut BytesMut) -> io::Result<Request> {
        let head = loop {
            match parse(pending)? {
                Some(head) => break head,
                None => fill(client, pending).await?,
            }
        };
        let fields = pending.split_to(head.length).freeze();
        let body = read_body(client, pending, &head).await?;
        Ok(Request {
            fields: without_blank_line(fields),
            body,
            head_only: head.head_only,
            keeps_alive: head.keeps_alive,
        })
    }
}

fn parse(bytes: &[u8]) -> io::Result<Option<Head>> {
    let mut fields = no_fields();
    let mut request = httparse::Request::new(&mut fields);
    let parsed = request.parse(bytes).map_err(|error| malformed(&error.to_string()))?;
    let Status::Complete(length) = parsed else {
        return Ok(None);
    };
    Ok(Some(Head {
        length,
        end: body_end(request.headers)?,
        head_only: request.method == Some("HEAD"),
        keeps_alive: request.version == Some(1) && !has_token(request.headers, "connection", "close"),
        expects_continue: has_token(request.headers, "expect", "100-continue"),
    }))
}

async fn read_body(client: &mut TcpStream, pending: &mut BytesMut, head: &Head) -> io::Result<Bytes> {
    let mut expects_continue = head.expects_continue;
    loop {
        if let Some(end) = end_of_body(pending, head.end)? {
            return Ok(pending.split_to(end).freeze());
        }
        if std::mem::take(&mut expects_continue) {
            client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        fill(client, pending).await?;
    }
}

fn without_blank_line(mut head: Bytes) -> Bytes {
    let blank = if head.ends_with(b"\r\n") { 2 } else { 1 };
    head.truncate(head.len() - blank);
    head
}
