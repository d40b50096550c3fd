//! One request: passed on to the upstream, and its answer to the client.

use super::connect::Route;
use super::ending::of_error;
use super::fields;
use super::outlet::Breaker;
use super::request_body::RequestBody;
use super::response_body::ResponseBody;
use super::take::EndKind;
use super::tape::{Tape, Track};
use crate::replay::ApiKey;
use crate::wire::MAX_HEADER_FIELDS;
use http::header::PROXY_AUTHORIZATION;
use http::{HeaderValue, Method, Request, Response, Version};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::time::Duration;

/// What every request of a proxy is served with.
#[derive(Debug)]
pub(super) struct Forwarder {
    pub(super) route: Route,
    pub(super) tape: Arc<Tape>,
    /// Sent where the client sends none.
    pub(super) api_key: Option<ApiKey>,
    pub(super) longest_silence: Duration,
}

/// How an upstream failed to answer, and what it says.
type Failure = (EndKind, String);

impl Forwarder {
    /// The upstream's answer. Where there is none, the client's connection is broken off as the upstream's was.
    pub(super) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        breaker: Breaker,
    ) -> Response<ResponseBody> {
        let mut track = self.track(&request);
        match self.ask(request, track.as_mut()).await {
            Ok(response) => self.passed_on(response, track, breaker),
            Err((kind, why)) => {
                if let Some(track) = track {
                    track.end(kind, why);
                }
                breaker.break_off(kind);
                std::future::pending().await
            }
        }
    }

    /// Only what creates a response belongs into a recording.
    fn track(&self, request: &Request<Incoming>) -> Option<Track> {
        if request.method() == Method::POST && request.uri().path().ends_with("/responses") {
            return Some(self.tape.begin());
        }
        self.tape.note_other(format!("{} {}", request.method(), request.uri().path()));
        None
    }

    async fn ask(
        &self,
        request: Request<Incoming>,
        mut track: Option<&mut Track>,
    ) -> Result<Response<Incoming>, Failure> {
        let stream = self.route.connect().await.map_err(|error| (EndKind::Unreachable, error.to_string()))?;
        let request = self.for_upstream(request, track.as_deref())?;
        let mut http = http1::Builder::new();
        http.preserve_header_case(true).max_headers(MAX_HEADER_FIELDS);
        let connecting = http.handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = connecting.map_err(|error| of_error(&error))?;
        // It ends with the answer's body, or when nobody wants that any more.
        tokio::spawn(connection);
        if let Some(track) = &mut track {
            track.sent();
        }
        let answer = tokio::time::timeout(self.longest_silence, sender.send_request(request)).await;
        let silent = || (EndKind::Stalled, format!("no response head within {:?}", self.longest_silence));
        let response = answer.map_err(|_| silent())?.map_err(|error| unanswered(&error))?;
        if let Some(track) = track {
            track.head(response.status().as_u16(), response.headers());
        }
        Ok(response)
    }

    fn for_upstream(
        &self,
        request: Request<Incoming>,
        track: Option<&Track>,
    ) -> Result<Request<RequestBody>, Failure> {
        let unsendable = |error: http::Error| (EndKind::Unreachable, error.to_string());
        let (mut parts, body) = request.into_parts();
        parts.uri = self.route.target(&parts.uri).map_err(unsendable)?;
        let host = HeaderValue::from_str(&self.route.upstream().host_field());
        let host = host.map_err(|error| unsendable(error.into()))?;
        fields::for_upstream(&mut parts.headers, host, self.api_key.as_ref().map(ApiKey::bearer));
        self.tape.credentials(fields::credentials(&parts.headers));
        if let Some(credentials) = self.route.proxy_credentials() {
            parts.headers.insert(PROXY_AUTHORIZATION, credentials.clone());
        }
        parts.version = Version::HTTP_11;
        Ok(Request::from_parts(parts, RequestBody::new(body, track.map(Track::asked))))
    }

    fn passed_on(
        &self,
        response: Response<Incoming>,
        track: Option<Track>,
        breaker: Breaker,
    ) -> Response<ResponseBody> {
        let (mut parts, body) = response.into_parts();
        fields::without_hop_by_hop(&mut parts.headers);
        parts.version = Version::HTTP_11;
        let body = ResponseBody::new(body, track, breaker, self.longest_silence);
        Response::from_parts(parts, body)
    }
}

/// Why there is no response. A head that is longer than what is read here is no fault of the upstream's.
fn unanswered(error: &hyper::Error) -> Failure {
    if !error.is_parse_too_large() {
        return of_error(error);
    }
    let why = format!(
        "the head of the answer has more than {MAX_HEADER_FIELDS} fields, or very long ones; record it without what adds them"
    );
    (EndKind::Unread, why)
}
