//! What can go wrong with a request to the Responses API, in the words real app-servers use (0.53.0).

use super::http::{Header, header_value};
use super::rate_limits::RateLimitSnapshot;
use serde::Deserialize;
use std::time::Duration;

/// Why a request or its stream failed. `Display` is the text of the turn's `error` event.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum UpstreamError {
    /// The stream was accepted and did not complete.
    #[error("stream disconnected before completion: {message}")]
    Stream {
        /// What happened.
        message: String,
        /// How long the upstream asked to wait before the next attempt.
        retry_after: Option<Duration>,
    },
    /// The history no longer fits the model.
    #[error(
        "Codex ran out of room in the model's context window. Start a new conversation or clear earlier history before retrying."
    )]
    ContextWindowExceeded,
    /// A status that is not tried again.
    #[error("unexpected status {}: {body}", reason(*status))]
    UnexpectedStatus {
        /// The status.
        status: u16,
        /// The body, as text.
        body: String,
    },
    /// A status that was tried again until there were no attempts left.
    #[error("exceeded retry limit, last status: {}{}", reason(*status), request_id.as_ref().map(|id| format!(", request id: {id}")).unwrap_or_default())]
    RetryLimit {
        /// The last status.
        status: u16,
        /// The upstream's name for the request, from `cf-ray`.
        request_id: Option<String>,
    },
    /// HTTP 500, tried again until there were no attempts left.
    #[error("We're currently experiencing high demand, which may cause temporary errors.")]
    InternalServerError,
    /// The plan's limit is reached. Real servers add when it ends, in local time; that text is the server's.
    #[error("You've hit your usage limit.")]
    UsageLimitReached {
        /// The user's plan, as the API names it.
        plan_type: Option<String>,
        /// When the limit ends, in seconds since 1970.
        resets_at: Option<i64>,
        /// What the response head said of the limits.
        rate_limits: RateLimitSnapshot,
    },
    /// The plan does not include this.
    #[error("To use Codex with your ChatGPT plan, upgrade to Plus: https://openai.com/chatgpt/pricing.")]
    UsageNotIncluded,
    /// No response head came.
    #[error("Connection failed: {message}")]
    ConnectionFailed {
        /// What the HTTP client said.
        message: String,
    },
    /// The provider's `env_key` names a variable that is not set.
    #[error("Missing environment variable: `{variable}`.{}", instructions.as_ref().map(|text| format!(" {text}")).unwrap_or_default())]
    MissingEnvironmentVariable {
        /// The variable.
        variable: String,
        /// The provider's `env_key_instructions`.
        instructions: Option<String>,
    },
}

impl UpstreamError {
    /// A stream failure that asks for no particular wait.
    pub fn stream(message: impl Into<String>) -> UpstreamError {
        UpstreamError::Stream { message: message.into(), retry_after: None }
    }

    /// Whether the whole stream may be asked for again.
    pub fn allows_stream_retry(&self) -> bool {
        !matches!(
            self,
            UpstreamError::ContextWindowExceeded
                | UpstreamError::UsageLimitReached { .. }
                | UpstreamError::UsageNotIncluded
                | UpstreamError::MissingEnvironmentVariable { .. }
        )
    }
}

/// A response that is not a stream: what it means, and whether the same request may be sent again.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection {
    /// What the turn fails with if no attempt is left or none is allowed.
    pub error: UpstreamError,
    /// Whether another attempt may help.
    pub retryable: bool,
    /// How long the upstream asked to wait before it.
    pub retry_after: Option<Duration>,
}

impl Rejection {
    /// Reads the response to a request that was not accepted (its status is not 2xx).
    ///
    /// ```
    /// use responses_parity::wire::Rejection;
    ///
    /// assert!(Rejection::of_response(503, &[], "").retryable);
    /// let rejection = Rejection::of_response(404, &[], "no such model");
    /// assert_eq!(rejection.error.to_string(), "unexpected status 404 Not Found: no such model");
    /// ```
    pub fn of_response(status: u16, headers: &[Header], body: &str) -> Rejection {
        const UNAUTHORIZED: u16 = 401;
        const TOO_MANY_REQUESTS: u16 = 429;
        const INTERNAL_SERVER_ERROR: u16 = 500;
        let final_answer = |error| Rejection { error, retryable: false, retry_after: None };
        if status != UNAUTHORIZED && status != TOO_MANY_REQUESTS && !(500..600).contains(&status) {
            return final_answer(UpstreamError::UnexpectedStatus { status, body: body.to_owned() });
        }
        if status == TOO_MANY_REQUESTS
            && let Some(error) = usage_error(headers, body)
        {
            return final_answer(error);
        }
        let error = match status {
            INTERNAL_SERVER_ERROR => UpstreamError::InternalServerError,
            _ => UpstreamError::RetryLimit { status, request_id: request_id(headers) },
        };
        let retry_after = header_value(headers, "retry-after").and_then(|seconds| seconds.parse().ok());
        Rejection { error, retryable: true, retry_after: retry_after.map(Duration::from_secs) }
    }

    /// No response came at all. `message` is what the HTTP client said.
    pub fn of_connection(message: impl Into<String>) -> Rejection {
        Rejection {
            error: UpstreamError::ConnectionFailed { message: message.into() },
            retryable: true,
            retry_after: None,
        }
    }
}

/// The first `cf-ray` field counts, and is empty where it cannot be read (0.53.0).
fn request_id(headers: &[Header]) -> Option<String> {
    let is_there = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("cf-ray"));
    is_there.then(|| header_value(headers, "cf-ray").unwrap_or_default().to_owned())
}

#[derive(Deserialize)]
struct ErrorBody {
    error: Error,
}

/// Named as real servers name it, for its name is part of what they say of an error of the wrong shape.
#[derive(Deserialize)]
struct Error {
    #[serde(rename = "type")]
    kind: Option<String>,
    code: Option<String>,
    message: Option<String>,
    plan_type: Option<PlanType>,
    resets_at: Option<i64>,
}

/// Its name is part of what real servers say of a plan that is not text.
#[derive(Deserialize)]
#[serde(untagged)]
enum PlanType {
    Name(String),
}

fn usage_error(headers: &[Header], body: &str) -> Option<UpstreamError> {
    let error = serde_json::from_str::<ErrorBody>(body).ok()?.error;
    match error.kind.as_deref() {
        Some("usage_limit_reached") => Some(UpstreamError::UsageLimitReached {
            plan_type: error.plan_type.map(|PlanType::Name(name)| name),
            resets_at: error.resets_at,
            rate_limits: RateLimitSnapshot::from_headers(headers),
        }),
        Some("usage_not_included") => Some(UpstreamError::UsageNotIncluded),
        _ => None,
    }
}

/// What the `response` of a `response.failed` event says.
pub(super) fn failed_response(response: &str) -> UpstreamError {
    let error = serde_json::from_str::<serde_json::Value>(response)
        .ok()
        .and_then(|mut value| Some(value.get_mut("error")?.take()));
    let Some(error) = error else {
        return UpstreamError::stream("response.failed event received");
    };
    match serde_json::from_value::<Error>(error) {
        Ok(error) if error.code.as_deref() == Some("context_length_exceeded") => {
            UpstreamError::ContextWindowExceeded
        }
        Ok(error) => UpstreamError::Stream {
            retry_after: try_again_in(&error),
            message: error.message.unwrap_or_default(),
        },
        Err(error) => UpstreamError::stream(format!("failed to parse ErrorResponse: {error}")),
    }
}

/// The wait in "Please try again in 1.3s", which only rate limits are taken by their word for.
fn try_again_in(error: &Error) -> Option<Duration> {
    const PHRASE: &str = "Please try again in ";
    if error.code.as_deref() != Some("rate_limit_exceeded") {
        return None;
    }
    let message = error.message.as_deref()?;
    let rest = &message[message.find(PHRASE)? + PHRASE.len()..];
    let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    let amount: f64 = rest[..digits].parse().ok()?;
    let unit = &rest[digits..];
    let seconds = if unit.starts_with("ms") {
        amount / 1000.0
    } else if unit.starts_with('s') {
        amount
    } else {
        return None;
    };
    Duration::try_from_secs_f64(seconds).ok()
}

/// `404 Not Found`, or the bare number where it has no name.
fn reason(status: u16) -> String {
    match http::StatusCode::from_u16(status) {
        Ok(status) => status.to_string(),
        Err(_) => status.to_string(),
    }
}
