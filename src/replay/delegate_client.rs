//! The client's side of the delegated path: what an integrating user interface does.

use crate::session::{ConversationSender, SessionError};
use crate::wire::{
    CallAnswer, CallEvent, CallParams, CallStarted, Header, Headers, RequestId, StreamFault, codes,
    data_of_event, header_value, methods, one_line, to_raw,
};
use futures_util::StreamExt;
use serde_json::value::RawValue;
use sse_stream::SseByteStream;
use std::collections::BTreeMap;
use tokio::task::{AbortHandle, JoinSet};

/// Performs the HTTP calls an app-server asks for, and streams back what comes.
///
/// Each event's JSON is forwarded verbatim, the response head is reported at once, and what goes wrong with the
/// HTTP becomes the answer. Dropping the client ends the calls that are still running.
#[derive(Debug)]
pub struct DelegateClient {
    http: reqwest::Client,
    mark: Option<Header>,
    only: Option<String>,
    refused: Vec<String>,
    calls: JoinSet<()>,
    running: BTreeMap<String, AbortHandle>,
}

impl DelegateClient {
    /// A client that uses `http`. Clones of one `reqwest::Client` share its connections.
    pub fn new(http: reqwest::Client) -> DelegateClient {
        DelegateClient {
            http,
            mark: None,
            only: None,
            refused: Vec::new(),
            calls: JoinSet::new(),
            running: BTreeMap::new(),
        }
    }

    /// A client that serves one replay: it calls nothing but what lies under `base_url`, and adds `mark` to every
    /// request, so that the upstream can tell its requests from the app-server's own.
    pub fn of_replay(http: reqwest::Client, base_url: &str, mark: Header) -> DelegateClient {
        DelegateClient { mark: Some(mark), only: Some(base_url.to_owned()), ..DelegateClient::new(http) }
    }

    /// The URLs it was asked to call and did not.
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// Starts the call that a `responsesApi/call` asks for. Its answer goes to `sender`.
    pub fn call(&mut self, id: RequestId, params: CallParams, sender: ConversationSender) {
        while self.calls.try_join_next().is_some() {}
        let allowed = self.only.as_ref().is_none_or(|only| params.url.starts_with(only.as_str()));
        if !allowed {
            self.refused.push(params.url.clone());
        }
        let call = Call { id, http: self.http.clone(), mark: self.mark.clone(), allowed, sender };
        let call_id = params.call_id.clone();
        let task = self.calls.spawn(async move {
            // A server that is gone needs no answer, and the replay that waits for it says so.
            let _ = call.perform(params).await;
        });
        self.running.insert(call_id, task);
    }

    /// Ends the calls that are still running, and waits until they have.
    pub async fn stop(&mut self) {
        self.calls.shutdown().await;
    }

    /// Gives up a call, as `responsesApi/cancel` asks. The connection to the upstream is closed and the call is not
    /// answered. An unknown call is one that has ended already.
    pub fn cancel(&mut self, call_id: &str) {
        if let Some(task) = self.running.remove(call_id) {
            task.abort();
        }
    }
}

/// One call, in its own task.
struct Call {
    id: RequestId,
    http: reqwest::Client,
    mark: Option<Header>,
    allowed: bool,
    sender: ConversationSender,
}

impl Call {
    async fn perform(self, params: CallParams) -> Result<(), SessionError> {
        if !self.allowed {
            let problem = format!("{} is not this replay's upstream", params.url);
            return self.sender.respond_error(self.id, codes::TRANSPORT_FAILURE, &problem).await;
        }
        let response = match self.send(&params).await {
            Ok(response) => response,
            Err(error) => {
                return self
                    .sender
                    .respond_error(self.id, codes::TRANSPORT_FAILURE, &error.to_string())
                    .await;
            }
        };
        let (status, head) = (response.status().as_u16(), head_of(&response));
        let request_id = header_value(&head.fields, "x-request-id").map(str::to_owned);
        let started = CallStarted { call_id: params.call_id.clone(), status, headers: head };
        self.sender.notify(methods::RESPONSES_API_STARTED, &started).await?;
        let answer = if response.status().is_success() {
            let fault = self.forward_events(&params.call_id, response).await?;
            let (error, error_kind) = fault.map(|fault| (fault.message.into(), fault.kind)).unzip();
            CallAnswer { status, request_id, error, error_kind, headers: None }
        } else {
            let body = response.text().await.unwrap_or_default();
            CallAnswer { status, request_id, error: Some(body.into()), ..CallAnswer::default() }
        };
        self.sender.respond(self.id, &answer).await
    }

    async fn send(&self, params: &CallParams) -> Result<reqwest::Response, reqwest::Error> {
        let headers = params.headers.fields.iter().chain(&self.mark);
        let request =
            headers.fold(self.http.post(&params.url), |request, (name, value)| request.header(name, value));
        request.body(params.body.get().to_owned()).send().await
    }

    /// Until the body ends; gives how it broke, where it did.
    async fn forward_events(
        &self,
        call_id: &str,
        response: reqwest::Response,
    ) -> Result<Option<StreamFault>, SessionError> {
        let mut events = SseByteStream::new(response.bytes_stream());
        while let Some(event) = events.next().await {
            match event {
                Ok(event) => {
                    let Some(data) = data_of_event(event) else {
                        continue;
                    };
                    let event = CallEvent { call_id: call_id.to_owned(), event: as_json(data) };
                    self.sender.notify(methods::RESPONSES_API_EVENT, &event).await?;
                }
                Err(error) => return Ok(Some(error.into())),
            }
        }
        Ok(None)
    }
}

/// The data as it is where it is JSON, else as a JSON string: the server is to see that something came.
///
/// It must be JSON before it is put on one line. Afterwards it may be JSON although it was not: a line end inside of a
/// string is no JSON, a space is.
fn as_json(data: String) -> Box<RawValue> {
    let json = serde_json::from_str::<&RawValue>(&data);
    let line = json.and_then(|json| RawValue::from_string(one_line(json.get()).into_owned()));
    line.unwrap_or_else(|_| to_raw(&data))
}

/// Every field of the head, repeated ones as often as they came.
fn head_of(response: &reqwest::Response) -> Headers {
    let fields = response.headers().iter();
    fields
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
        .collect()
}

/// The params of a `responsesApi/call`, or what is wrong with them, for the answer.
pub(super) fn call_params(params: Option<&RawValue>) -> Result<CallParams, String> {
    let text = params.map_or("null", RawValue::get);
    serde_json::from_str(text).map_err(|error| format!("params of {}: {error}", methods::RESPONSES_API_CALL))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_is_forwarded_as_it_is_where_it_is_json() {
        let forwarded = |data: &str| as_json(data.to_owned()).get().to_owned();
        assert_eq!(forwarded(r#"{ "a" : 1.0 }"#), r#"{ "a" : 1.0 }"#);
        assert_eq!(forwarded("{\"a\":\n1}"), "{\"a\": 1}");
        assert_eq!(forwarded("[DONE]"), "\"[DONE]\"");
        assert_eq!(forwarded("{\"a\":\"b\nc\"}"), r#""{\"a\":\"b\nc\"}""#);
    }
}
