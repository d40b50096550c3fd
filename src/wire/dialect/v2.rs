//! The v2 dialect (0.107.0 to 0.169.0).

use super::meaning::{Meaning, TurnEnding, value_at};
use crate::wire::methods::v2 as methods;
use serde_json::value::RawValue;
use serde_json::{Value, json};

pub(super) fn meaning(method: &str, params: Option<&RawValue>) -> Meaning {
    match method {
        methods::RAW_RESPONSE_ITEM_COMPLETED => Meaning::RawItem("/item"),
        methods::AGENT_MESSAGE_DELTA => Meaning::TextDelta("/delta"),
        methods::ITEM_COMPLETED if value_at(params, "/item/type") == json!("agentMessage") => {
            Meaning::Text("/item/text")
        }
        methods::REASONING_SUMMARY_DELTA | methods::REASONING_TEXT_DELTA => Meaning::Progress,
        methods::ERROR if value_at(params, "/willRetry") == json!(true) => {
            Meaning::Retry(value_at(params, "/error/message"))
        }
        methods::ERROR => Meaning::Failure(value_at(params, "/error/message")),
        methods::TURN_COMPLETED => turn_ended(&value_at(params, "/turn")),
        methods::COMMAND_APPROVAL | methods::FILE_CHANGE_APPROVAL => Meaning::Approval {
            decline: json!({ "decision": "decline" }),
            consent: json!({ "decision": "accept" }),
        },
        methods::THREAD_STATUS_CHANGED => Meaning::State,
        // These name no thread, and what they say is the whole process's.
        methods::REMOTE_CONTROL_STATUS_CHANGED | methods::CONFIG_WARNING => Meaning::Connection,
        _ => Meaning::Other,
    }
}

fn turn_ended(turn: &Value) -> Meaning {
    let ending = if turn["status"] == "interrupted" { TurnEnding::Aborted } else { TurnEnding::Complete };
    let items = turn["items"].as_array().into_iter().flatten().rev();
    let last = items.filter(|item| item["type"] == "agentMessage").map(|item| item["text"].clone()).next();
    Meaning::TurnEnded { ending, last_agent_message: last.unwrap_or_default() }
}
