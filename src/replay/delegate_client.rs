//! The client's side of the delegated path: what an integrating user interface does.

use super::ApiKey;
use super::replayed::ReplayError;
use crate::session::{ConversationSender, SessionError};
use crate::wire::{
    CallAnswer, CallEvent, CallParams, CallStarted, Header, Headers, MAX_HEADER_FIELDS, RequestId,
    SseDecoder, StreamFault, codes, header_value, methods,
};
use futures_util::StreamExt;
use http::header::AUTHORIZATION;
use reqwest::Url;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use tokio::task::{AbortHandle, JoinSet};

/// Performs the HTTP calls an app-server asks for, and streams back what comes.
///
/// Each event's JSON is forwarded verbatim, the response head is reported at once, and what goes wrong with the
/// HTTP becomes the answer. Dropping the client ends the calls that are still running.
#[derive(Debug)]
pub struct DelegateClient {
    http: reqwest::Client,
    additions: Additions,
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
            additions: Additions::default(),
            only: None,
            refused: Vec::new(),
            calls: JoinSet::new(),
            running: BTreeMap::new(),
        }
    }

    /// A client that serves one replay: it calls nothing but what lies under `base_url`, and adds `mark` to every
    /// request, so that the upstream can tell its requests from the app-server's own.
    pub fn of_replay(http: reqwest::Client, base_url: &str, mark: Header) -> DelegateClient {
        let additions = Additions { mark: Some(mark), key: None };
        DelegateClient { additions, ..DelegateClient::under(http, base_url) }
    }

    /// A client that calls nothing but what lies under `base_url`.
    pub fn under(http: reqwest::Client, base_url: &str) -> DelegateClient {
        DelegateClient { only: Some(base_url.to_owned()), ..DelegateClient::new(http) }
    }

    /// A client of one API: it calls nothing but what lies under `base_url`, and adds `key` as the bearer token of every
    /// request. The key goes nowhere else: where the API repeats it, the app-server sees `[redacted]`.
    pub fn of_api(http: reqwest::Client, base_url: &str, key: Option<ApiKey>) -> DelegateClient {
        DelegateClient { additions: Additions { mark: None, key }, ..DelegateClient::under(http, base_url) }
    }

    /// The URLs it was asked to call and did not.
    pub fn refused(&self) -> &[String] {
        &self.refused
    }

    /// Starts the call that a `responsesApi/call` asks for. Its answer goes to `sender`.
    pub fn call(&mut self, id: RequestId, params: CallParams, sender: ConversationSender) {
        while self.calls.try_join_next().is_some() {}
        let allowed = self.only.as_ref().is_none_or(|only| lies_under(only, &params.url));
        if !allowed {
            self.refused.push(params.url.clone());
        }
        let call = Call { id, http: self.http.clone(), additions: self.additions.clone(), allowed, sender };
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

/// HTTP to this machine, whatever proxies the environment names. It knows no certificates, for nothing here speaks TLS,
/// and to read those of the machine takes longer than a short replay does.
///
/// # Errors
/// There is no client to be had.
pub fn local_http_client() -> Result<reqwest::Client, ReplayError> {
    let builder = reqwest::Client::builder().no_proxy().http1_max_headers(MAX_HEADER_FIELDS);
    #[cfg(feature = "tls")]
    let builder = builder.tls_certs_only([]);
    builder.build().map_err(|error| ReplayError::Upstream(error.to_string()))
}

/// What a client adds to every request.
#[derive(Clone, Debug, Default)]
struct Additions {
    mark: Option<Header>,
    key: Option<ApiKey>,
}

/// One call, in its own task.
struct Call {
    id: RequestId,
    http: reqwest::Client,
    additions: Additions,
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
        let (status, head) = (response.status().as_u16(), self.head_of(&response));
        let request_id = header_value(&head.fields, "x-request-id").map(str::to_owned);
        let started = CallStarted { call_id: params.call_id.clone(), status, headers: head };
        self.sender.notify(methods::RESPONSES_API_STARTED, &started).await?;
        let answer = if response.status().is_success() {
            let fault = self.forward_events(&params.call_id, response).await?;
            let (error, error_kind) = fault.map(|fault| (fault.message.into(), fault.kind)).unzip();
            CallAnswer { status, request_id, error, error_kind, headers: None }
        } else {
            let body = self.without_key(response.text().await.unwrap_or_default());
            CallAnswer { status, request_id, error: Some(body.into()), ..CallAnswer::default() }
        };
        self.sender.respond(self.id, &answer).await
    }

    async fn send(&self, params: &CallParams) -> Result<reqwest::Response, reqwest::Error> {
        let Additions { mark, key } = &self.additions;
        // The app-server has no credentials to give, so that there is one bearer token at most.
        let given = params.headers.fields.iter();
        let given =
            given.filter(|(name, _)| key.is_none() || !name.eq_ignore_ascii_case(AUTHORIZATION.as_str()));
        let request = given
            .chain(mark)
            .fold(self.http.post(&params.url), |request, (name, value)| request.header(name, value));
        let request = match key {
            Some(key) => request.header(AUTHORIZATION, key.bearer()),
            None => request,
        };
        request.body(params.body.get().to_owned()).send().await
    }

    /// Until the body ends; gives how it broke, where it did.
    async fn forward_events(
        &self,
        call_id: &str,
        response: reqwest::Response,
    ) -> Result<Option<StreamFault>, SessionError> {
        let (mut pieces, mut decoder) = (response.bytes_stream(), SseDecoder::new());
        while let Some(piece) = pieces.next().await {
            let piece = match piece {
                Ok(piece) => piece,
                Err(error) => return Ok(Some(StreamFault::transport(error))),
            };
            for event in decoder.events(&piece) {
                match event {
                    Ok(event) => self.forward_event(call_id, event.data.into_owned()).await?,
                    Err(fault) => return Ok(Some(fault)),
                }
            }
        }
        Ok(None)
    }

    async fn forward_event(&self, call_id: &str, data: String) -> Result<(), SessionError> {
        let event = CallEvent::of_data(call_id, &self.without_key(data));
        self.sender.notify(methods::RESPONSES_API_EVENT, &event).await
    }

    /// Every field of the head, repeated ones as often as they came.
    fn head_of(&self, response: &reqwest::Response) -> Headers {
        let text = |bytes| self.without_key(String::from_utf8_lossy(bytes).into_owned());
        let fields = response.headers().iter();
        fields.map(|(name, value)| (name.to_string(), text(value.as_bytes()))).collect()
    }

    fn without_key(&self, text: String) -> String {
        match &self.additions.key {
            Some(key) => key.taken_out_of(text),
            None => text,
        }
    }
}

/// Whether a URL is at or below another, as both are once they are called: `..` leads out of a path, and what begins
/// like a host's name may be part of another's.
fn lies_under(base: &str, url: &str) -> bool {
    let (Ok(base), Ok(url)) = (Url::parse(base), Url::parse(url)) else { return false };
    let rest = url.path().strip_prefix(base.path().trim_end_matches('/'));
    let below = rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    below && base.origin() == url.origin() && url.username().is_empty() && url.password().is_none()
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
    fn only_what_lies_under_a_base_url_does() {
        let base = "https://api.example.org/v1";
        assert!(lies_under(base, "https://api.example.org/v1/responses?x=1"));
        assert!(lies_under("https://api.example.org/", "https://api.example.org/responses"));
        for url in [
            "https://api.example.org/v1beta/responses",
            "https://api.example.org",
            "http://api.example.org/v1/x",
            "https://api.example.org:8443/v1/x",
            "https://me:you@api.example.org/v1/x",
            "https://api.example.org/v1/../admin",
            "https://api.example.org/v1/%2e%2e/admin",
            "api.example.org/v1/x",
        ] {
            assert!(!lies_under(base, url), "{url}");
        }
        for url in [
            "https://api.example.org.evil.example/x",
            "https://api.example.org:x@evil.example/",
            "https://api.example.org@evil.example/",
        ] {
            assert!(!lies_under("https://api.example.org", url), "{url}");
        }
    }

    #[test]
    fn data_is_forwarded_as_it_is_where_it_is_json() {
        let forwarded = |data: &str| CallEvent::of_data("c", data).event.get().to_owned();
        assert_eq!(forwarded(r#"{ "a" : 1.0 }"#), r#"{ "a" : 1.0 }"#);
        assert_eq!(forwarded("{\"a\":\n1}"), "{\"a\": 1}");
        assert_eq!(forwarded("[DONE]"), "\"[DONE]\"");
        assert_eq!(forwarded("{\"a\":\"b\nc\"}"), r#""{\"a\":\"b\nc\"}""#);
    }
}
