//! The vocabulary: JSON-RPC messages, methods and their params, SSE, and the one state machine from
//! Responses API events to [`ResponseEvent`]s.
//!
//! No I/O happens here and nothing here knows who is on the other side. Both the harness and the
//! bundled app-server speak through these types.

mod delegate;
mod dialect;
mod event_msg;
pub mod event_schema;
mod http;
mod jsonrpc;
pub mod methods;
mod rate_limits;
mod response_event;
mod response_item;
mod response_stream;
mod sse;
mod sse_decoder;
mod token_usage;
mod upstream_error;
mod uuid;
mod v1;
mod v2;

pub use delegate::{
    CallAnswer, CallEvent, CallParams, CallStarted, CancelParams, EventLine, FaultKind, StreamFault,
};
pub use dialect::{Dialect, Meaning, Sender, TurnEnding, value_at};
pub use event_msg::{
    AbortReason, EventMsg, EventParams, ItemDelta, ItemEvent, PlanItem, PlanStatus, TurnContent, TurnItem,
    UserContent,
};
pub use http::{
    Header, Headers, MAX_HEADER_FIELDS, header_text, header_value, is_connection_field, is_loopback_host,
    is_success,
};
pub use jsonrpc::{ErrorObject, Message, ParseError, RequestId, codes, to_raw};
pub use rate_limits::{RateLimitSnapshot, RateLimitWindow};
pub use response_event::ResponseEvent;
pub use response_item::{
    ContentItem, LocalShellAction, LocalShellStatus, ReasoningContent, ReasoningSummary, ResponseItem,
    WebSearchAction,
};
pub use response_stream::{Completion, ResponseStream};
pub use sse::{PlacedEvent, event_boundaries, events_of_body, one_line, placed_events_of_body};
pub use sse_decoder::{SseDecoder, SseEvent, SseEvents};
pub use token_usage::{TokenUsage, TokenUsageInfo};
pub use upstream_error::{Rejection, UpstreamError};
pub use uuid::uuids_in;
pub use v1::{
    AddListenerParams, AddListenerResult, ClientInfo, ConversationId, InitializeParams, InitializeResult,
    InputItem, InterruptParams, InterruptResult, NewConversationParams, NewConversationResult,
    RemoveListenerParams, SendUserMessageParams, TextInput, UserAgentResult,
};
pub use v2::{
    Capabilities, InitializeV2Params, Thread, ThreadStartParams, ThreadStartResult, TurnInterruptParams,
    TurnName, TurnStartParams, TurnStartResult,
};
