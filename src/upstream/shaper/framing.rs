//! How an answer looks on the wire: its head, its pieces, its end.

use super::relay::Answer;
use crate::recording::{Delivery, End, Framing};
use std::ops::Range;

/// A piece of a body on the wire.
#[derive(Debug)]
pub(super) struct Framed {
    pub(super) bytes: Vec<u8>,
    /// Which of them are the body's own.
    pub(super) body: Range<usize>,
}

/// The response head, with the fields that the framing needs.
///
/// A body with a declared length whose response does not end well is declared one byte longer than it is:
/// otherwise its last byte would end the response.
pub(super) fn head(answer: &Answer, delivery: &Delivery, keeps_alive: bool) -> Vec<u8> {
    let mut head = answer.head.clone();
    if let Some(body) = &answer.body {
        let missing = usize::from(delivery.end != End::Complete);
        match delivery.framing {
            Framing::Length => add(&mut head, &format!("content-length: {}", body.len() + missing)),
            Framing::Chunked => add(&mut head, "transfer-encoding: chunked"),
            Framing::Close => {}
        }
    }
    // Without a body the client has all of it, and would send the next request while this one has its bad end.
    let ends_badly_unseen = answer.body.is_none() && delivery.end != End::Complete;
    if !keeps_alive || delivery.framing == Framing::Close || ends_badly_unseen {
        add(&mut head, "connection: close");
    }
    add(&mut head, "");
    head
}

/// A piece of a body. It must not be empty: an empty chunk would end the body.
pub(super) fn piece(bytes: &[u8], framing: Framing) -> Framed {
    let (before, after) = match framing {
        Framing::Chunked => (format!("{:x}\r\n", bytes.len()), "\r\n"),
        Framing::Length | Framing::Close => (String::new(), ""),
    };
    Framed {
        bytes: [before.as_bytes(), bytes, after.as_bytes()].concat(),
        body: before.len()..before.len() + bytes.len(),
    }
}

/// What follows a whole body.
pub(super) fn end(framing: Framing) -> &'static [u8] {
    match framing {
        Framing::Chunked => b"0\r\n\r\n",
        Framing::Length | Framing::Close => b"",
    }
}

fn add(head: &mut Vec<u8>, line: &str) {
    head.extend_from_slice(line.as_bytes());
    head.extend_from_slice(b"\r\n");
}
