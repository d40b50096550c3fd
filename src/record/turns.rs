//! What the user said, read from the requests of a client that nobody told what to say.

use crate::recording::{Exchange, MAX_MANIFEST_BYTES, Turn, asks_for_follow_up, is_followed};
use serde::Deserialize;
use serde_json::Value;

/// What a user says who cannot be understood.
const UNKNOWN: &str = "Hello";

/// How many bytes of what a user says become a turn: clients put whole files into a message, and a `recording.toml` is for
/// readers. The request is kept as it is.
const LONGEST: usize = 8000;

/// The turns that these exchanges belong to. A request that follows a call or a redirect goes on with its turn, as an
/// app-server's does; any other begins one, with the last words of the user in it.
pub(super) fn of_exchanges(exchanges: &[Exchange]) -> Vec<Turn> {
    let leads_on = |exchange: &Exchange| asks_for_follow_up(exchange) || is_followed(exchange);
    let goes_on = |index: usize| index > 0 && leads_on(&exchanges[index - 1]);
    let beginnings = exchanges.iter().enumerate().filter(|(index, _)| !goes_on(*index));
    // Many turns share the room that there is. A quarter of it: escapes take up to six bytes, and mostly none.
    let longest = LONGEST.min(MAX_MANIFEST_BYTES / 4 / exchanges.len().max(1));
    let said = |exchange: &Exchange| Some(cut(last_words(exchange.request.as_deref()?)?, longest));
    beginnings.map(|(_, exchange)| Turn::said(said(exchange).unwrap_or_else(|| UNKNOWN.to_owned()))).collect()
}

/// No longer than so many bytes, and the mark of what is missing.
fn cut(mut text: String, longest: usize) -> String {
    if text.len() > longest {
        let end = (0..=longest).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    text
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
    fn what_is_too_long_is_cut() {
        let said = |count: usize| {
            let request = format!("{{\"input\":\"{}\"}}", "é".repeat(LONGEST));
            let turns = of_exchanges(&vec![asked(&request, ""); count]);
            turns.into_iter().map(|turn| turn.user).collect::<Vec<_>>()
        };
        assert_eq!(said(1), [format!("{}…", "é".repeat(LONGEST / 2))]);
        let many = said(1000).concat();
        assert!(many.ends_with("é…") && many.len() < MAX_MANIFEST_BYTES / 2, "{}", many.len());
    }

    #[test]
    fn a_redirect_is_followed_up_in_its_turn() {
        let mut redirect = asked(r#"{"input":"first"}"#, "");
        redirect.status = 307;
        redirect.headers = vec![("location".to_owned(), "responses".to_owned())];
        let exchanges = [redirect, asked(r#"{"input":"first"}"#, "")];
        assert_eq!(of_exchanges(&exchanges).len(), 1);
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
