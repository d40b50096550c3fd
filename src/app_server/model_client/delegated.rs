//! The delegated path: the client performs the HTTP request and tells what came of it.

use super::call_answer::{HeadSeen, is_http_status, signals_of_answer};
use super::request::HttpRequest;
use super::signal::{Exchange, Signal, signals};
use crate::app_server::outgoing::Outgoing;
use crate::wire::{
    CallParams, CallStarted, CancelParams, ConversationId, ErrorObject, Message, RequestId, methods,
};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// The calls the client was asked to make and has not answered yet.
#[derive(Debug)]
pub(crate) struct Calls {
    outgoing: Outgoing,
    table: Mutex<Table>,
}

/// Tells the client, when it is dropped, that an unanswered call is no longer wanted.
#[derive(Debug)]
pub(super) struct AbandonedCall {
    calls: Arc<Calls>,
    call_id: String,
}

#[derive(Debug, Default)]
struct Table {
    next_request: i64,
    by_request: BTreeMap<RequestId, String>,
    by_id: BTreeMap<String, Call>,
}

#[derive(Debug)]
struct Call {
    owner: ConversationId,
    head: HeadSeen,
    /// `None` once the call was given up.
    signals: Option<mpsc::Sender<Signal>>,
}

impl Calls {
    /// No calls yet, for a client that is reached through `outgoing`.
    pub(crate) fn new(outgoing: Outgoing) -> Arc<Calls> {
        Arc::new(Calls { outgoing, table: Mutex::default() })
    }

    /// Asks the client to perform a request.
    pub(super) async fn open(calls: &Arc<Calls>, request: HttpRequest) -> Exchange {
        let (sender, receiver) = signals();
        let call_id = uuid::Uuid::new_v4().to_string();
        // Nothing is waited for between the entry in the table and the message, so that both or neither happen.
        let slot = calls.outgoing.reserve().await;
        let request_id = calls.register(&call_id, &request.conversation_id, sender);
        slot.send(&call_message(request_id, &call_id, request));
        Exchange { signals: receiver, _abandoned: Some(AbandonedCall { calls: Arc::clone(calls), call_id }) }
    }

    /// `responsesApi/started` arrived.
    pub(crate) async fn started(&self, started: CallStarted) {
        if !is_http_status(started.status) {
            tracing::warn!(call_id = started.call_id, status = started.status, "no HTTP status; ignored");
            return;
        }
        let Some(signals) = self.on_started(&started) else {
            return;
        };
        let head = Signal::Head { status: started.status, headers: Some(started.headers.fields.clone()) };
        report(&signals, head).await;
    }

    /// `responsesApi/event` arrived, with this JSON.
    pub(crate) async fn event(&self, call_id: &str, event: String) {
        let Some((signals, first)) = self.on_event(call_id) else {
            return;
        };
        if first {
            report(&signals, implied_head()).await;
        }
        report(&signals, Signal::Event(event)).await;
    }

    /// An answer arrived. `false` if it answers no call.
    pub(crate) async fn answered(
        &self,
        request_id: &RequestId,
        answer: Result<&RawValue, &ErrorObject>,
    ) -> bool {
        let Some((call_id, call)) = self.finish(request_id) else {
            return false;
        };
        let Some(signals) = call.signals else {
            tracing::debug!(call_id, "the answer to a call that was given up");
            return true;
        };
        for signal in signals_of_answer(call.head, answer) {
            report(&signals, signal).await;
        }
        true
    }

    fn register(&self, call_id: &str, owner: &ConversationId, signals: mpsc::Sender<Signal>) -> RequestId {
        let mut table = self.table();
        let request_id = RequestId::Integer(table.next_request);
        table.next_request += 1;
        table.by_request.insert(request_id.clone(), call_id.to_owned());
        let call = Call { owner: owner.clone(), head: HeadSeen::No, signals: Some(signals) };
        table.by_id.insert(call_id.to_owned(), call);
        request_id
    }

    fn on_started(&self, started: &CallStarted) -> Option<mpsc::Sender<Signal>> {
        let mut table = self.table();
        let call = table.call(&started.call_id, methods::RESPONSES_API_STARTED)?;
        if call.head != HeadSeen::No {
            tracing::warn!(call_id = started.call_id, "a response head too late; ignored");
            return None;
        }
        call.head = HeadSeen::Told { status: started.status };
        call.signals.clone()
    }

    /// Where the event goes, and whether it is the first sign of the response.
    fn on_event(&self, call_id: &str) -> Option<(mpsc::Sender<Signal>, bool)> {
        let mut table = self.table();
        let call = table.call(call_id, methods::RESPONSES_API_EVENT)?;
        let first = call.head == HeadSeen::No;
        if first {
            call.head = HeadSeen::Implied;
        }
        Some((call.signals.clone()?, first))
    }

    fn finish(&self, request_id: &RequestId) -> Option<(String, Call)> {
        let mut table = self.table();
        let call_id = table.by_request.remove(request_id)?;
        let call = table.by_id.remove(&call_id)?;
        Some((call_id, call))
    }

    /// Marks a call as given up. `false` if it has been answered.
    fn abandon(&self, call_id: &str) -> bool {
        match self.table().by_id.get_mut(call_id) {
            Some(call) => call.signals.take().is_some(),
            None => false,
        }
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        // Nothing that holds the lock can leave the table half changed.
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// A call that is still wanted. Says so where there is none.
    fn call(&mut self, call_id: &str, method: &str) -> Option<&mut Call> {
        let Some(call) = self.by_id.get_mut(call_id) else {
            tracing::warn!(call_id, "{method} for an unknown or finished call; ignored");
            return None;
        };
        if call.signals.is_none() {
            tracing::debug!(call_id, conversation = %call.owner, "{method} for a call that was given up");
            return None;
        }
        Some(call)
    }
}

impl Drop for AbandonedCall {
    fn drop(&mut self) {
        if self.calls.abandon(&self.call_id) {
            let params = CancelParams { call_id: std::mem::take(&mut self.call_id) };
            let cancel = Message::notification(methods::RESPONSES_API_CANCEL, &params);
            self.calls.outgoing.send_now(&cancel);
        }
    }
}

async fn report(signals: &mpsc::Sender<Signal>, signal: Signal) {
    if signals.send(signal).await.is_err() {
        // The exchange was dropped while this was under way; the client has been told.
        tracing::debug!("a signal for a call that was given up");
    }
}

fn call_message(request_id: RequestId, call_id: &str, request: HttpRequest) -> Message {
    let params = CallParams {
        conversation_id: request.conversation_id,
        call_id: call_id.to_owned(),
        url: request.url,
        headers: request.headers.into_iter().collect(),
        body: request.body,
        stream: true,
    };
    Message::request(request_id, methods::RESPONSES_API_CALL, &params)
}

fn implied_head() -> Signal {
    Signal::Head { status: 200, headers: None }
}
