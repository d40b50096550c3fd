//! Turns that are ended from outside.

use crate::client::{Client, Setup, events, kind};
use crate::sse;
use crate::upstream::{Stalling, closed};
use serde_json::{Value, json};

/// What the server says from the interrupt to its answer.
async fn interrupt(client: &mut Client, conversation: &str) -> Vec<Value> {
    let before = client.log.len();
    let params = json!({ "conversationId": conversation });
    let answer = client.request("interruptConversation", params).await;
    assert_eq!(answer["result"], json!({ "abortReason": "interrupted" }), "{answer}");
    client.log[before..].to_vec()
}

fn last_two(messages: &[Value]) -> (&str, bool) {
    let [.., aborted, answer] = messages else { panic!("{messages:?}") };
    (kind(aborted), answer["result"].is_object())
}

#[tokio::test]
async fn on_the_direct_path_the_connection_is_closed() {
    let upstream = Stalling::start().await;
    let (mut client, conversation) = Client::conversing(Setup::provider(&upstream.base_url(), "")).await;
    client.say(&conversation, "one").await;
    let first = upstream.begin(&[sse::created(), sse::message_added(), sse::delta("He")]).await;
    client.until_event("agent_message_delta").await;
    let told = interrupt(&mut client, &conversation).await;
    assert_eq!(last_two(&told), ("turn_aborted", true));
    closed(first).await;

    client.say(&conversation, "two").await;
    drop(upstream.begin(&sse::message("Done")).await);
    let end = client.until_event("task_complete").await;
    assert_eq!(end["params"]["id"], "2", "the interrupt counts as a submission");
    assert_eq!(end["params"]["msg"]["last_agent_message"], "Done");
}

#[tokio::test]
async fn on_the_delegated_path_the_delegate_is_told() {
    let (mut client, conversation) = Client::conversing(Setup::delegated("")).await;
    client.say(&conversation, "one").await;
    let call = client.call().await;
    client.events(&call, &[sse::created(), sse::message_added(), sse::delta("He")]).await;
    client.until_event("agent_message_delta").await;
    let told = interrupt(&mut client, &conversation).await;
    assert_eq!(told[0]["method"], "responsesApi/cancel");
    assert_eq!(told[0]["params"], json!({ "callId": call.id }));
    assert_eq!(last_two(&told), ("turn_aborted", true));

    let before = client.log.len();
    client.events(&call, &sse::message("late")).await;
    client.answer(&call, json!({ "status": 200 })).await;
    client.say(&conversation, "two").await;
    client.serve(&sse::message("Done")).await;
    client.until_event("task_complete").await;
    let after = &client.log[before..];
    let of_the_first = after.iter().filter(|message| message["params"]["id"] == "0");
    assert_eq!(of_the_first.count(), 0);
    assert_eq!(events(after, "task_complete")[0]["last_agent_message"], "Done");
}

#[tokio::test]
async fn what_was_whole_is_kept() {
    let (mut client, conversation) = Client::conversing(Setup::delegated("")).await;
    client.say(&conversation, "one").await;
    let call = client.call().await;
    client.event(&call.id, &sse::message_done("whole")).await;
    client.event(&call.id, &sse::call("shell", "{}")[1]).await;
    client.event(&call.id, &sse::message_added()).await;
    client.until_event("agent_message").await;
    client.until_event("item_started").await;
    let told = interrupt(&mut client, &conversation).await;
    let kept: Vec<&Value> = events(&told, "raw_response_item");
    let types: Vec<&Value> = kept.iter().map(|msg| &msg["item"]["type"]).collect();
    assert_eq!(types, ["message", "function_call", "function_call_output"]);

    client.say(&conversation, "two").await;
    let call = client.serve(&sse::message("Done")).await;
    assert_eq!(call.params["body"]["input"].as_array().unwrap().len(), 6);
    client.until_event("task_complete").await;
}

#[tokio::test]
async fn a_turn_can_be_ended_before_anything_came_and_between_attempts() {
    let settings = "request_max_retries = 9\nstream_max_retries = 9";
    let (mut client, conversation) = Client::conversing(Setup::delegated(settings)).await;
    client.say(&conversation, "one").await;
    client.call().await;
    let told = interrupt(&mut client, &conversation).await;
    assert_eq!(last_two(&told), ("turn_aborted", true));

    client.say(&conversation, "two").await;
    client.serve(&[sse::created()]).await;
    client.until_event("stream_error").await;
    let told = interrupt(&mut client, &conversation).await;
    assert_eq!(last_two(&told), ("turn_aborted", true));
    assert!(told.iter().all(|message| message["method"] != "responsesApi/cancel"));
}

#[tokio::test]
async fn there_may_be_nothing_to_interrupt() {
    let (mut client, conversation) = Client::conversing(Setup::delegated("")).await;
    let params = json!({ "conversationId": conversation });
    let answer = client.request("interruptConversation", params).await;
    assert_eq!(answer["error"]["message"], format!("no turn is running in conversation {conversation}"));
}

#[tokio::test]
async fn the_end_of_the_input_stops_everything() {
    let (mut client, conversation) = Client::conversing(Setup::delegated("")).await;
    client.say(&conversation, "one").await;
    client.call().await;
    let last = client.end().await;
    assert!(last.iter().all(|message| kind(message) != "task_complete"));
}
