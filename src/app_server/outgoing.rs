//! The way to the client: every message leaves through one queue, in the order in which it was put in.

use crate::wire::Message;
use std::io;
use std::sync::Arc;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

/// How many messages may wait for a client that reads slowly, before whoever makes more has to wait too.
const ROOM: usize = 256;

/// The sending end of the queue.
#[derive(Clone, Debug)]
pub(super) struct Outgoing {
    queue: mpsc::UnboundedSender<Queued>,
    room: Arc<Semaphore>,
}

/// The receiving end of the queue.
#[derive(Debug)]
pub(super) struct Queue {
    queue: mpsc::UnboundedReceiver<Queued>,
}

/// Room for one message.
#[derive(Debug)]
pub(super) struct Slot {
    queue: mpsc::UnboundedSender<Queued>,
    room: Option<OwnedSemaphorePermit>,
}

#[derive(Debug)]
struct Queued {
    line: String,
    /// Given back once the line is written.
    _room: Option<OwnedSemaphorePermit>,
}

/// A queue and its two ends.
pub(super) fn queue() -> (Outgoing, Queue) {
    let (sender, receiver) = mpsc::unbounded_channel();
    let room = Arc::new(Semaphore::new(ROOM));
    (Outgoing { queue: sender, room }, Queue { queue: receiver })
}

impl Outgoing {
    /// Queues a message as soon as there is room.
    pub(super) async fn send(&self, message: &Message) {
        self.reserve().await.send(message);
    }

    /// Waits for room, so that the message itself can be sent without waiting.
    pub(super) async fn reserve(&self) -> Slot {
        Slot {
            queue: self.queue.clone(),
            // The semaphore is never closed.
            room: Arc::clone(&self.room).acquire_owned().await.ok(),
        }
    }

    /// Queues a message whether there is room or not: for the few that are sent where nothing can wait.
    pub(super) fn send_now(&self, message: &Message) {
        let slot = Slot { queue: self.queue.clone(), room: None };
        slot.send(message);
    }
}

impl Slot {
    /// Queues the message this room was kept for.
    pub(super) fn send(self, message: &Message) {
        let queued = Queued { line: message.to_line(), _room: self.room };
        // Fails only where the client stopped reading for good, and then the server is ending.
        let _ = self.queue.send(queued);
    }
}

impl Queue {
    /// Writes all messages until every sender is gone. Those that wait together are written together.
    ///
    /// # Errors
    /// What the output said.
    pub(super) async fn write_to(mut self, mut output: impl AsyncWrite + Unpin) -> io::Result<()> {
        let (mut waiting, mut bytes) = (Vec::with_capacity(ROOM), Vec::new());
        while self.queue.recv_many(&mut waiting, ROOM).await > 0 {
            bytes.clear();
            for queued in &waiting {
                bytes.extend_from_slice(queued.line.as_bytes());
                bytes.push(b'\n');
            }
            output.write_all(&bytes).await?;
            output.flush().await?;
            waiting.clear();
        }
        Ok(())
    }
}
