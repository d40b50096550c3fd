//! The one state machine from Responses API events to [`ResponseEvent`]s.
//!
//! Both paths feed it the same five things: the response head, events, the end of the stream, silence, and a
//! broken transport. It gives events and exactly one terminal outcome, so that no loop around it has anything to
//! decide. It follows the v1 server of November 2025 (0.53.0, measured):
//!
//! - `response.completed` and `response.failed` are remembered; the stream ends where the body does;
//! - a `response.completed` wins over a `response.failed`, whichever came first;
//! - an event that cannot be read is skipped, as is an item of the wrong shape.

use super::http::Header;
use super::rate_limits::RateLimitSnapshot;
use super::response_event::ResponseEvent;
use super::response_item::parse_item;
use super::token_usage::{ResponseCompletedUsage, TokenUsage};
use super::upstream_error::{UpstreamError, failed_response};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// How a stream that completed did so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The response's id.
    pub response_id: String,
    /// What it cost, where the API says.
    pub token_usage: Option<TokenUsage>,
}

impl From<Completion> for ResponseEvent {
    fn from(completion: Completion) -> ResponseEvent {
        ResponseEvent::Completed { response_id: completion.response_id, token_usage: completion.token_usage }
    }
}

/// One accepted request, from its head to its end.
///
/// ```
/// use responses_parity::wire::{ResponseEvent, ResponseStream};
///
/// let mut stream = ResponseStream::new();
/// let delta = stream.event(r#"{"type":"response.output_text.delta","delta":"Hi"}"#);
/// assert_eq!(delta, Some(ResponseEvent::OutputTextDelta { delta: "Hi".to_owned() }));
/// stream.event(r#"{"type":"response.completed","response":{"id":"resp_1"}}"#);
/// assert_eq!(stream.end().map(|completion| completion.response_id), Ok("resp_1".to_owned()));
/// ```
#[derive(Debug, Default)]
pub struct ResponseStream {
    completed: Option<Completion>,
    failed: Option<UpstreamError>,
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(default, borrow)]
    response: Option<&'a RawValue>,
    #[serde(default, borrow)]
    item: Option<&'a RawValue>,
    #[serde(default, borrow)]
    delta: Option<Cow<'a, str>>,
}

/// Named as real servers name it, for its name is part of what they say of a response of the wrong shape.
#[derive(Deserialize)]
struct ResponseCompleted {
    id: String,
    usage: Option<ResponseCompletedUsage>,
}

impl ResponseStream {
    /// A stream of which nothing is known yet.
    pub fn new() -> ResponseStream {
        ResponseStream::default()
    }

    /// The response head arrived. Real servers report the rate limits in it for every accepted request, also
    /// where the head says nothing about them.
    pub fn head(&mut self, headers: &[Header]) -> ResponseEvent {
        ResponseEvent::RateLimits { snapshot: RateLimitSnapshot::from_headers(headers) }
    }

    /// One event arrived: `data` is its JSON, as text. `None` where the dialect makes nothing of it.
    pub fn event(&mut self, data: &str) -> Option<ResponseEvent> {
        let event: Event<'_> = serde_json::from_str(data).ok()?;
        let delta = |event: Event<'_>| event.delta.map(Cow::into_owned);
        match event.kind.as_ref() {
            "response.created" => event.response.map(|_| ResponseEvent::Created),
            "response.output_item.added" => event
                .item
                .and_then(|item| parse_item(item.get()))
                .map(|item| ResponseEvent::OutputItemAdded { item }),
            "response.output_item.done" => event
                .item
                .and_then(|item| parse_item(item.get()))
                .map(|item| ResponseEvent::OutputItemDone { item }),
            "response.output_text.delta" => {
                delta(event).map(|delta| ResponseEvent::OutputTextDelta { delta })
            }
            "response.reasoning_summary_text.delta" => {
                delta(event).map(|delta| ResponseEvent::ReasoningSummaryDelta { delta })
            }
            "response.reasoning_text.delta" => {
                delta(event).map(|delta| ResponseEvent::ReasoningContentDelta { delta })
            }
            "response.reasoning_summary_part.added" => Some(ResponseEvent::ReasoningSummaryPartAdded),
            "response.completed" => {
                self.remember_completed(event.response);
                None
            }
            "response.failed" => {
                if let Some(response) = event.response {
                    self.failed = Some(failed_response(response.get()));
                }
                None
            }
            _ => None,
        }
    }

    /// The body ended (direct), or the call was answered (delegated).
    ///
    /// # Errors
    /// What `response.failed` said, or that the stream ended before `response.completed`.
    pub fn end(self) -> Result<Completion, UpstreamError> {
        match (self.completed, self.failed) {
            (Some(completion), _) => Ok(completion),
            (None, Some(error)) => Err(error),
            (None, None) => Err(UpstreamError::stream("stream closed before response.completed")),
        }
    }

    /// No event came for as long as the provider's idle timeout allows.
    pub fn silence(self) -> UpstreamError {
        UpstreamError::stream("idle timeout waiting for SSE")
    }

    /// The stream broke. `problem` says how, in the words of whoever read it.
    pub fn transport_failure(self, problem: &str) -> UpstreamError {
        UpstreamError::stream(format!("Transport error: Error while reading the server response: {problem}"))
    }

    /// The stream held bytes that are not UTF-8.
    pub fn encoding_failure(self, problem: &str) -> UpstreamError {
        UpstreamError::stream(format!("UTF8 error: {problem}"))
    }

    fn remember_completed(&mut self, response: Option<&RawValue>) {
        let Some(response) = response else { return };
        // Through a value, so that the error names no line and column of a text nobody sees.
        let parsed =
            serde_json::from_str(response.get()).and_then(serde_json::from_value::<ResponseCompleted>);
        match parsed {
            Ok(ResponseCompleted { id, usage }) => {
                self.completed =
                    Some(Completion { response_id: id, token_usage: usage.map(TokenUsage::from) });
            }
            Err(error) => {
                self.failed =
                    Some(UpstreamError::stream(format!("failed to parse ResponseCompleted: {error}")));
            }
        }
    }
}
