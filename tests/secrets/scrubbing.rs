//! Every kind of secret in every place of a recording.

use crate::planted::{Planted, all};
use bytes::Bytes;
use pretty_assertions::assert_eq;
use responses_parity::recording::{
    Delivery, Exchange, Existing, Piece, Provenance, Recording, Turn, load, redact, scrub, secrets_in, write,
};
use serde_json::{Value, json};
use std::time::Duration;
use walkdir::WalkDir;

fn data(value: &Value) -> String {
    format!("event: {}\ndata: {value}\n\n", value["type"].as_str().unwrap())
}

/// JSON that spells a text with escapes wherever it can.
fn spelt_out(text: &str) -> String {
    text.bytes().map(|byte| format!("\\u{byte:04X}")).collect()
}

/// A recording with one secret in as many places as there are.
fn full_of(planted: &Planted) -> Recording {
    let text = planted.text();
    let escaped = spelt_out(&text);
    let arguments = json!({"text": text}).to_string();
    let stream = [
        format!(": {}\n\n", text.replace('\n', " ")),
        data(&json!({"type": "response.output_text.delta", "item_id": "msg_1", "delta": text})),
        data(&json!({"type": "response.output_text.done", "item_id": "msg_1", "text": text})),
        format!("data: {{\"type\":\"response.output_text.done\",\"text\":\"{escaped}\"}}\r\n\r\n"),
        data(&json!({"type": "response.function_call_arguments.done", "arguments": arguments})),
        data(
            &json!({"type": "response.output_item.done", "item": {"type": "function_call", "call_id": "call_1", "arguments": json!({"nested": arguments}).to_string()}}),
        ),
        format!(
            "data: {{\"type\":\"response.completed\",\ndata: \"response\":{{\"id\":\"resp_1\",\"x\":{}}}}}\n\n",
            json!(text)
        ),
    ];
    let answer = json!({"error": {"message": text, "code": null}});
    let request =
        json!({"model": "m", "input": [{"role": "user", "content": [{"type": "input_text", "text": text}]}]});
    let shown = text.replace('\n', " ");
    let headers = [
        ("content-type", "text/event-stream"),
        ("location", &shown),
        ("x-codex-note", &shown),
        ("set-cookie", &shown),
    ];
    let exchange = Exchange {
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        request: Some(Bytes::from(serde_json::to_vec_pretty(&request).unwrap())),
        delivery: Delivery { pieces: vec![Piece { at: Duration::ZERO, end: 20 }], ..Delivery::default() },
        ..Exchange::stream(stream.concat())
    };
    let refused = Exchange { status: 401, headers: Vec::new(), ..Exchange::stream(answer.to_string()) };
    let plain = Exchange { status: 500, headers: Vec::new(), ..Exchange::stream(text.clone()) };
    Recording {
        description: text.clone(),
        provenance: Provenance {
            kind: "recorded".to_owned(),
            source: Some(text.clone()),
            notes: Some(text.clone()),
        },
        ..Recording::of_exchanges("full", vec![Turn::said(text)], vec![exchange, refused, plain])
    }
}

/// Pieces of a secret that are long enough to be of use.
fn survivors<'a>(planted: &'a Planted, text: &str) -> Option<&'a str> {
    const OF_USE: usize = 10;
    let unmistakable = planted.secret.len() / 2;
    let windows = unmistakable..=planted.secret.len() - OF_USE.min(planted.secret.len() - unmistakable);
    let mut windows = windows.map(|start| &planted.secret[start..(start + OF_USE).min(planted.secret.len())]);
    windows.find(|window| window.len() >= 6 && text.contains(window))
}

#[test]
fn there_are_many() {
    let (kinds, places) = (all().len(), 14);
    assert!(kinds >= 90 && kinds * places > 1000, "{kinds} kinds");
}

#[test]
fn none_survives_in_a_file() {
    for planted in all() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("there");
        write(&full_of(&planted), &folder, Existing::Refuse)
            .unwrap_or_else(|error| panic!("{planted:?}: {error}"));
        for file in
            WalkDir::new(&folder).into_iter().map(Result::unwrap).filter(|file| file.file_type().is_file())
        {
            let text = std::fs::read_to_string(file.path()).unwrap();
            for text in [resolved(&text), text] {
                assert_eq!(
                    survivors(&planted, &text),
                    None,
                    "{planted:?} in {}:\n{text}",
                    file.path().display()
                );
            }
        }
        load(&folder, "there").unwrap();
    }
}

/// The same with the escapes of JSON resolved, as often as they are nested.
fn resolved(text: &str) -> String {
    let mut resolved = text.to_owned();
    for _ in 0..4 {
        let mut next = String::new();
        let mut rest = resolved.as_str();
        while let Some((plain, escape)) = rest.split_once('\\') {
            next.push_str(plain);
            let code = escape.strip_prefix('u').and_then(|code| u32::from_str_radix(code.get(..4)?, 16).ok());
            next.extend(code.map_or(escape.chars().next(), char::from_u32));
            rest = escape.get(if code.is_some() { 5 } else { 1 }..).unwrap_or_default();
        }
        next.push_str(rest);
        resolved = next;
    }
    resolved
}

#[test]
fn everything_else_stays_where_it_is() {
    for planted in all() {
        let before = full_of(&planted);
        let mut after = before.clone();
        let removed = scrub(&mut after);
        assert!(removed.len() >= 14, "{planted:?}: {removed:?}");
        assert!(planted.is_gone_from(&after.turns[0].user), "{planted:?}: {}", after.turns[0].user);
        assert_eq!(before.exchanges[0].delivery, after.exchanges[0].delivery);
        for (before, after) in before.exchanges.iter().zip(&after.exchanges) {
            assert_in_place(&planted, &before.body, &after.body);
            let (before, after) = (before.request.as_ref(), after.request.as_ref());
            before.zip(after).iter().for_each(|(before, after)| assert_in_place(&planted, before, after));
        }
        assert_eq!(scrub(&mut after), [], "{planted:?}: the second time there is something left");
    }
}

/// As long as before, still JSON where it was, and other only where the secret stood.
fn assert_in_place(planted: &Planted, before: &[u8], after: &[u8]) {
    assert_eq!(before.len(), after.len(), "{planted:?}");
    let (before, after) = (String::from_utf8_lossy(before), String::from_utf8_lossy(after));
    for (before, after) in before.lines().zip(after.lines()) {
        let json = |line: &str| {
            line.strip_prefix("data: ").and_then(|data| serde_json::from_str::<Value>(data).ok())
        };
        assert_eq!(json(before).is_some(), json(after).is_some(), "{after}");
    }
    // The same again, with what was planted taken out of both.
    let places = before.match_indices(&*planted.secret).map(|(at, _)| at);
    for at in places {
        assert_eq!(before[..at].rsplit(' ').next(), after[..at].rsplit(' ').next());
        let end = at + planted.secret.len();
        assert_eq!(before[end..].chars().next(), after[end..].chars().next());
    }
}

#[test]
fn none_survives_in_a_text_that_is_shown() {
    for planted in all() {
        let shown = redact(&planted.text()).into_owned();
        assert!(planted.is_gone_from(&shown), "{planted:?}: {shown}");
        assert_eq!(redact(&shown), shown);
    }
}

/// What follows a private key that breaks off may look like more of it, up to a character in the middle of a secret.
#[test]
fn none_survives_behind_a_private_key_that_breaks_off() {
    let broken_off = format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n", "MIIEpAIBAAKC".repeat(5));
    for planted in all() {
        let shown = redact(&format!("{broken_off}{}", planted.text())).into_owned();
        let shown = &shown.as_bytes()[broken_off.len() + planted.start()..][..planted.secret.len()];
        let mut last = planted.secret.bytes().zip(shown).skip(planted.secret.len() - 8);
        assert!(last.all(|(old, new)| old != *new), "{planted:?}: {}", String::from_utf8_lossy(shown));
    }
}

#[test]
fn what_is_certain_is_told_from_guesses() {
    for planted in all() {
        let text = planted.text();
        let secrets = secrets_in(text.as_bytes());
        assert_eq!(secrets.len(), 1, "{planted:?}: {secrets:?}");
        assert_eq!(secrets[0].certain, planted.certain, "{planted:?}: {secrets:?}");
        assert!(secrets[0].range.contains(&(planted.start() + planted.secret.len() - 1)), "{planted:?}");
    }
}

#[test]
fn invalid_utf8_around_it_changes_nothing() {
    for planted in all() {
        let text = planted.text();
        let body = [b"\xff\xfe \"\xc3", text.as_bytes(), b"\xe2\x82\" \x80"].concat();
        let mut recording =
            Recording::of_exchanges("bytes", vec![Turn::said("x")], vec![Exchange::stream(body.clone())]);
        scrub(&mut recording);
        let after = &recording.exchanges[0].body;
        assert!(
            planted.is_gone_from(std::str::from_utf8(&after[5..after.len() - 5]).unwrap()),
            "{planted:?}"
        );
        assert_eq!((&after[..5], &after[after.len() - 5..]), (&body[..5], &body[body.len() - 5..]));
    }
}
