//! The delegated path: how a delegate answers, well or not.

use crate::client::{Call, Client, Setup, events};
use crate::sse;
use serde_json::{Value, json};

async fn asked(settings: &str) -> (Client, Call) {
    let (mut client, conversation) = Client::conversing(Setup::delegated(settings)).await;
    client.say(&conversation, "Hello").await;
    let call = client.call().await;
    (client, call)
}

async fn error(client: &mut Client) -> String {
    let error = client.until_event("error").await;
    client.until_event("task_complete").await;
    error["params"]["msg"]["message"].as_str().expect("a text").to_owned()
}

async fn refuse(client: &mut Client, call: &Call, code: i64, message: &str) {
    let error = json!({ "code": code, "message": message });
    let answer = json!({ "id": call.request_id, "error": error });
    client.line(&answer.to_string()).await;
}

#[tokio::test]
async fn a_status_and_its_body_are_read_as_on_the_direct_path() {
    let (mut client, call) = asked("").await;
    client.answer(&call, json!({ "status": 404, "error": "no such model" })).await;
    assert_eq!(error(&mut client).await, "unexpected status 404 Not Found: no such model");

    let (mut client, call) = asked("").await;
    client.started(&call, 401, json!({ "cf-ray": "ray-1" })).await;
    client.answer(&call, json!({ "status": 401, "error": "" })).await;
    assert_eq!(
        error(&mut client).await,
        "exceeded retry limit, last status: 401 Unauthorized, request id: ray-1"
    );
}

#[tokio::test]
async fn refusals_are_tried_again() {
    let (mut client, call) = asked("request_max_retries = 1\nstream_max_retries = 1").await;
    client.answer(&call, json!({ "status": 503 })).await;
    let call = client.serve(&[sse::created()]).await;
    let again = client.call().await;
    assert_ne!(again.id, call.id);
    client.answer(&again, json!({ "status": 429, "headers": { "retry-after": "0" } })).await;
    client.serve(&sse::message("Done")).await;
    let end = client.until_event("task_complete").await;
    assert_eq!(end["params"]["msg"]["last_agent_message"], "Done");
    assert_eq!(events(&client.log, "stream_error").len(), 1);
}

#[tokio::test]
async fn an_error_answer_is_a_failed_connection_or_a_broken_stream() {
    for (code, message) in [(-32000, "no route to host"), (-32601, "method not found")] {
        let (mut client, call) = asked("").await;
        refuse(&mut client, &call, code, message).await;
        assert_eq!(error(&mut client).await, format!("Connection failed: {message}"));

        let (mut client, call) = asked("").await;
        client.event(&call.id, &sse::created()).await;
        refuse(&mut client, &call, code, message).await;
        assert_eq!(
            error(&mut client).await,
            format!(
                "stream disconnected before completion: Transport error: Error while reading the server response: \
                 {message}"
            )
        );
    }
}

#[tokio::test]
async fn a_malformed_answer_says_so() {
    for result in [json!({}), json!(null), json!({ "status": "200" }), json!({ "status": 0 })] {
        let (mut client, call) = asked("").await;
        client.answer(&call, result).await;
        let error = error(&mut client).await;
        assert!(error.starts_with("Connection failed: malformed answer to responsesApi/call: "), "{error}");
    }
}

#[tokio::test]
async fn a_broken_stream_is_told_as_on_the_direct_path() {
    for (kind, expected) in [
        ("transport", "Transport error: Error while reading the server response: cut"),
        ("encoding", "UTF8 error: cut"),
    ] {
        let (mut client, call) = asked("").await;
        client.events(&call, &sse::message("Done")).await;
        client.answer(&call, json!({ "status": 200, "error": "cut", "errorKind": kind })).await;
        let expected = format!("stream disconnected before completion: {expected}");
        assert_eq!(error(&mut client).await, expected);
    }
}

#[tokio::test]
async fn an_early_answer_ends_the_stream() {
    let (mut client, call) = asked("").await;
    client.event(&call.id, &sse::created()).await;
    client.answer(&call, json!({ "status": 200 })).await;
    // Too late: the call is answered.
    client.events(&call, &sse::message("late")).await;
    assert_eq!(
        error(&mut client).await,
        "stream disconnected before completion: stream closed before response.completed"
    );
    assert!(events(&client.log, "agent_message").is_empty());
}

#[tokio::test]
async fn silence_ends_the_turn_before_and_after_the_first_sign_of_life() {
    let (mut client, _) = asked("delegate_start_timeout_ms = 50").await;
    assert_eq!(error(&mut client).await, "Connection failed: no sign of life from the delegate within 50 ms");
    let (mut client, call) = asked("stream_idle_timeout_ms = 60").await;
    client.started(&call, 200, json!({})).await;
    assert_eq!(
        error(&mut client).await,
        "stream disconnected before completion: idle timeout waiting for SSE"
    );
    let cancel = client.log.iter().find(|message| message["method"] == "responsesApi/cancel");
    assert_eq!(cancel.expect("the delegate is told")["params"]["callId"], call.id.as_str());
}

#[tokio::test]
async fn events_that_belong_to_no_call_change_nothing() {
    let (mut client, call) = asked("").await;
    client.event("no-such-call", &sse::message_done("stray")).await;
    client.notify("responsesApi/event", Some(json!({ "event": {} }))).await;
    client.notify("responsesApi/started", Some(json!({ "callId": call.id }))).await;
    client.notify("responsesApi/started", Some(json!({ "callId": "no-such-call", "status": 500 }))).await;
    client.notify("responsesApi/other", None).await;
    client.answer(&Call { request_id: json!(77), ..call.clone() }, json!({ "status": 500 })).await;
    for odd in [json!(1), json!("[DONE]"), json!({}), json!({ "type": 1 }), Value::Null] {
        client.event(&call.id, &odd).await;
    }
    client.events(&call, &sse::message("Done")).await;
    // A head that comes after the first event says nothing any more.
    client.started(&call, 500, json!({})).await;
    client.answer(&call, json!({ "status": 200 })).await;
    let end = client.until_event("task_complete").await;
    assert_eq!(end["params"]["msg"]["last_agent_message"], "Done");
    assert_eq!(events(&client.log, "agent_message").len(), 1);
}

#[tokio::test]
async fn an_event_that_comes_twice_counts_twice() {
    let (mut client, call) = asked("").await;
    client.event(&call.id, &sse::message_added()).await;
    let delta = sse::delta("again");
    client.events(&call, &[delta.clone(), delta]).await;
    client.events(&call, &[sse::message_done("again again"), sse::completed()]).await;
    client.answer(&call, json!({ "status": 200 })).await;
    client.until_event("task_complete").await;
    // As on the direct path: what the upstream says twice is shown twice.
    assert_eq!(events(&client.log, "agent_message_delta").len(), 2);
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_of_a_call_ends_the_server() {
    let (mut client, call) = asked("").await;
    client.started(&call, 200, json!({})).await;
    client.event(&call.id, &sse::message_added()).await;
    let last = client.end().await;
    assert!(last.iter().all(|message| crate::client::kind(message) != "task_complete"));
}

#[tokio::test]
async fn nothing_is_dropped_however_many_events_there_are() {
    const COUNT: usize = 100_000;
    let (mut client, call) = asked("").await;
    client.event(&call.id, &sse::message_added()).await;
    for number in 0..COUNT {
        let number = number.to_string();
        client.event(&call.id, &sse::delta(&number)).await;
    }
    client.event(&call.id, &sse::completed()).await;
    client.answer(&call, json!({ "status": 200 })).await;
    let mut expected = 0;
    loop {
        let line = client.next_line().await;
        if line.contains("codex/event/agent_message_delta") {
            assert!(line.contains(&format!("\"delta\":\"{expected}\"")), "{line}");
            expected += 1;
        }
        if line.contains("codex/event/task_complete") {
            break;
        }
    }
    assert_eq!(expected, COUNT);
}
