//! What a process and its conversations share: the way to the server, and the logs.

use super::deadlines::Deadlines;
use super::ended::{EndCause, Ended};
use super::entry::{Direction, Entry, Transcript};
use super::environment::Surroundings;
use super::error::{DeadlinePassed, SessionError};
use super::router::{Closed, Delivery, Owner, Router};
use super::text::shorten;
use super::transport::{Line, Partial, StderrTail};
use crate::wire::{ConversationId, Dialect, Message, to_raw};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use std::process::ExitStatus;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex as AsyncMutex, Notify, oneshot};
use tokio::time::timeout;

/// One session, as seen by all who take part in it.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) router: Mutex<Router>,
    pub(super) started: Instant,
    pub(super) stderr: StderrTail,
    /// What the server has begun to say on stdout.
    pub(super) partial: Partial,
    /// Held by the conversation that has the floor.
    pub(super) floor: Arc<AsyncMutex<()>>,
    pub(super) deadlines: Deadlines,
    pub(super) surroundings: Surroundings,
    /// The command line, for errors.
    pub(super) command: String,
}

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    answer: Arc<Entry>,
    /// The conversation it opened.
    pub(super) registration: Option<Registration>,
}

/// A conversation's place in the logs. Dropping it gives the place up, so that one nobody takes is not kept.
#[derive(Debug)]
pub(super) struct Registration {
    pub(super) link: Arc<Link>,
    pub(super) id: ConversationId,
}

/// What a conversation finds when it looks for its next message.
pub(super) enum Look {
    Found { entry: Arc<Entry>, position: usize },
    Nothing(Arc<Notify>),
    Ended,
}

impl Link {
    /// No method of the router panics half-way, so what a poisoned lock holds is still in order.
    pub(super) fn router(&self) -> MutexGuard<'_, Router> {
        self.router.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a request, waits for its answer, and reads what that says.
    pub(super) async fn request<R: DeserializeOwned>(
        &self,
        owner: Owner,
        method: &str,
        params: &impl Serialize,
        within: Duration,
    ) -> Result<R, SessionError> {
        self.call(owner, method, Some(to_raw(params)), within).await?.parse(method)
    }

    /// Sends a request and waits for its answer.
    pub(super) async fn call(
        &self,
        owner: Owner,
        method: &str,
        params: Option<Box<RawValue>>,
        within: Duration,
    ) -> Result<Reply, SessionError> {
        let waiting_for = format!("the answer to `{method}`");
        let answer = self.ask(owner.clone(), method, params);
        let answer = answer.map_err(|Closed| self.ended_error(&waiting_for))?;
        match timeout(within, answer).await {
            Ok(Ok(reply)) => reply.accepted(method),
            Ok(Err(_dropped)) => Err(self.ended_error(&waiting_for)),
            Err(_elapsed) => Err(self.deadline_error(&owner, waiting_for, within)),
        }
    }

    fn ask(
        &self,
        owner: Owner,
        method: &str,
        params: Option<Box<RawValue>>,
    ) -> Result<oneshot::Receiver<Reply>, Closed> {
        let (waiter, answer) = oneshot::channel();
        let mut router = self.router();
        let id = router.fresh_id();
        let message = Message::Request { id: id.clone(), method: method.to_owned(), params };
        router.request(id, owner, Arc::new(Entry::sent(self.started.elapsed(), message)), waiter)?;
        Ok(answer)
    }

    /// Sends what wants no answer.
    pub(super) fn post(&self, owner: &Owner, message: Message) -> Result<(), SessionError> {
        let mut router = self.router();
        let entry = Arc::new(Entry::sent(self.started.elapsed(), message));
        let sent = router.send(owner, Arc::clone(&entry));
        drop(router);
        sent.map_err(|Closed| self.ended_error(&format!("to send {}", entry.label())))
    }

    /// Takes a line from the server.
    pub(super) fn receive(self: &Arc<Self>, line: &Line) -> Result<(), EndCause> {
        let entry = Entry::received(self.started.elapsed(), &line.text);
        let entry = entry.map_err(|error| line.refused(&error.problem))?;
        let mut router = self.router();
        let (delivery, too_much) = (router.receive(entry), router.too_much());
        drop(router);
        if let Some(delivery) = delivery {
            self.deliver(delivery);
        }
        too_much.map_or(Ok(()), Err)
    }

    fn deliver(self: &Arc<Self>, delivery: Delivery) {
        let reply = Reply {
            answer: delivery.answer,
            registration: delivery.opened.map(|id| Registration { link: Arc::clone(self), id }),
        };
        // Nobody may be waiting any more; then a conversation just opened is given up with the reply.
        let _ = delivery.waiter.send(reply);
    }

    /// Looks for a message received for a conversation, at or after a position in its log.
    pub(super) fn look(&self, id: &ConversationId, from: usize) -> Look {
        let router = self.router();
        let Some(mailbox) = router.mailbox(id) else {
            return Look::Ended;
        };
        let mut rest = mailbox.entries.iter().enumerate().skip(from);
        match rest.find(|(_, entry)| entry.direction == Direction::Received) {
            Some((position, entry)) => Look::Found { entry: Arc::clone(entry), position },
            None if router.ended().is_some() => Look::Ended,
            None => Look::Nothing(Arc::clone(&mailbox.arrived)),
        }
    }

    pub(super) fn transcript(&self, id: &ConversationId, dialect: Dialect) -> Transcript {
        let router = self.router();
        Transcript {
            conversation: id.clone(),
            dialect,
            entries: router.mailbox(id).map_or_else(Vec::new, |mailbox| mailbox.entries.clone()),
            surroundings: self.surroundings.clone(),
        }
    }

    /// Ends the session. Where the harness asked for it, an end without noise is as it should be.
    pub(super) fn end(&self, cause: EndCause, exit: Option<ExitStatus>) {
        let mut router = self.router();
        let cause = match cause {
            EndCause::Gone | EndCause::Write { .. } if router.is_closed() => EndCause::ShutDown,
            other => other,
        };
        router.end(self.ending(cause, exit));
    }

    pub(super) fn ended_error(&self, waiting_for: &str) -> SessionError {
        let ended = self.router().ended();
        SessionError::Ended {
            waiting_for: waiting_for.to_owned(),
            // A shutdown under way refuses calls before it is over.
            ended: ended.unwrap_or_else(|| Arc::new(self.ending(EndCause::ShutDown, None))),
        }
    }

    fn ending(&self, cause: EndCause, exit: Option<ExitStatus>) -> Ended {
        Ended { cause, exit, stderr: self.stderr.text(), command: self.command.clone() }
    }

    pub(super) fn deadline_error(&self, owner: &Owner, waiting_for: String, after: Duration) -> SessionError {
        SessionError::Deadline(Box::new(DeadlinePassed {
            waiting_for,
            after,
            unfinished: self.partial.start(),
            last: self.router().last_received(owner).map(|entry| entry.label()),
            stderr: self.stderr.text(),
        }))
    }
}

impl Reply {
    fn accepted(self, method: &str) -> Result<Reply, SessionError> {
        match &self.answer.message {
            Message::Error { error, .. } => {
                Err(SessionError::Rejected { method: method.to_owned(), error: error.clone() })
            }
            _ => Ok(self),
        }
    }

    /// The result, as what it should be.
    pub(super) fn parse<R: DeserializeOwned>(&self, method: &str) -> Result<R, SessionError> {
        let result = match &self.answer.message {
            Message::Response { result, .. } => result.get(),
            _ => "null",
        };
        serde_json::from_str(result).map_err(|error| SessionError::UnexpectedAnswer {
            method: method.to_owned(),
            expected: short_type_name::<R>(),
            got: shorten(result),
            problem: error.to_string(),
        })
    }
}

/// The type's name without its path, where it has no parameters with paths of their own.
fn short_type_name<T>() -> &'static str {
    let name = std::any::type_name::<T>();
    match name.rsplit_once("::") {
        Some((_, short)) if !name.contains('<') => short,
        _ => name,
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        let mailbox = self.link.router().drop_conversation(&self.id);
        // Outside the lock: it may be large.
        drop(mailbox);
    }
}
