//! Which log a message belongs to, and whose wait it ends. Pure bookkeeping: no I/O, no clock.

use super::ended::Ended;
use super::entry::{Direction, Entry};
use super::link::Reply;
use super::rate_limits::{Attributed, Unrepeated};
use crate::wire::{ConversationId, Message, RequestId, Thread, methods};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use tokio::sync::{Notify, mpsc, oneshot};

/// How many messages of dropped conversations are kept.
const STRAYS_KEPT: usize = 16;

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

/// What came for conversations that had been dropped.
///
/// Their logs are gone, so these messages are only counted, and the last few kept: memory stays bounded however long
/// a process lives.
#[derive(Clone, Debug, Default)]
pub struct Strays {
    /// How many there were.
    pub count: u64,
    /// The last 16 of them, oldest first.
    pub last: VecDeque<Arc<Entry>>,
}

/// The messages of one conversation.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    pub(super) entries: Vec<Arc<Entry>>,
    /// Tells the one reader of the conversation that there is more.
    pub(super) arrived: Arc<Notify>,
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
    conversations: BTreeMap<ConversationId, Mailbox>,
    dropped: BTreeSet<ConversationId>,
    strays: Strays,
    process_log: Vec<Arc<Entry>>,
    /// Whose delegated calls are: what the server says of a call later names only the call.
    calls: BTreeMap<String, ConversationId>,
    unrepeated: Unrepeated,
    last_received: Option<Arc<Entry>>,
    ended: Option<Arc<Ended>>,
}

/// Nothing can be sent any more.
#[derive(Debug)]
pub(super) struct Closed;

impl Router {
    pub(super) fn new(outbox: mpsc::UnboundedSender<Arc<str>>) -> Router {
        Router {
            outbox: Some(outbox),
            next_id: 0,
            pending: BTreeMap::new(),
            conversations: BTreeMap::new(),
            dropped: BTreeSet::new(),
            strays: Strays::default(),
            process_log: Vec::new(),
            calls: BTreeMap::new(),
            unrepeated: Unrepeated::default(),
            last_received: None,
            ended: None,
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
        let _ = outbox.send(Arc::clone(&entry.line));
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

    /// Logs what the server sent.
    pub(super) fn receive(&mut self, entry: Entry) -> Option<Delivery> {
        let entry = Arc::new(entry);
        self.last_received = Some(Arc::clone(&entry));
        match &entry.message {
            Message::Response { id, .. } | Message::Error { id: Some(id), .. } => self.answer(id, &entry),
            Message::Error { id: None, .. } => {
                self.file(None, entry);
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
            self.file(None, Arc::clone(answer));
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
        let Some(id) = id.filter(|id| !self.conversations.contains_key(id)) else {
            self.file(None, Arc::clone(answer));
            return None;
        };
        self.dropped.remove(&id);
        self.process_log.retain(|entry| !Arc::ptr_eq(entry, request));
        let mailbox = self.conversations.entry(id.clone()).or_default();
        mailbox.entries.extend([Arc::clone(request), Arc::clone(answer)]);
        Some(id)
    }

    fn addressee(&mut self, method: &str, params: Option<&RawValue>) -> Option<ConversationId> {
        let address = params.map(Address::of).unwrap_or_default();
        let owner = match (address.conversation_id, address.call_id) {
            (Some(owner), Some(call)) if method == methods::RESPONSES_API_CALL => {
                self.calls.insert(call, owner.clone());
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

    fn append(&mut self, owner: Option<&ConversationId>, entry: Arc<Entry>) {
        match owner {
            Some(id) if self.conversations.contains_key(id) => {
                if let Some(mailbox) = self.conversations.get_mut(id) {
                    mailbox.entries.push(entry);
                    mailbox.arrived.notify_one();
                }
            }
            Some(id) if self.dropped.contains(id) => self.strays.add(entry),
            _ => self.process_log.push(entry),
        }
    }

    /// Forgets a conversation and all its messages.
    pub(super) fn drop_conversation(&mut self, id: &ConversationId) -> Option<Mailbox> {
        self.calls.retain(|_, owner| owner != id);
        self.dropped.insert(id.clone());
        let settled = self.unrepeated.forget(id);
        self.file_all(settled);
        self.conversations.remove(id)
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
        self.pending.clear();
        for mailbox in self.conversations.values() {
            mailbox.arrived.notify_one();
        }
    }

    pub(super) fn ended(&self) -> Option<Arc<Ended>> {
        self.ended.clone()
    }

    pub(super) fn mailbox(&self, id: &ConversationId) -> Option<&Mailbox> {
        self.conversations.get(id)
    }

    pub(super) fn process_log(&self) -> Vec<Arc<Entry>> {
        self.process_log.clone()
    }

    pub(super) fn strays(&self) -> Strays {
        self.strays.clone()
    }

    /// What the server sent last: for this conversation, where one is given.
    pub(super) fn last_received(&self, owner: &Owner) -> Option<Arc<Entry>> {
        let Owner::Conversation(id) = owner else {
            return self.last_received.clone();
        };
        let mut latest_first = self.conversations.get(id)?.entries.iter().rev();
        latest_first.find(|entry| entry.direction == Direction::Received).cloned()
    }
}

impl Strays {
    fn add(&mut self, entry: Arc<Entry>) {
        self.count += 1;
        self.last.push_back(entry);
        if self.last.len() > STRAYS_KEPT {
            self.last.pop_front();
        }
    }
}

/// The part of a message's params that says whose it is.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Address {
    /// Called a thread by the v2 dialect.
    #[serde(default, alias = "threadId")]
    conversation_id: Option<ConversationId>,
    /// The v2 dialect names a new thread by the whole of it.
    #[serde(default)]
    thread: Option<Thread>,
    #[serde(default)]
    call_id: Option<String>,
}

impl Address {
    fn of(params: &RawValue) -> Address {
        let mut address: Address = serde_json::from_str(params.get()).unwrap_or_default();
        address.conversation_id = address.conversation_id.or(address.thread.take().map(|thread| thread.id));
        address
    }
}

fn conversation_opened_by(answer: &Message) -> Option<ConversationId> {
    match answer {
        Message::Response { result, .. } => Address::of(result).conversation_id,
        _ => None,
    }
}
