//! The three pipes of a server.

use super::ended::EndCause;
use super::text::{beginning, shorten};
use crate::recording::redact;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, BufWriter};
use tokio::sync::mpsc::UnboundedReceiver;

/// The longest line that is read from a server, in bytes: 32 MiB. A longer one ends the session.
pub const LINE_LIMIT: usize = 32 * 1024 * 1024;

/// How much of an unfinished line is looked at to show its beginning, in bytes.
const PARTIAL_SHOWN: usize = 16 * 1024;

/// How much of stderr is shown, in bytes.
const STDERR_SHOWN: usize = 8 * 1024;

/// How much of it is kept: what is cut off at its beginning may be half a secret, and must not be near what is shown.
const STDERR_KEPT: usize = 2 * STDERR_SHOWN;

/// Lines of bounded length.
pub(super) struct Lines<R> {
    input: BufReader<R>,
    partial: Partial,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(super) fn new(input: R, partial: Partial) -> Lines<R> {
        Lines { input: BufReader::with_capacity(64 * 1024, input), partial }
    }

    /// The next line; `None` at the end. Dropping the future before it is done loses nothing.
    pub(super) async fn next(&mut self) -> Result<Option<Line>, EndCause> {
        loop {
            let read = self.input.fill_buf().await;
            let available = read.map_err(|error| EndCause::Read { problem: error.to_string() })?;
            let at_end = available.is_empty();
            let (used, is_whole) = self.partial.add_line(available);
            self.input.consume(used);
            if is_whole || at_end {
                let bytes = self.partial.take();
                return if bytes.is_empty() { Ok(None) } else { Line::from_bytes(bytes).map(Some) };
            }
        }
    }
}

/// What has been read of the next line. Shared, so that an error can show it.
#[derive(Clone, Debug, Default)]
pub(super) struct Partial(Arc<Mutex<Vec<u8>>>);

impl Partial {
    /// Adds what is there of the line, up to its end. Gives how much that was, and whether it will get no longer.
    fn add_line(&self, available: &[u8]) -> (usize, bool) {
        let mut partial = self.lock();
        let room = (LINE_LIMIT + 1).saturating_sub(partial.len());
        let available = &available[..available.len().min(room)];
        let end = available.iter().position(|byte| *byte == b'\n').map(|position| position + 1);
        let used = end.unwrap_or(available.len());
        partial.extend_from_slice(&available[..used]);
        (used, end.is_some() || partial.len() > LINE_LIMIT)
    }

    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.lock())
    }

    /// How it begins, escaped and cut.
    pub(super) fn start(&self) -> Option<String> {
        let partial = self.lock();
        let start = partial.get(..PARTIAL_SHOWN).unwrap_or(&partial);
        (!start.is_empty()).then(|| beginning(&String::from_utf8_lossy(start)))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A line without its line end.
pub(super) struct Line {
    pub(super) text: String,
    /// Whether it had a line end. The last one need not.
    ended: bool,
}

impl Line {
    fn from_bytes(mut bytes: Vec<u8>) -> Result<Line, EndCause> {
        let ended = bytes.pop_if(|last| *last == b'\n').is_some();
        if ended {
            bytes.pop_if(|last| *last == b'\r');
        } else if bytes.len() > LINE_LIMIT {
            return Err(EndCause::LineTooLong { start: beginning(&String::from_utf8_lossy(&bytes)) });
        }
        let problem = match String::from_utf8(bytes) {
            Ok(text) => return Ok(Line { text, ended }),
            Err(problem) => problem,
        };
        let line = Line { text: String::from_utf8_lossy(problem.as_bytes()).into_owned(), ended };
        Err(line.refused(&format!("not UTF-8: {}", problem.utf8_error())))
    }

    /// What it means that this line is no message.
    pub(super) fn refused(&self, problem: &str) -> EndCause {
        let line = shorten(&self.text);
        if self.ended {
            EndCause::Garbage { line, problem: problem.to_owned() }
        } else {
            EndCause::CutOff { line }
        }
    }
}

/// Writes lines until the queue is closed, and then closes the pipe.
pub(super) async fn write_lines(
    output: impl AsyncWrite + Unpin,
    mut queue: UnboundedReceiver<Arc<str>>,
) -> io::Result<()> {
    let mut output = BufWriter::new(output);
    while let Some(line) = queue.recv().await {
        output.write_all(line.as_bytes()).await?;
        output.write_all(b"\n").await?;
        if queue.is_empty() {
            output.flush().await?;
        }
    }
    Ok(())
}

/// The end of what a server wrote to stderr.
#[derive(Clone, Debug, Default)]
pub(super) struct StderrTail(Arc<Mutex<VecDeque<u8>>>);

impl StderrTail {
    /// Reads to the end, whatever comes: a full pipe would stop the server.
    pub(super) async fn fill_from(self, mut stderr: impl AsyncRead + Unpin) {
        let mut piece = vec![0; STDERR_KEPT];
        while let Ok(length @ 1..) = stderr.read(&mut piece).await {
            self.add(&piece[..length]);
        }
    }

    fn add(&self, piece: &[u8]) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(piece);
        let excess = kept.len().saturating_sub(STDERR_KEPT);
        kept.drain(..excess);
    }

    /// The last of it, without secrets.
    pub(super) fn text(&self) -> String {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(kept.make_contiguous()).into_owned();
        drop(kept);
        let text = redact(&text);
        let mut start = text.len().saturating_sub(STDERR_SHOWN);
        while !text.is_char_boundary(start) {
            start += 1;
        }
        text[start..].to_owned()
    }
}
