//! Which log a message belongs to, and whose wait it ends. Pure bookkeeping: no I/O, no clock.

use super::address::{Address, conversation_opened_by};
use super::ended::{EndCause, Ended};
use super::entry::{Direction, Entry};
use super::limits::Limits;
use super::link::Reply;
use super::mailboxes::{Mailbox, Mailboxes};
use super::rate_limits::{Attributed, Unrepeated};
use super::strays::{Latest, StrayLog, Strays};
use crate::wire::{ConversationId, Message, RequestId, methods};
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// On whose behalf something is sent.
#[derive(Clone, Debug)]
pub(super) enum Owner {
    /// The connection's.
    Process,
    /// That of the conversation which the answer will name.
    NewConversation,
    /// A conversation's.
    Conversation(ConversationId),
}

/// An answer on its way to whoever asked. Handed over outside the router's lock.
pub(super) struct Delivery {
    pub(super) waiter: oneshot::Sender<Reply>,
    pub(super) answer: Arc<Entry>,
    /// The conversation that the answer opened.
    pub(super) opened: Option<ConversationId>,
}

#[derive(Debug)]
struct Pending {
    owner: Owner,
    request: Arc<Entry>,
    waiter: oneshot::Sender<Reply>,
}

/// Everything a session knows.
#[derive(Debug)]
pub(super) struct Router {
    /// Lines for stdin. `None` once the session is being shut down.
    outbox: Option<mpsc::UnboundedSender<Arc<str>>>,
    next_id: i64,
    /// Requests without an answer, also those that nobody waits for any more: a late answer has its place too.
    pending: BTreeMap<RequestId, Pending>,
    conversations: Mailboxes,
    dropped: BTreeSet<ConversationId>,
    strays: StrayLog,
    process_log: Latest,
    limits: Limits,
    /// Whose delegated calls are: what the server says of a call later names only the call.
    calls: BTreeMap<String, ConversationId>,
    unrepeated: Unrepeated,
    /// Whose is what names nobody, while somebody has the floor.
    floor: Option<ConversationId>,
    last_received: Option<Arc<Entry>>,
    ended: Option<Arc<Ended>>,
    /// Is told every message, in the order of the pipe, until the session ends.
    watcher: Option<mpsc::UnboundedSender<Arc<Entry>>>,
}

/// Nothing can be sent any more.
#[derive(Debug)]
pub(super) struct Closed;

impl Router {
    pub(super) fn new(
        outbox: mpsc::UnboundedSender<Arc<str>>,
        limits: Limits,
        watcher: Option<mpsc::UnboundedSender<Arc<Entry>>>,
    ) -> Router {
        Router {
            outbox: Some(outbox),
            next_id: 0,
            pending: BTreeMap::new(),
            conversations: Mailboxes::default(),
            dropped: BTreeSet::new(),
            strays: StrayLog::new(&limits),
            process_log: Latest::new(&limits),
            limits,
            calls: BTreeMap::new(),
            unrepeated: Unrepeated::default(),
            floor: None,
            last_received: None,
            ended: None,
            watcher,
        }
    }

    /// An id that no request of this session has had.
    pub(super) fn fresh_id(&mut self) -> RequestId {
        let id = self.next_id;
        self.next_id += 1;
        RequestId::Integer(id)
    }

    /// Queues a message and logs it, in one step: logs have the order of the pipe.
    pub(super) fn send(&mut self, owner: &Owner, entry: Arc<Entry>) -> Result<(), Closed> {
        let outbox = self.outbox.as_ref().filter(|_| self.ended.is_none()).ok_or(Closed)?;
        // The queue is gone when writing failed; the session is about to end, and to say so.
        let _ = outbox.send(entry.line().into());
        self.show(&entry);
        match owner {
            Owner::Conversation(id) => self.file(Some(id), entry),
            // A new conversation's request waits in the process log until its answer says where it belongs.
            Owner::Process | Owner::NewConversation => self.file(None, entry),
        }
        Ok(())
    }

    /// Sends a request whose answer goes to `waiter`. A session that ends drops the waiter.
    pub(super) fn request(
        &mut self,
        id: RequestId,
        owner: Owner,
        request: Arc<Entry>,
        waiter: oneshot::Sender<Reply>,
    ) -> Result<(), Closed> {
        self.send(&owner, Arc::clone(&request))?;
        let pending = Pending { owner, request, waiter };
        self.pending.insert(id, pending);
        Ok(())
    }

    /// Whether more is kept for conversations than may be.
    pub(super) fn too_much(&self) -> Option<EndCause> {
        let bytes = self.limits.conversations;
        (self.conversations.bytes > bytes).then_some(EndCause::TooMuch { bytes })
    }

    /// Logs what the server sent.
    pub(super) fn receive(&mut self, entry: Entry) -> Option<Delivery> {
        let entry = Arc::new(entry);
        self.show(&entry);
        self.last_received = Some(Arc::clone(&entry));
        match &entry.message {
            Message::Response { id, .. } | Message::Error { id: Some(id), .. } => self.answer(id, &entry),
            Message::Error { id: None, .. } => {
                self.stray(entry);
                None
            }
            Message::Notification { method, .. }
                if method == methods::RATE_LIMITS_UPDATED && self.floor.is_some() =>
            {
                let owner = self.floor.clone();
                self.file(owner.as_ref(), entry);
                None
            }
            Message::Notification { method, params } if method == methods::RATE_LIMITS_UPDATED => {
                let settled = self.unrepeated.repeated(params.as_deref(), Arc::clone(&entry));
                self.file_all(settled);
                None
            }
            Message::Request { method, params, .. } | Message::Notification { method, params } => {
                let owner = self.addressee(method, params.as_deref());
                self.file(owner.as_ref(), Arc::clone(&entry));
                None
            }
        }
    }

    fn answer(&mut self, id: &RequestId, answer: &Arc<Entry>) -> Option<Delivery> {
        let Some(pending) = self.pending.remove(id) else {
            self.stray(Arc::clone(answer));
            return None;
        };
        let opened = match pending.owner {
            Owner::NewConversation => self.open(&pending.request, answer),
            Owner::Conversation(id) => {
                self.file(Some(&id), Arc::clone(answer));
                None
            }
            Owner::Process => {
                self.file(None, Arc::clone(answer));
                None
            }
        };
        Some(Delivery { waiter: pending.waiter, answer: Arc::clone(answer), opened })
    }

    /// Makes the mailbox of a new conversation. It begins with the request and its answer. Not for a name that is
    /// taken: the logs of two conversations would be one.
    fn open(&mut self, request: &Arc<Entry>, answer: &Arc<Entry>) -> Option<ConversationId> {
        let id = conversation_opened_by(&answer.message);
        let Some(id) = id.filter(|id| !self.conversations.contains(id)) else {
            self.file(None, Arc::clone(answer));
            return None;
        };
        self.dropped.remove(&id);
        self.process_log.remove(request);
        self.conversations.open(id.clone());
        self.conversations.add(&id, request);
        self.conversations.add(&id, answer);
        Some(id)
    }

    fn addressee(&mut self, method: &str, params: Option<&RawValue>) -> Option<ConversationId> {
        let address = params.map(Address::of).unwrap_or_default();
        let owner = match (address.conversation_id, address.call_id) {
            (Some(owner), Some(call)) if method == methods::RESPONSES_API_CALL => {
                if self.conversations.contains(&owner) {
                    self.calls.insert(call, owner.clone());
                }
                Some(owner)
            }
            (None, Some(call)) => self.calls.get(&call).cloned(),
            (owner, _) => owner,
        };
        if method == methods::TOKEN_COUNT {
            // The one before it is due first.
            self.file_due(owner.as_ref());
            self.unrepeated.note(owner.clone(), params);
        }
        owner
    }

    /// Logs an entry, behind what its conversation must have had before it.
    fn file(&mut self, owner: Option<&ConversationId>, entry: Arc<Entry>) {
        let is_token_count =
            matches!(&entry.message, Message::Notification { method, .. } if method == methods::TOKEN_COUNT);
        if entry.direction == Direction::Received && !is_token_count {
            self.file_due(owner);
        }
        self.append(owner, entry);
    }

    fn file_due(&mut self, owner: Option<&ConversationId>) {
        if let Some(due) = owner.and_then(|owner| self.unrepeated.due(owner)) {
            self.append(owner, due);
        }
    }

    fn file_all(&mut self, settled: Vec<Attributed>) {
        for (owner, entry) in settled {
            self.append(owner.as_ref(), entry);
        }
    }

    /// What is sent on behalf of a dropped conversation has no place any more. Answers come here only if they answer
    /// something.
    fn append(&mut self, owner: Option<&ConversationId>, entry: Arc<Entry>) {
        if owner.is_some_and(|id| self.conversations.add(id, &entry)) {
            return;
        }
        let is_answer = matches!(entry.message, Message::Response { .. } | Message::Error { .. });
        let is_asked_for = entry.direction == Direction::Sent || is_answer;
        match (owner.is_some_and(|id| self.dropped.contains(id)), is_asked_for) {
            (true, true) => {}
            (true, false) => self.strays.add(entry),
            (false, true) => drop(self.process_log.add(entry)),
            (false, false) => self.stray(entry),
        }
    }

    /// Logs what is nobody's, and was not asked for.
    fn stray(&mut self, entry: Arc<Entry>) {
        self.strays.add(Arc::clone(&entry));
        self.process_log.add(entry);
    }

    /// Gives the floor to a conversation, or to nobody.
    pub(super) fn set_floor(&mut self, id: Option<ConversationId>) {
        self.floor = id;
    }

    /// Forgets a conversation and all its messages.
    pub(super) fn drop_conversation(&mut self, id: &ConversationId) -> Option<Mailbox> {
        self.calls.retain(|_, owner| owner != id);
        self.dropped.insert(id.clone());
        let settled = self.unrepeated.forget(id);
        self.file_all(settled);
        self.conversations.remove(id)
    }

    fn show(&self, entry: &Arc<Entry>) {
        if let Some(watcher) = &self.watcher {
            // Fails only where nobody watches any more.
            let _ = watcher.send(Arc::clone(entry));
        }
    }

    /// Accepts nothing more for the server. What is queued is still written, then stdin is closed.
    pub(super) fn close(&mut self) {
        self.outbox = None;
    }

    pub(super) fn is_closed(&self) -> bool {
        self.outbox.is_none()
    }

    /// Ends every wait. Only the first end counts.
    pub(super) fn end(&mut self, ended: Ended) {
        if self.ended.is_some() {
            return;
        }
        self.ended = Some(Arc::new(ended));
        self.watcher = None;
        self.pending.clear();
        let held = self.unrepeated.rest();
        self.file_all(held);
        self.conversations.wake_all();
    }

    pub(super) fn ended(&self) -> Option<Arc<Ended>> {
        self.ended.clone()
    }

    pub(super) fn mailbox(&self, id: &ConversationId) -> Option<&Mailbox> {
        self.conversations.get(id)
    }

    pub(super) fn process_log(&self) -> Vec<Arc<Entry>> {
        self.process_log.entries.iter().cloned().collect()
    }

    pub(super) fn strays(&self) -> Strays {
        self.strays.strays()
    }

    /// What the server sent last: for this conversation, where one is given.
    pub(super) fn last_received(&self, owner: &Owner) -> Option<Arc<Entry>> {
        match owner {
            Owner::Conversation(id) => self.conversations.last_received(id),
            Owner::Process | Owner::NewConversation => self.last_received.clone(),
        }
    }
}
