//! What is printed, when, and how it ends.

use crate::process::{Exec, PATIENCE, run};
use responses_parity::exec::stream_of;
use responses_parity::recording::{Exchange, discover};
use responses_parity::upstream::{Speed, Upstream};
use serde_json::Value;

#[test]
fn a_greeting_where_nothing_is_said() {
    let done = run(&["Say hello"]);
    assert_eq!((done.status, &done.stdout[..]), (0, "Hello! What shall we build today?\n"));
    assert_eq!(done.stderr, "");
}

#[test]
fn a_text_arrives_as_it_is() {
    for text in ["one", "two  words", "größer 🛶\n\n\ttab and \"quotes\" \\u0041", "ends\n", " "] {
        for path in ["delegated", "direct"] {
            let done = run(&["x", "--hello-text", text, "--path", path]);
            let end = if text.ends_with('\n') { "" } else { "\n" };
            assert_eq!((done.status, &done.stdout[..]), (0, &format!("{text}{end}")[..]), "{path}");
            assert_eq!(done.stderr, "");
        }
    }
    let done = run(&["x", "--hello-text", ""]);
    assert_eq!((done.status, &done.stdout[..], &done.stderr[..]), (0, "", ""));
}

/// The messages that its exchanges finish, read from the bytes.
fn messages(exchanges: &[Exchange]) -> String {
    let events = exchanges.iter().flat_map(|exchange| responses_parity::wire::events_of_body(&exchange.body));
    let events = events.map(|data| serde_json::from_str::<Value>(&data.unwrap()).unwrap());
    let done = events.filter(|event| event["type"] == "response.output_item.done");
    let items = done.map(|event| event["item"].clone()).filter(|item| item["type"] == "message");
    let texts = items.map(|item| {
        let parts = item["content"].as_array().unwrap().iter();
        parts.map(|part| part["text"].as_str().unwrap().to_owned()).collect::<String>()
    });
    texts.map(|text| if text.ends_with('\n') { text } else { text + "\n" }).collect()
}

#[test]
fn a_recording_says_what_it_holds() {
    let mut said = 0;
    for family in ["recordings/text", "recordings/tools"] {
        for found in discover(family.as_ref()).unwrap() {
            let recording = found.load().unwrap();
            let path = found.path.display().to_string();
            // Its pieces and its end are not the same, or no part of it is text, or an event is none, or only other
            // servers ask for all of it.
            if ["deltas-differ-from-done", "refusal", "added-without-done", "malformed-calls", "tool-search"]
                .contains(&&found.name[..])
            {
                continue;
            }
            let done = run(&["x", "--recording", &path]);
            assert_eq!(done.status, 0, "{path}: {}", done.stderr);
            // Not as a comparison: some are very long.
            assert!(done.stdout == messages(&recording.exchanges), "{path}");
            said += usize::from(!done.stdout.is_empty());
        }
    }
    assert!(said > 15, "{said}");
}

#[test]
fn pieces_that_are_not_the_message_are_told() {
    let done = run(&["x", "--recording", "recordings/text/deltas-differ-from-done"]);
    assert_eq!(done.status, 0);
    assert_eq!(done.stdout, "Three eggs, two cups of flour and a pinch of sand.\n");
    let note = "note: the message that was finished is not the one that was streamed: Three eggs, two cups of flour and a pinch of salt.\n";
    assert_eq!(done.stderr, note);
}

#[test]
fn a_stream_that_is_asked_for_again_begins_on_a_line_of_its_own() {
    let done = run(&["x", "--recording", "recordings/endings/reset-then-ok"]);
    assert_eq!(done.status, 0);
    assert_eq!(done.stdout, "Second runner,\nSecond runner, third runner, and home.\n");
    assert_eq!(done.stderr, "note: Re-connecting... 1/1\n");
}

#[test]
fn a_turn_that_fails_says_why() {
    let done = run(&["x", "--recording", "recordings/failures/server-error"]);
    assert_eq!((done.status, &done.stdout[..]), (1, "And so the\n"));
    assert_eq!(done.stderr, "error: stream disconnected before completion: The storyteller sneezed.\n");
    let done = run(&["x", "--recording", "recordings/http/418"]);
    assert_eq!((done.status, &done.stdout[..]), (1, ""));
    assert!(done.stderr.starts_with("error: unexpected status 418"), "{}", done.stderr);
    let done = run(&["x", "--recording", "recordings/endings/unreachable"]);
    assert_eq!((done.status, &done.stdout[..]), (1, ""));
    assert!(done.stderr.starts_with("error: Connection failed"), "{}", done.stderr);
}

/// Each piece of the text is on stdout while the upstream still holds what follows it.
#[tokio::test(flavor = "multi_thread")]
async fn text_is_printed_as_it_comes() {
    let text = "Anchors aweigh, my boys";
    let exchange = stream_of(text);
    let deltas: Vec<&str> = text.split_inclusive(' ').collect();
    // The first two events announce the message.
    let ends: Vec<usize> = exchange.delivery.pieces.iter().skip(2).map(|piece| piece.end).collect();
    let upstream = Upstream::start().await.unwrap();
    let mount = upstream.mount_shaped(vec![exchange], Speed::Max).await.unwrap();
    let gates: Vec<_> = deltas.iter().zip(ends).map(|(_, end)| mount.hold_at(0, end).unwrap()).collect();
    let mut exec = Exec::start(&["x", "--upstream", mount.base_url()]);
    for (delta, gate) in deltas.iter().zip(gates) {
        tokio::time::timeout(PATIENCE, gate.reached()).await.unwrap();
        exec.reads(delta);
        gate.open();
    }
    let done = exec.finish();
    assert_eq!((done.status, &done.stdout[..], &done.stderr[..]), (0, "\n", ""));
}

/// Nothing is left of it: no app-server, and no folder.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_turn_leaves_nothing_behind() {
    let upstream = Upstream::start().await.unwrap();
    let mount = upstream.mount_shaped(vec![stream_of("Never whole")], Speed::Max).await.unwrap();
    let gate = mount.hold_at(0, 0).unwrap();
    let mut exec = Exec::start(&["x", "--upstream", mount.base_url()]);
    tokio::time::timeout(PATIENCE, gate.reached()).await.unwrap();
    let below = |exec: &Exec| std::fs::read_dir(exec.folder()).unwrap().count();
    assert_eq!(below(&exec), 1);
    exec.interrupt();
    let done = exec.end();
    assert_eq!((done.status, &done.stderr[..]), (3, "error: interrupted before the turn was over\n"));
    assert_eq!(below(&exec), 0);
}

#[test]
fn the_trace_has_every_line_and_its_direction() {
    let done = run(&["Ahoy", "--hello-text", "Ahoy yourself", "--trace-jsonrpc"]);
    assert_eq!((done.status, &done.stdout[..]), (0, "Ahoy yourself\n"));
    let lines: Vec<(&str, Value)> = done
        .stderr
        .lines()
        .map(|line| line.split_once(' ').unwrap())
        .map(|(direction, json)| (direction, serde_json::from_str(json).unwrap()))
        .collect();
    let position = |direction: &str, method: &str| {
        let found = lines.iter().position(|(way, line)| *way == direction && line["method"] == method);
        found.unwrap_or_else(|| panic!("no {direction} {method}"))
    };
    let order = [
        ("->", "initialize"),
        ("->", "initialized"),
        ("->", "newConversation"),
        ("->", "sendUserMessage"),
        ("<-", "responsesApi/call"),
        ("->", "responsesApi/started"),
        ("->", "responsesApi/event"),
        ("<-", "codex/event/agent_message_delta"),
        ("<-", "codex/event/task_complete"),
    ];
    let places = order.map(|(direction, method)| position(direction, method));
    assert!(places.is_sorted(), "{places:?}");
    assert_eq!(places[0], 0);
    let call = &lines[places[4]].1;
    let answer = lines
        .iter()
        .find(|(way, line)| *way == "->" && line["id"] == call["id"] && line.get("result").is_some());
    assert_eq!(answer.unwrap().1["result"]["status"], 200);
    assert!(lines.iter().all(|(way, _)| ["->", "<-"].contains(way)));
}
