//! Passes a request to wiremock and reads the answer.

use super::http::{BodyEnd, body_end, end_of_body, fill, is, malformed, no_fields};
use super::request::Request;
use crate::upstream::marks::{EXCHANGE, SHAPED};
use bytes::{Bytes, BytesMut};
use httparse::{Header, Status};
use std::io;
use std::net::SocketAddr;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// Fields that the shaper writes itself, or nobody is to see.
const NOT_PASSED_ON: [&str; 4] = ["connection", "content-length", "transfer-encoding", EXCHANGE];

/// Wiremock's answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status line and the fields that are passed on, each with its line end.
    pub(super) head: Vec<u8>,
    /// `None` where the status or the method forbid one.
    pub(super) body: Option<Bytes>,
    /// The replay and the index of the exchange that it is, if it is one.
    pub(super) exchange: Option<(String, usize)>,
}

/// What the head of an answer says about the rest.
struct Head {
    length: usize,
    status: u16,
    end: BodyEnd,
    passed_on: Vec<u8>,
    exchange: Option<(String, usize)>,
}

/// Asks wiremock. Each request has a connection of its own: it may carry a `connection` field of the
/// client's.
pub(super) async fn ask(backend: SocketAddr, request: &Request) -> io::Result<Answer> {
    let mut wiremock = TcpStream::connect(backend).await?;
    wiremock.set_nodelay(true)?;
    let mark = format!("{SHAPED}: 1\r\n\r\n");
    let whole = [&request.fields[..], mark.as_bytes(), &request.body[..]].concat();
    wiremock.write_all(&whole).await?;
    read_answer(&mut wiremock, request.head_only).await
}

async fn read_answer(wiremock: &mut TcpStream, head_only: bool) -> io::Result<Answer> {
    let mut pending = BytesMut::new();
    let head = read_head(wiremock, &mut pending).await?;
    let bodiless = head_only || matches!(head.status, 204 | 304);
    let body = if bodiless { None } else { Some(read_body(wiremock, &mut pending, head.end).await?) };
    Ok(Answer { head: head.passed_on, body, exchange: head.exchange })
}

/// Reads the head of the final response; a `100 Continue` before it was the shaper's to send.
async fn read_head(wiremock: &mut TcpStream, pending: &mut BytesMut) -> io::Result<Head> {
    loop {
        let Some(head) = parse(pending)? else {
            fill(wiremock, pending).await?;
            continue;
        };
        let _ = pending.split_to(head.length);
        if head.status >= 200 {
            return Ok(head);
        }
    }
}

async fn read_body(wiremock: &mut TcpStream, pending: &mut BytesMut, end: BodyEnd) -> io::Result<Bytes> {
    if end == BodyEnd::Chunked {
        return Err(malformed("wiremock sends no chunks"));
    }
    loop {
        match end_of_body(pending, end)? {
            Some(end) => return Ok(pending.split_to(end).freeze()),
            None => fill(wiremock, pending).await?,
        }
    }
}

fn parse(bytes: &[u8]) -> io::Result<Option<Head>> {
    let mut fields = no_fields();
    let mut response = httparse::Response::new(&mut fields);
    let parsed = response.parse(bytes).map_err(|error| malformed(&error.to_string()))?;
    let (Status::Complete(length), Some(status)) = (parsed, response.code) else {
        return Ok(None);
    };
    Ok(Some(Head {
        length,
        status,
        end: body_end(response.headers)?,
        passed_on: passed_on(status, response.reason.unwrap_or_default(), response.headers),
        exchange: exchange(response.headers),
    }))
}

fn passed_on(status: u16, reason: &str, fields: &[Header<'_>]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} {reason}\r\n").into_bytes();
    for field in fields.iter().filter(|field| !NOT_PASSED_ON.iter().any(|name| is(field, name))) {
        head.extend_from_slice(field.name.as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(field.value);
        head.extend_from_slice(b"\r\n");
    }
    head
}

fn exchange(fields: &[Header<'_>]) -> Option<(String, usize)> {
    let field = fields.iter().find(|field| is(field, EXCHANGE))?;
    let (replay, index) = std::str::from_utf8(field.value).ok()?.split_once('/')?;
    Some((replay.to_owned(), index.parse().ok()?))
}
