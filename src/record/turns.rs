//! What the user said, read from the requests of a client that nobody told what to say.

use crate::recording::{Exchange, Turn, asks_for_follow_up};
use serde::Deserialize;
use serde_json::Value;

/// What a user says who cannot be understood.
const UNKNOWN: &str = "Hello";

/// The turns that these exchanges belong to. A request that follows a call goes on with its turn, as an app-server's
/// does; any other begins one, with the last words of the user in it.
pub(super) fn of_exchanges(exchanges: &[Exchange]) -> Vec<Turn> {
    let goes_on = |index: usize| index > 0 && asks_for_follow_up(&exchanges[index - 1]);
    let beginnings = exchanges.iter().enumerate().filter(|(index, _)| !goes_on(*index));
    let said = |exchange: &Exchange| exchange.request.as_deref().and_then(last_words);
    beginnings.map(|(_, exchange)| Turn::said(said(exchange).unwrap_or_else(|| UNKNOWN.to_owned()))).collect()
}

/// `input` is a text, or a list of items, of which messages have a text or parts with texts.
fn last_words(request: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Request {
        input: Value,
    }
    let Request { input } = serde_json::from_slice(request).ok()?;
    if let Value::String(text) = input {
        return Some(text).filter(|text| !text.is_empty());
    }
    let of_user = |item: &&Value| item["role"] == "user";
    let message = input.as_array()?.iter().rev().find(of_user)?;
    let text = match &message["content"] {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            parts.iter().filter_map(|part| part["text"].as_str()).collect::<Vec<_>>().join("\n")
        }
        _ => String::new(),
    };
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(request: &str, body: &str) -> Exchange {
        Exchange { request: Some(request.to_owned().into()), ..Exchange::stream(body.to_owned()) }
    }

    const CALL: &str = concat!(
        "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"function_call\",\"name\":\"f\",\"arguments\":\"{}\",\"call_id\":\"c\"}}\n\n",
        "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\"}}\n\n",
    );

    #[test]
    fn each_way_to_say_something_is_understood() {
        for (request, said) in [
            (r#"{"input":"a"}"#, Some("a")),
            (r#"{"input":[{"role":"user","content":"a"},{"role":"user","content":"b"}]}"#, Some("b")),
            (
                r#"{"input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_text","text":"b"}]},{"role":"assistant","content":"c"}]}"#,
                Some("a\nb"),
            ),
            (r#"{"input":[{"type":"function_call_output","output":"x"}]}"#, None),
            (r#"{"messages":[]}"#, None),
            ("no JSON", None),
        ] {
            assert_eq!(last_words(request.as_bytes()).as_deref(), said, "{request}");
        }
    }

    #[test]
    fn a_call_is_followed_up_in_its_turn() {
        let exchanges = [
            asked(r#"{"input":"first"}"#, CALL),
            asked(r#"{"input":[{"type":"function_call_output"}]}"#, ""),
            asked(r#"{"input":"second"}"#, ""),
        ];
        let said: Vec<_> = of_exchanges(&exchanges).into_iter().map(|turn| turn.user).collect();
        assert_eq!(said, ["first", "second"]);
    }
}
