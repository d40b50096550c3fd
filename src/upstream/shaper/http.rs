//! As much of HTTP/1.1 as it takes to find where a message ends.

use bytes::BytesMut;
use httparse::{EMPTY_HEADER, Header, Status};
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt};

/// How long a message may be, in bytes.
pub(super) const MAX_MESSAGE: usize = 64 << 20;

/// How many header fields a message may have.
const MAX_FIELDS: usize = 128;

/// Room for the header fields of a message.
pub(super) type Fields<'a> = [Header<'a>; MAX_FIELDS];

/// An empty [`Fields`].
pub(super) fn no_fields<'a>() -> Fields<'a> {
    [EMPTY_HEADER; MAX_FIELDS]
}

/// How the end of a message's body is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyEnd {
    /// After so many bytes.
    Length(usize),
    /// By the last chunk.
    Chunked,
}

/// How the end of the body is told by a message with these fields.
pub(super) fn body_end(fields: &[Header<'_>]) -> io::Result<BodyEnd> {
    if has_token(fields, "transfer-encoding", "chunked") {
        return Ok(BodyEnd::Chunked);
    }
    let Some(field) = fields.iter().find(|field| is(field, "content-length")) else {
        return Ok(BodyEnd::Length(0));
    };
    let length = std::str::from_utf8(field.value).ok().and_then(|value| value.trim().parse().ok());
    length.map(BodyEnd::Length).ok_or_else(|| malformed("content-length"))
}

/// Whether a field is called so; `name` is in lower case.
pub(super) fn is(field: &Header<'_>, name: &str) -> bool {
    field.name.eq_ignore_ascii_case(name)
}

/// Whether the comma-separated lists of a field name a token.
pub(super) fn has_token(fields: &[Header<'_>], name: &str, token: &str) -> bool {
    let lists = fields.iter().filter(|field| is(field, name));
    lists
        .flat_map(|field| field.value.split(|byte| *byte == b','))
        .any(|item| item.trim_ascii().eq_ignore_ascii_case(token.as_bytes()))
}

/// Where a body at the start of `bytes` ends, as soon as it is all there.
pub(super) fn end_of_body(bytes: &[u8], end: BodyEnd) -> io::Result<Option<usize>> {
    match end {
        BodyEnd::Length(length) if length > MAX_MESSAGE => Err(malformed("too long a body")),
        BodyEnd::Length(length) => Ok(Some(length).filter(|length| *length <= bytes.len())),
        BodyEnd::Chunked => end_of_chunks(bytes),
    }
}

fn end_of_chunks(bytes: &[u8]) -> io::Result<Option<usize>> {
    let mut at = 0;
    while let Some(rest) = bytes.get(at..) {
        let parsed = httparse::parse_chunk_size(rest).map_err(|_| malformed("chunk size"))?;
        let Status::Complete((line, size)) = parsed else {
            return Ok(None);
        };
        if size == 0 {
            return Ok(end_of_trailers(bytes, at + line));
        }
        let size = usize::try_from(size).ok().filter(|size| *size <= MAX_MESSAGE);
        at += line + size.ok_or_else(|| malformed("too long a chunk"))? + "\r\n".len();
    }
    Ok(None)
}

/// Trailers are lines like the head's, and an empty one ends them.
fn end_of_trailers(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = bytes.get(start..)?;
    if rest.starts_with(b"\r\n") {
        return Some(start + 2);
    }
    let blank = rest.windows(4).position(|window| window == b"\r\n\r\n")?;
    Some(start + blank + 4)
}

/// Reads what has arrived; an error where nothing comes any more.
pub(super) async fn fill(reader: &mut (impl AsyncRead + Unpin), buffer: &mut BytesMut) -> io::Result<()> {
    if buffer.len() > MAX_MESSAGE {
        return Err(malformed("too long a message"));
    }
    match reader.read_buf(buffer).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(()),
    }
}

/// The other side does not speak HTTP/1.1.
pub(super) fn malformed(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("malformed HTTP: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chunks_end_after_their_trailers() {
        let whole = b"5;ext=1\r\nhello\r\n0\r\ntrailer: x\r\n\r\nnext";
        assert_eq!(end_of_chunks(whole).unwrap(), Some(whole.len() - 4));
        for cut in 0..whole.len() - 4 {
            assert_eq!(end_of_chunks(&whole[..cut]).unwrap(), None, "cut at {cut}");
        }
    }

    #[test]
    fn sizes_that_cannot_be_are_refused() {
        assert!(end_of_chunks(b"xyz\r\n").is_err());
        assert!(end_of_chunks(b"ffffffffffffffff\r\n").is_err());
        assert!(end_of_body(b"", BodyEnd::Length(usize::MAX)).is_err());
    }
}
