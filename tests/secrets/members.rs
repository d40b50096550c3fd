//! Values that only the name of their member gives away: where that stands in JSON within JSON, in pieces, or as a number;
//! and what people write in their place, which stays.

use pretty_assertions::assert_eq;
use responses_parity::recording::{Exchange, Existing, Recording, Turn, load, scrub, write};
use serde_json::{Value, json};

/// The body after scrubbing, and what was removed.
fn scrubbed(body: &str) -> (String, Vec<String>) {
    let exchange = Exchange::stream(body.to_owned());
    let mut recording = Recording::of_exchanges("members", vec![Turn::said("Hello")], vec![exchange]);
    let removed = scrub(&mut recording).iter().map(|removed| removed.kind.to_owned()).collect();
    assert_eq!(scrub(&mut recording), [], "the second time there is something left");
    let after = String::from_utf8(recording.exchanges[0].body.to_vec()).unwrap();
    assert_eq!(after.len(), body.len());
    (after, removed)
}

fn event(value: &Value) -> String {
    format!("event: {}\ndata: {value}\n\n", value["type"].as_str().unwrap_or_default())
}

fn events(body: &str) -> Vec<Value> {
    let data = body.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).unwrap()).collect()
}

/// What a call is given is JSON in a string, and may hold JSON in strings itself.
#[test]
fn a_password_among_the_arguments_of_a_call_goes() {
    let arguments = json!({"host": "db.example.com", "password": "harbour lights", "api_key": "k3lp"});
    let within = json!({"body": arguments.to_string()});
    for arguments in [&arguments, &within, &json!([within.to_string()])] {
        let (body, removed) = scrubbed(&event(
            &json!({"type": "response.function_call_arguments.done", "arguments": arguments.to_string()}),
        ));
        let after = events(&body)[0]["arguments"].as_str().unwrap().to_owned();
        assert!(after.contains("db.example.com"), "{after}");
        assert!(!after.contains("harbour") && !after.contains("k3lp"), "{after}");
        serde_json::from_str::<Value>(&after).unwrap();
        assert_eq!(removed, ["value of a secret's name"; 2]);
    }
}

#[test]
fn so_it_does_in_pieces_cut_anywhere() {
    let arguments = json!({"user": "keeper", "password": "harbour lights"}).to_string();
    for cut in 1..arguments.len() {
        let (start, end) = arguments.split_at(cut);
        let pieces = [start, end].map(|delta| {
            event(&json!({
                "type": "response.function_call_arguments.delta", "item_id": "fc_1", "output_index": 0, "delta": delta,
            }))
        });
        let (body, _) = scrubbed(&pieces.concat());
        let joined: String =
            events(&body).iter().map(|event| event["delta"].as_str().unwrap().to_owned()).collect();
        assert_eq!(joined, arguments.replace("harbour lights", "REDACTED******"), "cut at {cut}");
    }
}

/// App-servers send these with every request; some of them in JSON within JSON.
#[test]
fn what_tells_an_installation_goes() {
    let id = "0b6f3e0c-1f2a-4222-8333-9a4445555666";
    let metadata = json!({"installation_id": id, "turn_id": "t"}).to_string();
    let body = json!({"client_metadata": {"x-codex-installation-id": id, "x-codex-turn-metadata": metadata}});
    let (after, _) = scrubbed(&body.to_string());
    assert!(!after.contains("0b6f3e0c"), "{after}");
    let (after, _) = scrubbed(&json!({"note": metadata}).to_string());
    assert!(!after.contains("0b6f3e0c") && after.contains("turn_id"), "{after}");
}

/// A call may be given somebody's address, or a word; it is what the call is about.
#[test]
fn what_a_call_says_of_people_stays() {
    let arguments = json!({
        "email": "someone@example.com", "user_id": "u_17", "session_id": "s", "password": "lighthouse",
    })
    .to_string();
    let body = event(&json!({"type": "response.function_call_arguments.done", "arguments": arguments}));
    assert_eq!(scrubbed(&body), (body, Vec::new()));
}

#[test]
fn a_number_stays_a_number() {
    let body = r#"{"user_id":918273645546,"account_id":[1234567],"session_id":12,"n":918273645546}"#;
    let (after, removed) = scrubbed(body);
    assert_eq!(after, r#"{"user_id":100000000000,"account_id":[1000000],"session_id":12,"n":918273645546}"#);
    assert_eq!(removed, ["account data"; 2]);
}

/// Somebody else has taken the secret out before: that is kept as it was received.
#[test]
fn what_stands_for_a_secret_stays() {
    for word in [
        "sanitized",
        "Redacted",
        "REMOVED",
        "masked",
        "[FILTERED]",
        "<redacted>",
        "***MASKED***",
        "xxx",
        "XXXXXXXXXXXX",
        "****",
        "0000",
        "00000000-0000-0000-0000-000000000000",
        "",
        "none",
        "placeholder",
        "REDACTED****",
    ] {
        let body = json!({"type": "response.created", "response": {
            "id": "resp_1", "safety_identifier": word, "user": word, "api_key": word, "email": [word],
        }});
        let body = event(&body);
        assert_eq!(scrubbed(&body), (body, Vec::new()), "{word}");
    }
}

#[test]
fn what_only_begins_like_a_placeholder_goes() {
    for word in ["sanitized-by-nobody", "masked7", "removedx", "none of your business", "0000-1111"] {
        let (after, removed) = scrubbed(&json!({"api_key": word}).to_string());
        assert_eq!(removed.len(), 1, "{word}: {after}");
    }
}

/// Each cookie of several, and nothing of those that are none.
#[test]
fn every_cookie_goes() {
    let (first, second) = ("aB3dE6gH9jK2mN5pQ8sT", "xY1zW8vU7tS6rQ5pO4nM");
    let (after, _) =
        scrubbed(&format!("curl -H 'Cookie: theme=dark; sid={first}; a=1; t={second}; lang=en' there"));
    assert!(!after.contains(&first[4..]) && !after.contains(&second[..16]), "{after}");
    assert!(
        after.starts_with("curl -H 'Cookie: theme=dark; sid=REDACTED") && after.ends_with("; lang=en' there"),
        "{after}"
    );
}

#[test]
fn what_was_scrubbed_is_written_and_loads() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("members");
    let arguments = json!({"password": "harbour lights", "user_id": 918_273_645}).to_string();
    let body = event(
        &json!({"type": "response.created", "response": {"id": "resp_1", "user_id": 918_273_645, "arguments": arguments}}),
    );
    let recording =
        Recording::of_exchanges("members", vec![Turn::said("Hello")], vec![Exchange::stream(body)]);
    write(&recording, &folder, Existing::Refuse).unwrap();
    let body = &load(&folder, "members").unwrap().exchanges[0].body;
    assert!(!String::from_utf8_lossy(body).contains("harbour"));
}
