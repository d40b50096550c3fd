//! A secret in pieces: every kind of delta, cut at every byte.

use crate::planted::{Planted, all};
use responses_parity::recording::{Exchange, Recording, Turn, scrub, secrets_in};
use serde_json::{Value, json};

/// Events with deltas, and what says where they belong.
const CHANNELS: &[(&str, &[&str])] = &[
    ("response.output_text.delta", &["item_id", "output_index", "content_index"]),
    ("response.refusal.delta", &["item_id", "output_index", "content_index"]),
    ("response.reasoning_text.delta", &["item_id", "output_index", "content_index"]),
    ("response.reasoning_summary_text.delta", &["item_id", "output_index", "summary_index"]),
    ("response.function_call_arguments.delta", &["item_id", "output_index"]),
    ("response.custom_tool_call_input.delta", &["item_id"]),
    ("response.mcp_call_arguments.delta", &["item_id", "output_index"]),
    ("response.code_interpreter_call_code.delta", &["output_index"]),
    ("response.output_text.delta", &[]),
];

/// The event of one piece of one channel.
fn event(channel: usize, piece: &str, padding: &str) -> String {
    let (kind, ids) = CHANNELS[channel];
    let mut event = json!({"type": kind, "delta": piece, "obfuscation": padding});
    for id in ids {
        event[*id] = if *id == "item_id" { json!(format!("item_{channel}")) } else { json!(channel) };
    }
    format!("event: {kind}\ndata: {event}\n\n")
}

/// The pieces of all channels, in turns, so that no two of a channel stand together.
fn interleaved(pieces: &[&str]) -> String {
    let events = pieces.iter().enumerate().flat_map(|(turn, piece)| {
        (0..CHANNELS.len()).map(move |channel| event(channel, piece, &"x".repeat(turn)))
    });
    events.collect()
}

/// The text of every channel of a stream of such events.
fn joined(body: &[u8]) -> Vec<String> {
    let mut texts = vec![String::new(); CHANNELS.len()];
    let events = std::str::from_utf8(body).unwrap().lines().filter_map(|line| line.strip_prefix("data: "));
    for (index, data) in events.enumerate() {
        let event: Value = serde_json::from_str(data).unwrap();
        texts[index % CHANNELS.len()] += event["delta"].as_str().unwrap();
    }
    texts
}

fn scrubbed(body: &str) -> Vec<u8> {
    let stream = Exchange::stream(body.to_owned());
    let mut recording = Recording::of_exchanges("split", vec![Turn::said("x")], vec![stream]);
    scrub(&mut recording);
    assert_eq!(recording.exchanges[0].body.len(), body.len());
    recording.exchanges[0].body.to_vec()
}

fn assert_gone(planted: &Planted, pieces: &[&str]) {
    let body = interleaved(pieces);
    let after = scrubbed(&body);
    for (channel, text) in joined(&after).iter().enumerate() {
        let kind = CHANNELS[channel].0;
        assert!(planted.is_gone_from(text), "{planted:?} in {pieces:?} of {kind}: {text}");
    }
    assert_eq!(secrets_in(&after), []);
    // Beside the deltas, nothing has changed.
    let without_deltas = |body: &str| {
        let lines = body.lines().map(|line| {
            let start = line.find("\"delta\":").unwrap_or(line.len());
            let end = line.find("\"obfuscation\"").unwrap_or(line.len());
            format!("{}{}", &line[..start], &line[end..])
        });
        lines.collect::<Vec<_>>()
    };
    assert_eq!(without_deltas(&body), without_deltas(std::str::from_utf8(&after).unwrap()));
}

#[test]
fn over_two_deltas() {
    for planted in all() {
        let text = planted.text();
        // Of the very long ones, the cuts in the middle are all alike.
        let step = 1 + planted.secret.len() / 100;
        for cut in (1..text.len()).step_by(step) {
            assert_gone(&planted, &[&text[..cut], &text[cut..]]);
        }
    }
}

#[test]
fn over_three_deltas() {
    let all = all();
    let shortest = all.iter().min_by_key(|planted| planted.text().len()).unwrap();
    let token = all.iter().find(|planted| planted.secret.starts_with("ghp_")).unwrap();
    for planted in [shortest, token] {
        let text = planted.text();
        for first in 1..text.len() - 1 {
            for second in first + 1..text.len() {
                assert_gone(planted, &[&text[..first], &text[first..second], &text[second..]]);
            }
        }
    }
    for planted in &all {
        let text = planted.text();
        let third = text.len() / 3;
        assert_gone(planted, &[&text[..third], &text[third..2 * third], &text[2 * third..]]);
    }
}

#[test]
fn over_as_many_deltas_as_it_has_characters() {
    for planted in all() {
        let text = planted.text();
        let pieces: Vec<&str> = (0..text.len()).map(|at| &text[at..=at]).collect();
        assert_gone(&planted, &pieces);
    }
}

#[test]
fn an_item_with_another_id_in_every_event() {
    for planted in all() {
        let text = planted.text();
        let (first, second) = text.split_at(planted.start() + planted.secret.len() / 2);
        let delta = |id: &str, delta: &str| {
            let event = json!({"type": "response.output_text.delta", "item_id": id, "output_index": 0, "delta": delta});
            format!("data: {event}\n\n")
        };
        let other = format!(
            "data: {}\n\n",
            json!({"type": "response.output_text.delta", "item_id": "c", "output_index": 1, "delta": "other"})
        );
        let after = scrubbed(&[delta("a", first), other, delta("b", second)].concat());
        let texts: Vec<String> = std::str::from_utf8(&after)
            .unwrap()
            .lines()
            .filter_map(|line| line.strip_prefix("data: "))
            .map(|data| serde_json::from_str::<Value>(data).unwrap()["delta"].as_str().unwrap().to_owned())
            .collect();
        let text = [texts[0].as_str(), &texts[2]].concat();
        assert!(planted.is_gone_from(&text), "{planted:?}: {text}");
        assert_eq!(texts[1], "other");
    }
}

#[test]
fn spelt_with_escapes_and_split() {
    for planted in all() {
        let text = planted.text();
        let spelt = |text: &str| text.bytes().map(|byte| format!("\\u{byte:04x}")).collect::<String>();
        let (first, second) = text.split_at(planted.start() + planted.secret.len() / 2);
        let delta = |delta: String| {
            format!("data: {{\"type\":\"response.function_call_arguments.delta\",\"delta\":\"{delta}\"}}\n\n")
        };
        // Arguments are JSON within JSON: the escapes of one may be escaped by the other.
        for escape in [|text: String| text, |text: String| text.replace('\\', "\\\\")] {
            let body = delta(escape(spelt(first))) + &delta(escape(spelt(second)));
            let after = scrubbed(&body);
            assert_eq!(secrets_in(&after), [], "{planted:?}");
            let codes: String = String::from_utf8(after)
                .unwrap()
                .split("\\u")
                .skip(1)
                .map(|code| char::from(u8::from_str_radix(&code[..4], 16).unwrap()))
                .collect();
            assert!(planted.is_gone_from(&codes), "{planted:?}: {codes}");
        }
    }
}
