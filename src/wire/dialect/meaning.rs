//! The meanings.

use super::{v1, v2};
use crate::wire::{CallParams, CancelParams, methods};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;
use std::fmt;

/// Which vocabulary an app-server speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// `newConversation`, `sendUserMessage`, `codex/event/*`: releases up to early 2026, and the bundled server.
    #[default]
    V1,
    /// `thread/start`, `turn/start`, `item/*`, `turn/completed`: what came after.
    V2,
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Dialect::V1 => "v1",
            Dialect::V2 => "v2",
        })
    }
}

/// What a notification or a request of the server means.
#[derive(Clone, Debug, PartialEq)]
pub enum Meaning {
    /// An item went into the history; it stands at this JSON pointer of the params.
    RawItem(&'static str),
    /// A `ResponseEvent` is shown; it stands at this JSON pointer of the params.
    ResponseEvent(&'static str),
    /// The head of the model's answer was read, or a piece of its thoughts came.
    Progress,
    /// A piece of the model's text came; it stands at this JSON pointer of the params.
    TextDelta(&'static str),
    /// A message of the model is whole; its text stands at this JSON pointer of the params.
    Text(&'static str),
    /// The stream failed and is asked for again.
    Retry(Value),
    /// The turn failed.
    Failure(Value),
    /// The turn is over.
    TurnEnded {
        /// How.
        ending: TurnEnding,
        /// The last thing the model said in it, where it said something.
        last_agent_message: Value,
    },
    /// Part of the delegated path: how the server reaches its upstream, and nothing that it shows.
    UpstreamTraffic,
    /// A question whether something may be done. This result says no.
    Approval {
        /// The result that declines.
        decline: Value,
        /// The result that consents.
        consent: Value,
    },
    /// Which state the conversation is in now. Servers tell of it beside what happens, so that its place among the other
    /// notifications says nothing (0.169.0, measured: before or after the end of a command that was declined).
    State,
    /// It belongs to the connection and to no conversation.
    Connection,
    /// Something else that the conversation shows.
    Other,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TurnEnding {
    /// By itself, well or not.
    Complete,
    /// From outside.
    Aborted,
}

impl Dialect {
    /// What a notification or request of the server means.
    ///
    /// ```
    /// use responses_parity::wire::{Dialect, Meaning, methods};
    ///
    /// let meaning = Dialect::V1.meaning(methods::RAW_RESPONSE_ITEM, None);
    /// assert_eq!(meaning, Meaning::RawItem("/msg/item"));
    /// ```
    pub fn meaning(self, method: &str, params: Option<&RawValue>) -> Meaning {
        if is_upstream_traffic(method, params) {
            return Meaning::UpstreamTraffic;
        }
        match self {
            Dialect::V1 => v1::meaning(method, params),
            Dialect::V2 => v2::meaning(method, params),
        }
    }

    /// Whether conversations of one process have to take turns for it to be clear whose every message is: the rate
    /// limits of an answer name none, and nothing repeats them.
    pub fn takes_turns(self) -> bool {
        self == Dialect::V2
    }

    /// Whether a turn ends at `response.completed`, and not where the body of the answer does (measured: 0.107.0 and
    /// later).
    pub fn ends_at_completed(self) -> bool {
        self == Dialect::V2
    }

    /// Whether the head of every accepted answer is shown as soon as it is read.
    pub fn shows_head(self) -> bool {
        self == Dialect::V1
    }
}

/// The two messages by which a server delegates, where they can be read. Whatever else starts like them is something
/// that a server shows.
fn is_upstream_traffic(method: &str, params: Option<&RawValue>) -> bool {
    let params = params.map_or("null", RawValue::get);
    match method {
        methods::RESPONSES_API_CALL => serde_json::from_str::<CallParams>(params).is_ok(),
        methods::RESPONSES_API_CANCEL => serde_json::from_str::<CancelParams>(params).is_ok(),
        _ => false,
    }
}

/// The value at a JSON pointer of some params; `null` where there is none.
pub fn value_at(params: Option<&RawValue>, pointer: &str) -> Value {
    let params = params.and_then(|params| serde_json::from_str::<Value>(params.get()).ok());
    params.and_then(|mut params| params.pointer_mut(pointer).map(Value::take)).unwrap_or_default()
}
