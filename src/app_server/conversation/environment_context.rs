//! The first item of every history: where the conversation takes place.

use crate::app_server::config::Settings;
use crate::wire::{ContentItem, ResponseItem};

/// The environment context of a new conversation, as a message of the user (0.53.0).
///
/// Nothing is run here, so that no shell matters; it is always given as `bash`, for the same text on every machine.
pub(super) fn environment_context(settings: &Settings) -> ResponseItem {
    let network = if settings.network_access { "enabled" } else { "restricted" };
    let text = [
        "<environment_context>".to_owned(),
        element("cwd", &settings.cwd.to_string_lossy()),
        element("approval_policy", &settings.approval_policy),
        element("sandbox_mode", settings.sandbox.name()),
        element("network_access", network),
        element("shell", "bash"),
        "</environment_context>".to_owned(),
    ]
    .join("\n");
    ResponseItem::Message {
        id: None,
        role: "user".to_owned(),
        content: vec![ContentItem::InputText { text }],
    }
}

fn element(name: &str, text: &str) -> String {
    format!("  <{name}>{text}</{name}>")
}
