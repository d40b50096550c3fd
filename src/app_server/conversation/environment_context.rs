//! The first item of every history: where the conversation takes place.

use crate::app_server::config::{SandboxMode, Settings};
use crate::wire::{ContentItem, ResponseItem};
use std::path::Path;

/// The environment context of a new conversation, as a message of the user (0.53.0). `shell` is the user's.
pub(super) fn environment_context(settings: &Settings, shell: Option<&str>) -> ResponseItem {
    let network = match settings.sandbox {
        SandboxMode::DangerFullAccess => "enabled",
        SandboxMode::ReadOnly | SandboxMode::WorkspaceWrite => "restricted",
    };
    let cwd = settings.cwd.to_string_lossy();
    let mut lines = vec![
        element("cwd", &cwd),
        element("approval_policy", &settings.approval_policy),
        element("sandbox_mode", settings.sandbox.name()),
        element("network_access", network),
    ];
    if settings.sandbox == SandboxMode::WorkspaceWrite {
        lines.push(format!(
            "  <writable_roots>\n  {}\n  </writable_roots>",
            element("root", &cwd)
        ));
    }
    lines.extend(shell.and_then(shell_name).map(|name| element("shell", name)));
    ResponseItem::Message {
        id: None,
        role: "user".to_owned(),
        content: vec![ContentItem::InputText {
            text: format!(
                "<environment_context>\n{}\n</environment_context>",
                lines.join("\n")
            ),
        }],
    }
}

fn element(name: &str, text: &str) -> String {
    format!("  <{name}>{text}</{name}>")
}

fn shell_name(path: &str) -> Option<&str> {
    Path::new(path).file_name()?.to_str()
}
