//! What the user said, as far as the requests tell.

use crate::recording::closing::asks_for_follow_up;
use crate::recording::model::{Exchange, Turn};
use crate::recording::redirects::is_followed;
use serde_json::Value;

/// How many bytes a message of the user's may have, to be one. A `recording.toml` holds them all.
const MAX_WORDS: usize = 64 << 10;

/// What a request of the Responses API says of the conversation.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    /// The last message of the user's, where it has words, and not too many.
    pub(super) words: Option<String>,
    /// Whether it ends in the output of a tool, and so goes on with a turn.
    pub(super) answers_tool: bool,
}

impl Said {
    pub(super) fn of_request(request: &Value) -> Said {
        // Over a WebSocket, what is asked may stand one level deeper.
        let input = request.get("input").or_else(|| request.get("response")?.get("input"));
        match input {
            Some(Value::String(words)) => Said { words: words_of(words), answers_tool: false },
            Some(Value::Array(items)) => {
                let of_user = items.iter().rev().filter(|item| item["role"] == "user");
                Said {
                    words: of_user.map(|item| words_of(&text_of(&item["content"]))).next().flatten(),
                    answers_tool: items
                        .iter()
                        .rev()
                        .find(|item| !is_instruction(item))
                        .is_some_and(is_tool_output),
                }
            }
            _ => Said::default(),
        }
    }
}

/// The turns of these exchanges, and where the requests tell another story than the answers.
///
/// A turn goes on where an app-server asks again: after an answer that asks for a tool, and after a redirect. That is
/// what will happen in a replay, so that the answers decide, and the requests give the words.
pub(super) fn turns_of(
    exchanges: &[Exchange],
    said: &[Said],
    prompt: Option<&str>,
) -> (Vec<Turn>, Vec<String>) {
    let (mut turns, mut notes) = (Vec::new(), Vec::new());
    let mut goes_on = false;
    for (index, (exchange, said)) in exchanges.iter().zip(said).enumerate() {
        let number = index + 1;
        if goes_on && !said.answers_tool && said.words.is_some() && !is_followed(&exchanges[index - 1]) {
            notes.push(format!(
                "exchange {number} answers a new message of the user's, but the answer before it asks for a tool: a replay reaches it in the same turn"
            ));
        }
        if !goes_on && said.answers_tool {
            notes.push(format!(
                "exchange {number} answers the output of a tool that no answer before it asks for: a replay begins a turn there"
            ));
        }
        if !goes_on {
            turns.push(Turn::said(words(said, prompt, turns.len() + 1, &mut notes)));
        }
        goes_on = asks_for_follow_up(exchange) || is_followed(exchange);
    }
    (turns, notes)
}

fn words(said: &Said, prompt: Option<&str>, number: usize, notes: &mut Vec<String>) -> String {
    if let Some(words) = &said.words {
        return words.clone();
    }
    let (words, instead) = match prompt {
        Some(prompt) => (prompt.to_owned(), "it was given by whoever imported it".to_owned()),
        None => {
            let placeholder = format!("Message {number}");
            let instead = format!("{placeholder:?} stands in its place");
            (placeholder, instead)
        }
    };
    notes.push(format!("what the user said in turn {number} is not known; {instead}"));
    words
}

fn words_of(text: &str) -> Option<String> {
    (!text.trim().is_empty() && text.len() <= MAX_WORDS).then(|| text.to_owned())
}

/// Content is a text, or a list of parts of which some are.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    }
}

/// Some clients repeat their instructions at the end.
fn is_instruction(item: &Value) -> bool {
    ["system", "developer"].iter().any(|role| item["role"] == *role)
}

fn is_tool_output(item: &Value) -> bool {
    item["type"].as_str().is_some_and(|kind| kind.ends_with("_output") || kind == "mcp_approval_response")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn said(request: Value) -> (Option<String>, bool) {
        let Said { words, answers_tool } = Said::of_request(&request);
        (words, answers_tool)
    }

    #[test]
    fn the_last_message_of_the_user_counts() {
        assert_eq!(said(json!({"input": "Hello"})), (Some("Hello".into()), false));
        let parts = json!([{"type": "input_text", "text": "a"}, {"type": "input_image"}, {"type": "input_text", "text": "b"}]);
        let items = json!([
            {"role": "user", "content": "first"},
            {"type": "message", "role": "assistant", "content": "then"},
            {"type": "message", "role": "user", "content": parts},
            {"role": "developer", "content": "rules"},
        ]);
        assert_eq!(said(json!({"input": items})), (Some("a\nb".into()), false));
        assert_eq!(said(json!({"response": {"input": "deeper"}})), (Some("deeper".into()), false));
    }

    #[test]
    fn the_output_of_a_tool_goes_on_with_a_turn() {
        let items = json!([
            {"role": "user", "content": "go"},
            {"type": "function_call", "name": "f"},
            {"type": "function_call_output", "output": "done"},
            {"role": "system", "content": "rules"},
        ]);
        assert_eq!(said(json!({"input": items})), (Some("go".into()), true));
    }

    #[test]
    fn a_picture_alone_has_no_words() {
        let items = json!([{"role": "user", "content": [{"type": "input_image"}]}]);
        assert_eq!(said(json!({"input": items})), (None, false));
        assert_eq!(said(json!({"messages": []})), (None, false));
    }
}
