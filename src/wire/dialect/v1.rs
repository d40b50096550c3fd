//! The v1 dialect (0.53.0).

use super::meaning::{Meaning, TurnEnding, value_at};
use crate::wire::methods;
use serde_json::json;
use serde_json::value::RawValue;

pub(super) fn meaning(method: &str, params: Option<&RawValue>) -> Meaning {
    match method {
        methods::RAW_RESPONSE_ITEM => Meaning::RawItem("/msg/item"),
        methods::RESPONSE_EVENT => Meaning::ResponseEvent("/msg/event"),
        methods::AGENT_MESSAGE_DELTA => Meaning::TextDelta("/msg/delta"),
        methods::AGENT_MESSAGE => Meaning::Text("/msg/message"),
        methods::TOKEN_COUNT
        | methods::AGENT_REASONING_DELTA
        | methods::AGENT_REASONING_RAW_CONTENT_DELTA => Meaning::Progress,
        methods::STREAM_ERROR => Meaning::Retry(value_at(params, "/msg/message")),
        methods::ERROR => Meaning::Failure(value_at(params, "/msg/message")),
        methods::TASK_COMPLETE => Meaning::TurnEnded {
            ending: TurnEnding::Complete,
            last_agent_message: value_at(params, "/msg/last_agent_message"),
        },
        methods::TURN_ABORTED => {
            Meaning::TurnEnded { ending: TurnEnding::Aborted, last_agent_message: json!(null) }
        }
        methods::EXEC_COMMAND_APPROVAL | methods::APPLY_PATCH_APPROVAL => Meaning::Approval {
            decline: json!({ "decision": "denied" }),
            consent: json!({ "decision": "approved" }),
        },
        _ => Meaning::Other,
    }
}
