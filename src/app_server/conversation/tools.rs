//! Answers to tool calls. The bundled server has one tool, the plan; it runs no commands.

use crate::wire::{EventMsg, PlanItem, ResponseItem};
use serde::Deserialize;

/// The output for a call, and what the listeners are told of it.
#[derive(Debug)]
pub(super) struct ToolAnswer {
    pub(super) output: ResponseItem,
    pub(super) event: Option<EventMsg>,
}

/// Answers a tool call; `None` if the item is none.
pub(super) fn answer(item: &ResponseItem) -> Option<ToolAnswer> {
    let (output, event) = match item {
        ResponseItem::FunctionCall { name, arguments, call_id, .. } => {
            let (text, event) = call_function(name, arguments);
            (function_output(call_id, text), event)
        }
        ResponseItem::LocalShellCall { id, call_id, .. } => {
            (local_shell(call_id.as_deref().or(id.as_deref())), None)
        }
        ResponseItem::CustomToolCall { name, call_id, .. } => {
            let output = ResponseItem::CustomToolCallOutput {
                call_id: call_id.clone(),
                output: format!("unsupported custom tool call: {name}"),
            };
            (output, None)
        }
        _ => return None,
    };
    Some(ToolAnswer { output, event })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UpdatePlanArgs {
    #[serde(default)]
    explanation: Option<String>,
    plan: Vec<PlanItem>,
}

fn call_function(name: &str, arguments: &str) -> (String, Option<EventMsg>) {
    if name != "update_plan" {
        return (format!("unsupported call: {name}"), None);
    }
    match serde_json::from_str::<UpdatePlanArgs>(arguments) {
        Ok(UpdatePlanArgs { explanation, plan }) => {
            let update = EventMsg::PlanUpdate { explanation, plan };
            ("Plan updated".to_owned(), Some(update))
        }
        Err(error) => (format!("failed to parse function arguments: {error}"), None),
    }
}

fn local_shell(call_id: Option<&str>) -> ResponseItem {
    match call_id {
        Some(call_id) => function_output(call_id, "unsupported call: local_shell".to_owned()),
        None => function_output("", "LocalShellCall without call_id or id".to_owned()),
    }
}

fn function_output(call_id: &str, output: String) -> ResponseItem {
    ResponseItem::FunctionCallOutput { call_id: call_id.to_owned(), output }
}
