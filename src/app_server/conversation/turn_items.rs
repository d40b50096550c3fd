//! Items as user interfaces see them.

use crate::wire::{
    ContentItem, EventMsg, InputItem, ReasoningContent, ReasoningSummary, ResponseItem, TextInput,
    TurnContent, TurnItem, UserContent, WebSearchAction,
};

/// What the user says, as it goes into the history.
pub(super) fn message_of(input: &[InputItem]) -> ResponseItem {
    ResponseItem::Message {
        id: None,
        role: "user".to_owned(),
        content: input.iter().map(sent_input).collect(),
    }
}

/// How an item of the history is shown; `None` for tool calls and what is not shown at all.
pub(super) fn shown(item: &ResponseItem) -> Option<TurnItem> {
    match item {
        ResponseItem::Message { id, role, content } => of_message(id.as_deref(), role, content),
        ResponseItem::Reasoning { id, summary, content, .. } => Some(TurnItem::Reasoning {
            id: id.clone(),
            summary_text: summary.iter().map(summary_text).collect(),
            raw_content: content.iter().flatten().map(raw_text).collect(),
        }),
        ResponseItem::WebSearchCall { id, action: WebSearchAction::Search { query }, .. } => {
            Some(TurnItem::WebSearch { id: id.clone().unwrap_or_default(), query: query.clone() })
        }
        _ => None,
    }
}

/// The notifications that repeat a whole item in the older vocabulary.
pub(super) fn older_events(item: &TurnItem, show_raw_reasoning: bool) -> Vec<EventMsg> {
    match item {
        TurnItem::UserMessage { content, .. } => vec![user_message(content)],
        TurnItem::AgentMessage { content, .. } => content
            .iter()
            .map(|TurnContent::Text { text }| EventMsg::AgentMessage { message: text.clone() })
            .collect(),
        TurnItem::Reasoning { summary_text, raw_content, .. } => {
            let summary = summary_text.iter().cloned();
            let raw = raw_content.iter().filter(|_| show_raw_reasoning).cloned();
            summary
                .map(|text| EventMsg::AgentReasoning { text })
                .chain(raw.map(|text| EventMsg::AgentReasoningRawContent { text }))
                .collect()
        }
        TurnItem::WebSearch { id, query } => {
            vec![EventMsg::WebSearchEnd { call_id: id.clone(), query: query.clone() }]
        }
    }
}

/// The id by which notifications name the item.
pub(super) fn id_of(item: &TurnItem) -> &str {
    match item {
        TurnItem::UserMessage { id, .. }
        | TurnItem::AgentMessage { id, .. }
        | TurnItem::Reasoning { id, .. }
        | TurnItem::WebSearch { id, .. } => id,
    }
}

/// The text of the last message of the model's in `items`.
pub(super) fn last_agent_message(items: &[ResponseItem]) -> Option<String> {
    items.iter().rev().find_map(|item| match item {
        ResponseItem::Message { role, content, .. } if role == "assistant" => {
            content.iter().rev().find_map(|part| match part {
                ContentItem::OutputText { text } => Some(text.clone()),
                ContentItem::InputText { .. } | ContentItem::InputImage { .. } => None,
            })
        }
        _ => None,
    })
}

fn of_message(id: Option<&str>, role: &str, content: &[ContentItem]) -> Option<TurnItem> {
    match role {
        "assistant" => Some(TurnItem::AgentMessage {
            id: id.map_or_else(new_id, str::to_owned),
            content: content.iter().filter_map(agent_content).collect(),
        }),
        "user" if !content.iter().any(is_context) => Some(TurnItem::UserMessage {
            id: new_id(),
            content: content.iter().filter_map(user_content).collect(),
        }),
        _ => None,
    }
}

fn agent_content(part: &ContentItem) -> Option<TurnContent> {
    match part {
        ContentItem::OutputText { text } => Some(TurnContent::Text { text: text.clone() }),
        ContentItem::InputText { .. } | ContentItem::InputImage { .. } => None,
    }
}

fn user_content(part: &ContentItem) -> Option<UserContent> {
    match part {
        ContentItem::InputText { text } => Some(UserContent::Text { text: text.clone() }),
        ContentItem::InputImage { image_url } => Some(UserContent::Image { image_url: image_url.clone() }),
        ContentItem::OutputText { .. } => None,
    }
}

/// Whether a part of a user's message was put there by the server.
fn is_context(part: &ContentItem) -> bool {
    match part {
        ContentItem::InputText { text } | ContentItem::OutputText { text } => {
            let text = text.trim_start().to_ascii_lowercase();
            text.starts_with("<environment_context>") || text.starts_with("<user_instructions>")
        }
        ContentItem::InputImage { .. } => false,
    }
}

fn user_message(content: &[UserContent]) -> EventMsg {
    let (mut message, mut images) = (String::new(), Vec::new());
    for part in content {
        match part {
            UserContent::Text { text } => message.push_str(text),
            UserContent::Image { image_url } => images.push(image_url.clone()),
        }
    }
    EventMsg::UserMessage { message, images }
}

fn sent_input(item: &InputItem) -> ContentItem {
    match item {
        InputItem::Text(TextInput { text }) => ContentItem::InputText { text: text.clone() },
        InputItem::Image { image_url } => ContentItem::InputImage { image_url: image_url.clone() },
    }
}

fn summary_text(part: &ReasoningSummary) -> String {
    let ReasoningSummary::SummaryText { text } = part;
    text.clone()
}

fn raw_text(part: &ReasoningContent) -> String {
    match part {
        ReasoningContent::ReasoningText { text } | ReasoningContent::Text { text } => text.clone(),
    }
}

fn new_id() -> String {
    uuid::Uuid::new_v4().to_string()
}
