//! What an answer comes to.

use crate::recording::events::RecordedEvent;
use crate::recording::model::{Delivery, End, Exchange};
use crate::recording::redirects::is_redirect;
use crate::wire::{Completion, FaultKind, Rejection, ResponseStream, UpstreamError, is_success};
use serde::{Serialize, Serializer};
use std::fmt;

/// What an answer comes to, in an app-server of the v1 dialect (0.53.0).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The response completed; with its id.
    Completed(String),
    /// The request is sent again to another address.
    Redirected,
    /// Nothing more comes, and the user interrupts.
    Interrupted,
    /// It is an error of this class.
    Failed(ErrorClass),
}

/// What kind of error an answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorClass {
    /// Nobody listens, or the connection ended before the head of an answer.
    NoHead,
    /// A status that is not tried again.
    UnexpectedStatus,
    /// A status that is tried again, but 500: 401, 429, any other 5xx.
    RetryLimit,
    /// Status 500.
    InternalServerError,
    /// 429: the plan's limit is reached.
    UsageLimitReached,
    /// 429: the plan does not include this.
    UsageNotIncluded,
    /// The stream ended without `response.completed`.
    ClosedEarly,
    /// The stream fell silent.
    Silent,
    /// The connection broke within the stream.
    Broken,
    /// The stream holds bytes that are not UTF-8.
    NotUtf8,
    /// `response.failed`.
    ResponseFailed,
    /// `response.failed`: the history no longer fits the model.
    ContextWindowExceeded,
    /// `response.completed` of the wrong shape.
    CompletedUnreadable,
}

impl ErrorClass {
    /// All of them.
    pub const ALL: [ErrorClass; 13] = [
        ErrorClass::NoHead,
        ErrorClass::UnexpectedStatus,
        ErrorClass::RetryLimit,
        ErrorClass::InternalServerError,
        ErrorClass::UsageLimitReached,
        ErrorClass::UsageNotIncluded,
        ErrorClass::ClosedEarly,
        ErrorClass::Silent,
        ErrorClass::Broken,
        ErrorClass::NotUtf8,
        ErrorClass::ResponseFailed,
        ErrorClass::ContextWindowExceeded,
        ErrorClass::CompletedUnreadable,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            ErrorClass::NoHead => "no response head",
            ErrorClass::UnexpectedStatus => "status that is not tried again",
            ErrorClass::RetryLimit => "status that is tried again",
            ErrorClass::InternalServerError => "status 500",
            ErrorClass::UsageLimitReached => "usage limit reached",
            ErrorClass::UsageNotIncluded => "usage not included",
            ErrorClass::ClosedEarly => "stream closed before response.completed",
            ErrorClass::Silent => "idle timeout",
            ErrorClass::Broken => "connection broken in the stream",
            ErrorClass::NotUtf8 => "stream that is not UTF-8",
            ErrorClass::ResponseFailed => "response.failed",
            ErrorClass::ContextWindowExceeded => "context window exceeded",
            ErrorClass::CompletedUnreadable => "response.completed that cannot be read",
        }
    }

    /// The class of the error that a rejected request means.
    fn of_rejection(error: &UpstreamError) -> ErrorClass {
        match error {
            UpstreamError::RetryLimit { .. } => ErrorClass::RetryLimit,
            UpstreamError::InternalServerError => ErrorClass::InternalServerError,
            UpstreamError::UsageLimitReached { .. } => ErrorClass::UsageLimitReached,
            UpstreamError::UsageNotIncluded => ErrorClass::UsageNotIncluded,
            UpstreamError::ConnectionFailed { .. } => ErrorClass::NoHead,
            UpstreamError::ContextWindowExceeded => ErrorClass::ContextWindowExceeded,
            UpstreamError::UnexpectedStatus { .. }
            | UpstreamError::Stream { .. }
            | UpstreamError::MissingEnvironmentVariable { .. } => ErrorClass::UnexpectedStatus,
        }
    }
}

impl fmt::Display for ErrorClass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for ErrorClass {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Completed(id) => write!(f, "completed ({id})"),
            Outcome::Redirected => f.write_str("redirected"),
            Outcome::Interrupted => f.write_str("open until the turn is interrupted"),
            Outcome::Failed(class) => write!(f, "error: {class}"),
        }
    }
}

/// What an answer with these events comes to. `interrupted` says whether the user interrupts a turn of the recording,
/// who then does so while the answer stalls.
pub(super) fn outcome_of(exchange: &Exchange, events: &[RecordedEvent], interrupted: bool) -> Outcome {
    let Delivery { headless, head_cut, end, .. } = exchange.delivery;
    if headless || head_cut.is_some() {
        return stall_or(end, interrupted, ErrorClass::NoHead);
    }
    if is_success(exchange.status) {
        return of_stream(events, end, interrupted);
    }
    if is_redirect(exchange) {
        return Outcome::Redirected;
    }
    let body = String::from_utf8_lossy(&exchange.body);
    let rejection = Rejection::of_response(exchange.status, &exchange.headers, &body);
    Outcome::Failed(ErrorClass::of_rejection(&rejection.error))
}

/// A stall ends with the user's patience, or with the app-server's.
fn stall_or(end: End, interrupted: bool, class: ErrorClass) -> Outcome {
    if end == End::Stalled && interrupted { Outcome::Interrupted } else { Outcome::Failed(class) }
}

fn of_stream(events: &[RecordedEvent], end: End, interrupted: bool) -> Outcome {
    let mut stream = ResponseStream::new();
    for event in events {
        match &event.data {
            Ok(data) => drop(stream.event(data)),
            Err(fault) if fault.kind == FaultKind::Encoding => return Outcome::Failed(ErrorClass::NotUtf8),
            Err(_) => return Outcome::Failed(ErrorClass::Broken),
        }
    }
    match end {
        End::Complete => of_whole_stream(events, stream.end()),
        End::Eof | End::Reset => Outcome::Failed(ErrorClass::Broken),
        End::Stalled => stall_or(end, interrupted, ErrorClass::Silent),
    }
}

fn of_whole_stream(events: &[RecordedEvent], ended: Result<Completion, UpstreamError>) -> Outcome {
    let says = |kind: &str| events.iter().any(|event| event.kind.name() == kind);
    if ended == ResponseStream::new().end() {
        return Outcome::Failed(ErrorClass::ClosedEarly);
    }
    match ended {
        Ok(completion) => Outcome::Completed(completion.response_id),
        Err(UpstreamError::ContextWindowExceeded) => Outcome::Failed(ErrorClass::ContextWindowExceeded),
        Err(_) if says("response.failed") => Outcome::Failed(ErrorClass::ResponseFailed),
        Err(_) => Outcome::Failed(ErrorClass::CompletedUnreadable),
    }
}
