//! The redactor never reveals a secret, wherever it stands and however it is spelt or split, and never damages anything
//! else.

#![no_main]

#[allow(dead_code, reason = "the tests ask for more")]
#[path = "../../tests/secrets/planted.rs"]
mod planted;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use planted::Planted;
use responses_parity::observe::{Observed, without_secrets};
use responses_parity::recording::{Exchange, Recording, Turn, redact, scrub, secrets_in};
use responses_parity::wire::events_of_body;
use responses_parity_fuzz::pieces;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use std::borrow::Cow;
use std::time::Duration;

/// A text with a secret in it.
///
/// As bytes: the number of the secret, two for its place, the form, the spelling, `01 LENGTH` for each delta, `00`, and the
/// text.
#[derive(Arbitrary, Debug)]
struct Input<'a> {
    secret: u8,
    place: u16,
    form: u8,
    spelling: u8,
    delta_lengths: Vec<u8>,
    text: &'a str,
}

thread_local! {
    static SECRETS: Vec<Planted> = planted::all();
}

fuzz_target!(|input: Input<'_>| {
    let planted = SECRETS.with(|secrets| secrets[usize::from(input.secret) % secrets.len()].clone());
    let planted = &planted;
    let (text, start) = plant(planted, &input);
    let deltas = || deltas(&text, &input.delta_lengths);
    match input.form % 6 {
        0 => assert_hidden(planted, start, &redact(&text)),
        1 => assert_hidden_in_json(planted, start, &text, input.spelling),
        2 => assert_hidden_in_recording(planted, start, &text),
        3 => assert_hidden_in_stream(planted, start, &deltas(), input.spelling),
        4 => assert_hidden_in_channel(planted, start, &deltas()),
        _ => assert_harmless_words_stay(input.text.as_bytes()),
    }
    assert_undamaged(&text);
});

/// The text with the secret in it, and where that begins.
fn plant(planted: &Planted, input: &Input<'_>) -> (String, usize) {
    let place = input.text.floor_char_boundary(usize::from(input.place) % (input.text.len() + 1));
    let (before, after) = input.text.split_at(place);
    (format!("{before} {} {after}", planted.text()), place + 1 + planted.start())
}

/// Whether nothing that could be used is left of a secret: not more than says what it is, and no run of it after that.
fn assert_hidden(planted: &Planted, start: usize, shown: &str) {
    const LONGEST_NAME: usize = "discord.com/api/webhooks/".len();
    const RUN: usize = 8;
    let secret = planted.secret.as_bytes();
    let shown = &shown.as_bytes()[start..start + secret.len()];
    let is_same: Vec<bool> = secret.iter().zip(shown).map(|(old, new)| old == new).collect();
    let name = is_same.iter().take_while(|same| **same).count();
    assert!(name <= LONGEST_NAME, "{planted:?} is shown");
    assert!(
        !is_same[name..].windows(RUN).any(|run| run.iter().all(|same| *same)),
        "{planted:?} is shown in part"
    );
}

/// What holds of every text, whatever is in it.
fn assert_undamaged(text: &str) {
    let redacted = redact(text);
    assert_eq!(redacted.len(), text.len(), "it is as long as before");
    assert!(redacted.chars().filter(|c| !c.is_ascii()).all(|c| text.contains(c)), "no character is broken");
    assert_eq!(redact(&redacted), redacted, "once is enough");
    let left: Vec<_> = secrets_in(redacted.as_bytes()).into_iter().filter(|secret| secret.certain).collect();
    assert!(left.is_empty(), "nothing is left that loading would refuse: {left:?}");
    if secrets_in(text.as_bytes()).is_empty() {
        assert!(matches!(redacted, Cow::Borrowed(_)), "it held none");
    }
    assert_eq!(is_json(&redacted), is_json(text));
    assert_same_events(text, &redacted);
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

fn assert_same_events(before: &str, after: &str) {
    let [before, after] = [before, after].map(|text| events_of_body(text.as_bytes()));
    assert_eq!(before.len(), after.len(), "as many events");
    for (before, after) in before.iter().flatten().zip(after.iter().flatten()) {
        assert_eq!(is_json(before), is_json(after), "{before} became {after}");
    }
}

/// Text of words and marks that are no secrets, in any order, stays as it is.
fn assert_harmless_words_stay(choices: &[u8]) {
    const WORDS: &[&str] = &[
        "the ",
        "kettle ",
        "sings ",
        "at ",
        "10 ",
        "past ",
        "6. ",
        "\n",
        "{\"type\": ",
        "\"message\"",
        "}, ",
        "[",
        "] ",
        "\"text\": ",
        "\"id\": ",
        "resp_68a1f0c2b3d4819e8f7a6b5c4d3e2f1a0b9c8d7e6f5a4b3c ",
        "call_Ab1Cd2Ef3Gh4Ij5Kl6Mn7 ",
        "019a2b3c-4d5e-7f60-8a1b-2c3d4e5f6071 ",
        "password ",
        "token ",
        "Bearer of ",
        "sk-learn ",
        "\\n",
        "\\u00e9 ",
        "é ",
        "api_key is ",
        "null, ",
        "1.50, ",
        "data: ",
        "event: ",
        "https://example.com/a?b=c ",
        "someone@example.com ",
        "-- ",
        "\"delta\": ",
        "(secret) ",
        "-----BEGIN ",
        "Authorization, ",
        "you're ",
        "$OPENAI_API_KEY ",
        "REDACTED ",
        "*** ",
    ];
    let text: String = choices.iter().map(|choice| WORDS[usize::from(*choice) % WORDS.len()]).collect();
    assert_eq!(redact(&text), text);
}

/// As a string of JSON, as often within another as `spelling` says; with every character escaped where it is odd.
fn spelt(text: &str, spelling: u8) -> String {
    let escaped = |text: &str| text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect::<String>();
    let first =
        if spelling % 2 == 1 { format!("\"{}\"", escaped(text)) } else { Value::from(text).to_string() };
    (0..spelling / 2 % 3).fold(first, |text, _| Value::from(text).to_string())
}

/// What was spelt so.
fn read(spelt: &str, spelling: u8) -> String {
    let once = |text: &str| serde_json::from_str::<String>(text).expect("what was JSON still is");
    (0..spelling / 2 % 3).fold(once(spelt), |text, _| once(&text))
}

fn assert_hidden_in_json(planted: &Planted, start: usize, text: &str, spelling: u8) {
    let event = format!(r#"{{"type":"tool_output","output":{}}}"#, spelt(text, spelling));
    let shown = redact(&event);
    let shown =
        shown.strip_prefix(r#"{"type":"tool_output","output":"#).and_then(|shown| shown.strip_suffix('}'));
    assert_hidden(planted, start, &read(shown.expect("the rest stays"), spelling));
}

fn assert_hidden_in_recording(planted: &Planted, start: usize, text: &str) {
    let exchange = Exchange { request: Some(text.to_owned().into()), ..Exchange::stream(text.to_owned()) };
    let mut recording = Recording::of_exchanges("planted", vec![Turn::said(text)], vec![exchange]);
    assert!(!scrub(&mut recording).is_empty(), "what was taken out is told");
    let exchange = &recording.exchanges[0];
    for scrubbed in [recording.turns[0].user.as_bytes(), &exchange.body, exchange.request.as_ref().unwrap()] {
        assert_eq!(scrubbed.len(), text.len());
        assert_hidden(planted, start, std::str::from_utf8(scrubbed).expect("no character is broken"));
    }
    assert_eq!(scrub(&mut recording), [], "once is enough");
}

/// The text in pieces, between characters.
fn deltas(text: &str, lengths: &[u8]) -> Vec<String> {
    let mut cut = 0;
    let ends = pieces(text.as_bytes(), lengths).into_iter().scan(0, |end, piece| {
        *end += piece.len();
        Some(text.floor_char_boundary(*end))
    });
    ends.map(|end| text[std::mem::replace(&mut cut, end)..end].to_owned()).collect()
}

/// Each delta between deltas of another item.
fn assert_hidden_in_stream(planted: &Planted, start: usize, deltas: &[String], spelling: u8) {
    let event = |item: u8, delta: &str| {
        let delta = spelt(delta, spelling % 2);
        format!(
            "data: {{\"type\":\"response.output_text.delta\",\"output_index\":{item},\"item_id\":\"{item}\",\"delta\":{delta}}}\n\n"
        )
    };
    let stream: String = deltas.iter().map(|delta| event(1, delta) + &event(2, " and ")).collect();
    let shown = redact(&stream);
    assert_eq!(shown.len(), stream.len());
    let shown: Vec<Value> = events_of_body(shown.as_bytes())
        .into_iter()
        .map(|event| serde_json::from_str(&event.expect("it is UTF-8")).expect("what was JSON still is"))
        .collect();
    assert_eq!(shown.len(), 2 * deltas.len());
    let text_of = |item: u8| {
        let own = shown.iter().filter(|event| event["output_index"] == item);
        own.map(|event| event["delta"].as_str().expect("it is text")).collect::<String>()
    };
    assert_hidden(planted, start, &text_of(1));
    assert_eq!(text_of(2), " and ".repeat(deltas.len()));
}

/// As a report shows what an app-server said.
fn assert_hidden_in_channel(planted: &Planted, start: usize, deltas: &[String]) {
    let entry = |delta: &String| Observed {
        label: "codex/event/agent_message_delta".to_owned(),
        value: json!({"method": "codex/event/agent_message_delta", "params": {"msg": {"delta": delta}}})
            .into(),
        at: Duration::ZERO,
    };
    let entries: Vec<Observed> = deltas.iter().map(entry).collect();
    let shown = without_secrets(&entries);
    let texts = shown
        .iter()
        .map(|entry| entry.value.value()["params"]["msg"]["delta"].as_str().expect("it is text").to_owned());
    assert_hidden(planted, start, &texts.collect::<String>());
}
