//! The decoder of server-sent events: bytes in, in whatever pieces they come, and events out.
//!
//! It follows what real servers (0.53.0) make of a stream, with one difference: a byte order mark is skipped.

use super::delegate::{FaultKind, StreamFault};
use memchr::memchr2;
use std::borrow::Cow;
use std::mem;
use std::str::Utf8Error;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An event of a stream. What lies in one piece of the stream is borrowed from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SseEvent<'p> {
    /// What its `event` field says, where it has one.
    pub name: Option<Cow<'p, str>>,
    /// Its data, which is never empty: several lines of it are joined with LF.
    pub data: Cow<'p, str>,
}

/// Decodes one stream, piece by piece.
///
/// ```
/// use responses_parity::wire::SseDecoder;
///
/// let mut decoder = SseDecoder::new();
/// assert_eq!(decoder.events(b"data: {\"ty").count(), 0);
/// let event = decoder.events(b"pe\":\"a\"}\r\n\r\ndata: cut off").next().unwrap()?;
/// assert_eq!(event.data, r#"{"type":"a"}"#);
/// # Ok::<(), responses_parity::wire::StreamFault>(())
/// ```
#[derive(Debug, Default)]
pub struct SseDecoder {
    /// The beginning of a line whose end has not come yet.
    line: Vec<u8>,
    /// The lines of an event whose end has not come yet.
    block: Block<'static>,
    /// The last piece ended with CR: a LF that begins the next one belongs to it.
    after_cr: bool,
    begun: bool,
    broken: bool,
}

impl SseDecoder {
    /// A decoder of a stream of which nothing has come yet.
    pub fn new() -> SseDecoder {
        SseDecoder::default()
    }

    /// The events that end in this piece, the next one of the stream. Events that have no data are none, and one that
    /// never ends is never given.
    ///
    /// What is not UTF-8 gives a [`FaultKind::Encoding`], as soon as its line ends, and is the end of the stream: nothing
    /// is given after it. Take all events of a piece before the next one; those that are not taken are lost.
    pub fn events<'p>(&mut self, piece: &'p [u8]) -> SseEvents<'_, 'p> {
        let mut rest = piece;
        if let Some(last) = piece.last() {
            if self.after_cr {
                rest = rest.strip_prefix(b"\n").unwrap_or(rest);
            }
            self.after_cr = *last == b'\r';
        }
        SseEvents { decoder: self, rest }
    }

    /// Adds a line that lies in this piece, or ends in it.
    fn add_line<'p>(
        &mut self,
        line: &'p [u8],
        block: &mut Block<'p>,
    ) -> Result<Option<SseEvent<'p>>, Utf8Error> {
        if !self.line.is_empty() {
            let mut whole = mem::take(&mut self.line);
            whole.extend_from_slice(line);
            let added = block.add(self.without_mark(&whole), |value| Cow::Owned(value.to_owned()));
            whole.clear();
            self.line = whole;
            added?;
            return Ok(None);
        }
        let line = self.without_mark(line);
        if line.is_empty() {
            return Ok(mem::take(block).event());
        }
        block.add(line, Cow::Borrowed)?;
        Ok(None)
    }

    /// The line, without the mark that the first one may begin with.
    fn without_mark<'l>(&mut self, line: &'l [u8]) -> &'l [u8] {
        let first = !mem::replace(&mut self.begun, true);
        line.strip_prefix(BYTE_ORDER_MARK).filter(|_| first).unwrap_or(line)
    }
}

/// The events that end in one piece of a stream: see [`SseDecoder::events`].
#[derive(Debug)]
pub struct SseEvents<'d, 'p> {
    decoder: &'d mut SseDecoder,
    rest: &'p [u8],
}

impl<'p> Iterator for SseEvents<'_, 'p> {
    type Item = Result<SseEvent<'p>, StreamFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.decoder.broken {
            return None;
        }
        let mut block: Block<'p> = mem::take(&mut self.decoder.block);
        while let Some((line, rest)) = split_line(self.rest) {
            self.rest = rest;
            match self.decoder.add_line(line, &mut block) {
                Ok(None) => {}
                Ok(Some(event)) => return Some(Ok(event)),
                Err(cause) => {
                    self.decoder.broken = true;
                    return Some(Err(not_utf8(cause)));
                }
            }
        }
        self.decoder.line.extend_from_slice(mem::take(&mut self.rest));
        self.decoder.block = block.into_owned();
        None
    }
}

/// The first line without its end, which is LF, CR or CRLF, and what follows it; none where no line ends.
pub(super) fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = memchr2(b'\n', b'\r', bytes)?;
    let (line, rest) = bytes.split_at(end);
    Some((line, rest.strip_prefix(b"\r\n").unwrap_or(&rest[1..])))
}

/// What the lines since the last blank one say.
#[derive(Debug, Default)]
struct Block<'p> {
    name: Option<Cow<'p, str>>,
    data: Option<Cow<'p, str>>,
}

impl<'p> Block<'p> {
    /// Adds the field in a line. `kept` makes of its value what outlives the line.
    fn add<'l>(&mut self, line: &'l [u8], kept: impl Fn(&'l str) -> Cow<'p, str>) -> Result<(), Utf8Error> {
        let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
        let (field, rest) = line.split_at(colon);
        let value = rest.strip_prefix(b": ").or(rest.strip_prefix(b":")).unwrap_or(rest);
        match field {
            b"data" => {
                let line = str::from_utf8(value)?;
                match &mut self.data {
                    Some(data) => data.to_mut().extend(["\n", line]),
                    None => self.data = Some(kept(line)),
                }
            }
            b"event" => self.name = Some(kept(str::from_utf8(value)?)),
            // Nothing here needs them, but they end a stream where they are not UTF-8. An id with NUL is none.
            b"id" if value.contains(&0) => {}
            b"id" | b"retry" => {
                str::from_utf8(value)?;
            }
            _ => {}
        }
        Ok(())
    }

    fn event(self) -> Option<SseEvent<'p>> {
        let data = self.data.filter(|data| !data.is_empty())?;
        Some(SseEvent { name: self.name, data })
    }

    fn into_owned(self) -> Block<'static> {
        let owned = |text: Cow<'p, str>| Cow::Owned(text.into_owned());
        Block { name: self.name.map(owned), data: self.data.map(owned) }
    }
}

/// Real servers (0.53.0) count from the first bad byte, whatever came before it in its field.
fn not_utf8(cause: Utf8Error) -> StreamFault {
    let message = match cause.error_len() {
        Some(length) => format!("invalid utf-8 sequence of {length} bytes from index 0"),
        None => "incomplete utf-8 byte sequence from index 0".to_owned(),
    };
    StreamFault { kind: FaultKind::Encoding, message }
}
