//! Turns that go well, on both paths.

use crate::client::{Client, Setup, events, kind, kinds};
use crate::sse;
use crate::upstream::{answering, base_url, bodies, stream};
use serde_json::{Value, json};

const MESSAGE_TURN: &[&str] = &[
    "task_started",
    "raw_response_item",
    "item_started",
    "item_completed",
    "user_message",
    "response_event",
    "token_count",
    "account/rateLimits/updated",
    "response_event",
    "response_event",
    "item_started",
    "response_event",
    "agent_message_content_delta",
    "agent_message_delta",
    "response_event",
    "agent_message_content_delta",
    "agent_message_delta",
    "response_event",
    "item_completed",
    "agent_message",
    "response_event",
    "token_count",
    "account/rateLimits/updated",
    "raw_response_item",
    "task_complete",
];

fn answer() -> Vec<Value> {
    vec![
        sse::created(),
        sse::message_added(),
        sse::delta("Do"),
        sse::delta("ne"),
        sse::message_done("Done"),
        sse::completed(),
    ]
}

/// Without ids, and without what only one of the paths sends.
fn comparable(messages: &[Value]) -> Vec<String> {
    let uuid = regex::Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").expect("a pattern");
    messages
        .iter()
        .filter(|message| !kind(message).starts_with("responsesApi/"))
        .map(|message| uuid.replace_all(&message.to_string(), "<id>").into_owned())
        .collect()
}

#[tokio::test]
async fn both_paths_tell_the_same() {
    let limits = "x-codex-primary-used-percent";
    let upstream = answering(vec![stream(&answer()).insert_header(limits, "12.5")]).await;
    let (mut client, conversation) = Client::conversing(Setup::provider(&base_url(&upstream), "")).await;
    let direct = client.turn(&conversation, "Hello").await;
    assert_eq!(kinds(&direct), MESSAGE_TURN);

    let (mut client, conversation) = Client::conversing(Setup::delegated("")).await;
    let before = client.log.len();
    client.say(&conversation, "Hello").await;
    let call = client.call().await;
    client.started(&call, 200, json!({ limits: "12.5" })).await;
    client.events(&call, &answer()).await;
    client.answer(&call, json!({ "status": 200 })).await;
    client.until_event("task_complete").await;
    assert_eq!(comparable(&client.log[before..]), comparable(&direct));
    let shown = events(&client.log, "token_count")[0];
    assert_eq!(shown["rate_limits"]["primary"]["used_percent"], 12.5);
}

#[tokio::test]
async fn both_paths_ask_the_same() {
    let settings = "http_headers = { X-Team = \"parity\", Authorization = \"Basic c2VjcmV0\" }\n\
                    query_params = { api-version = \"1\" }";
    let upstream = answering(vec![stream(&answer())]).await;
    let (mut client, conversation) =
        Client::conversing(Setup::provider(&base_url(&upstream), settings)).await;
    client.turn(&conversation, "Hello").await;
    let direct = &upstream.received_requests().await.unwrap()[0];

    let (mut client, conversation) = Client::conversing(Setup::delegated(settings)).await;
    client.say(&conversation, "Hello").await;
    let call = client.call().await;
    assert_eq!(call.params["conversationId"], conversation);
    assert_eq!(call.params["stream"], true);
    assert_eq!(call.params["url"], "http://upstream.invalid/v1/responses?api-version=1");
    assert_eq!(direct.url.query(), Some("api-version=1"));
    let mut names: Vec<&str> = direct.headers.keys().map(|name| name.as_str()).collect();
    names.retain(|name| !["host", "content-length", "authorization"].contains(name));
    names.sort_unstable();
    let told: Vec<&String> = call.params["headers"].as_object().unwrap().keys().collect();
    assert_eq!(told, names, "all but the credentials");
    let body: Value = direct.body_json().unwrap();
    let mut asked = call.params["body"].clone();
    assert_eq!(asked["prompt_cache_key"], conversation);
    for member in ["prompt_cache_key", "input"] {
        // They hold the conversation's id and its folder.
        asked[member] = body[member].clone();
    }
    assert_eq!(asked.to_string(), body.to_string());
}

#[tokio::test]
async fn a_delegate_of_the_first_dialect_is_served() {
    let (mut client, conversation) = Client::conversing(Setup::delegated("")).await;
    let before = client.log.len();
    client.say(&conversation, "Hello").await;
    let call = client.call().await;
    client.events(&call, &answer()).await;
    client.answer(&call, json!({ "status": 200, "requestId": null, "error": null })).await;
    client.until_event("task_complete").await;
    let mut expected = MESSAGE_TURN.to_vec();
    // Without a head there are no rate limits to tell, neither first nor last.
    expected.drain(5..8);
    let last = expected.iter().rposition(|kind| *kind == "account/rateLimits/updated");
    expected.remove(last.unwrap());
    expected.insert(5, "responsesApi/call");
    assert_eq!(kinds(&client.log[before..]), expected);
}

#[tokio::test]
async fn headers_in_the_answer_still_count() {
    let (mut client, conversation) = Client::conversing(Setup::delegated("")).await;
    client.say(&conversation, "Hello").await;
    let call = client.call().await;
    client.events(&call, &answer()).await;
    let headers = json!({ "x-codex-primary-used-percent": "40" });
    client.answer(&call, json!({ "status": 200, "headers": headers })).await;
    client.until_event("task_complete").await;
    let counts = events(&client.log, "token_count");
    assert_eq!(counts.last().unwrap()["rate_limits"]["primary"]["used_percent"], 40.0);
}

#[tokio::test]
async fn tools_are_answered_and_the_model_asked_again() {
    let plan = r#"{"plan":[{"step":"a","status":"pending"}]}"#;
    let answers = [sse::call("update_plan", plan), sse::call("shell", "{}"), sse::message("Done")];
    let upstream = answering(answers.iter().map(|events| stream(events)).collect()).await;
    let (mut client, conversation) = Client::conversing(Setup::provider(&base_url(&upstream), "")).await;
    let turn = client.turn(&conversation, "Hello").await;
    let updates = events(&turn, "plan_update");
    assert_eq!(updates[0]["plan"], json!([{ "step": "a", "status": "pending" }]));
    let counts = events(&turn, "token_count");
    let total = &counts.last().unwrap()["info"]["total_token_usage"]["total_tokens"];
    assert_eq!(total, 45);
    let last = bodies(&upstream).await.remove(2);
    let outputs: Vec<&Value> = last["input"].as_array().unwrap().iter().map(|item| &item["output"]).collect();
    assert_eq!(outputs[3], "Plan updated");
    assert_eq!(outputs[5], "unsupported call: shell");
}

#[tokio::test]
async fn a_message_to_a_running_turn_is_answered_by_it() {
    let (mut client, conversation) = Client::conversing(Setup::delegated("")).await;
    client.say(&conversation, "one").await;
    let call = client.call().await;
    client.say(&conversation, "two").await;
    client.events(&call, &sse::message("A")).await;
    client.answer(&call, json!({ "status": 200 })).await;
    let second = client.serve(&sse::message("B")).await;
    let said: Vec<&Value> = second.params["body"]["input"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["content"][0]["text"])
        .collect();
    assert_eq!(said[1..], ["one", "A", "two"]);
    let end = client.until_event("task_complete").await;
    assert_eq!(end["params"]["msg"]["last_agent_message"], "B");
    assert_eq!(end["params"]["id"], "0");
    assert_eq!(events(&client.log, "task_started").len(), 1);
}

#[tokio::test]
async fn conversations_do_not_hear_each_other() {
    let mut client = Client::initialized(Setup::delegated("")).await;
    let conversations = [client.converse(json!({})).await, client.converse(json!({})).await];
    let mut calls = Vec::new();
    for conversation in &conversations {
        client.say(conversation, "Hello").await;
        calls.push(client.call().await);
    }
    for call in &calls {
        client.started(call, 200, json!({})).await;
    }
    let texts = ["left", "right"];
    for step in 0..3 {
        for (call, text) in calls.iter().zip(texts) {
            client.event(&call.id, &sse::message(text)[step]).await;
        }
    }
    for call in calls.iter().rev() {
        client.answer(call, json!({ "status": 200 })).await;
    }
    client.until_event("task_complete").await;
    client.until_event("task_complete").await;
    for (conversation, text) in conversations.iter().zip(texts) {
        let own = client.log.iter();
        let own: Vec<Value> = own
            .filter(|message| message["params"]["conversationId"] == conversation.as_str())
            .cloned()
            .collect();
        let complete = events(&own, "task_complete");
        assert_eq!(complete.len(), 1);
        assert_eq!(complete[0]["last_agent_message"], text);
        assert_eq!(events(&own, "agent_message").len(), 1);
    }
}
