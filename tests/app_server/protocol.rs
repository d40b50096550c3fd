//! Requests out of turn, requests that make no sense, and lines that are no messages.

use crate::client::{Client, Setup, events, kinds};
use crate::sse;
use serde_json::{Value, json};

fn setup() -> Setup {
    Setup::delegated("")
}

fn refusal(answer: &Value) -> &str {
    assert_eq!(answer["error"]["code"], -32600, "{answer}");
    answer["error"]["message"].as_str().expect("a message")
}

#[tokio::test]
async fn initialize_comes_first_and_once() {
    let mut client = Client::start(setup());
    let early = client.request("newConversation", json!({})).await;
    assert_eq!(refusal(&early), "Not initialized");
    let first = client.initialize().await;
    let user_agent = first["result"]["userAgent"].as_str().expect("a user agent");
    assert!(user_agent.starts_with("responses-parity/"), "{user_agent}");
    let info = json!({ "clientInfo": { "name": "again", "version": "1" } });
    let second = client.request("initialize", info).await;
    assert_eq!(refusal(&second), "Already initialized");
    let asked = client.request("getUserAgent", Value::Null).await;
    assert_eq!(asked["result"]["userAgent"], user_agent);
}

#[tokio::test]
async fn what_cannot_be_understood_is_said() {
    let mut client = Client::initialized(setup()).await;
    let unknown = client.request("thread/start", json!({})).await;
    assert_eq!(refusal(&unknown), "Invalid request: unknown method \"thread/start\"");
    let wrong = client.request("newConversation", json!({ "cwd": 3 })).await;
    assert!(refusal(&wrong).starts_with("Invalid request: newConversation: invalid type: integer `3`"));
    let missing = client.request("sendUserMessage", json!({})).await;
    assert!(refusal(&missing).contains("missing field `conversationId`"));
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let mut client = Client::initialized(setup()).await;
    for method in ["addConversationListener", "interruptConversation"] {
        let answer = client.request(method, json!({ "conversationId": "nowhere" })).await;
        assert_eq!(refusal(&answer), "conversation not found: nowhere");
    }
    let message = json!({ "conversationId": "nowhere", "items": [] });
    let answer = client.request("sendUserMessage", message).await;
    assert_eq!(refusal(&answer), "conversation not found: nowhere");
    let subscription = json!({ "subscriptionId": "none" });
    let answer = client.request("removeConversationListener", subscription).await;
    assert_eq!(refusal(&answer), "subscription not found: none");
}

#[tokio::test]
async fn a_line_that_is_no_message_does_no_harm() {
    let mut client = Client::initialized(setup()).await;
    for line in ["garbage", "", "[]", "\"text\"", r#"{"result":1}"#, r#"{"id":900,"result":1}"#] {
        client.line(line).await;
    }
    for (line, id) in [
        (r#"{"id":901}"#, json!(901)),
        (r#"{"id":902,"method":3}"#, json!(902)),
        (r#"{"id":"x","result":1,"error":{"code":1,"message":""}}"#, json!("x")),
    ] {
        client.line(line).await;
        let answer = client.next().await;
        assert_eq!(answer["id"], id);
        assert!(refusal(&answer).starts_with("Invalid request: "), "{answer}");
    }
}

#[tokio::test]
async fn a_line_that_is_not_text_does_no_harm() {
    let mut client = Client::initialized(setup()).await;
    client.bytes(b"\xff\xfe\n").await;
    let answer = client.request("getUserAgent", json!({})).await;
    assert!(answer["result"]["userAgent"].is_string());
}

#[tokio::test]
async fn nothing_is_lost_before_there_is_a_listener() {
    let mut client = Client::initialized(setup()).await;
    let answer = client.request("newConversation", json!({})).await;
    let conversation = answer["result"]["conversationId"].as_str().expect("an id").to_owned();
    client.say(&conversation, "Hello").await;
    client.serve(&sse::message("Hi")).await;
    assert_eq!(kinds(&client.log), ["responsesApi/call"]);
    client.log.clear();
    let answer = client.listen(&conversation, false, false).await;
    assert!(answer["result"]["subscriptionId"].is_string());
    client.until_event("task_complete").await;
    let kinds = kinds(&client.log);
    assert_eq!(kinds[0], "task_started");
    assert!(!kinds.contains(&"raw_response_item") && !kinds.contains(&"response_event"));
}

#[tokio::test]
async fn a_listener_hears_until_it_is_removed() {
    let (mut client, conversation) = Client::conversing(setup()).await;
    let second = client.listen(&conversation, true, true).await;
    client.say(&conversation, "Hello").await;
    client.serve(&sse::message("Hi")).await;
    client.until_event("task_complete").await;
    assert_eq!(events(&client.log, "task_started").len(), 1, "listeners share the events");
    let subscription = json!({ "subscriptionId": second["result"]["subscriptionId"] });
    let answer = client.request("removeConversationListener", subscription).await;
    assert_eq!(answer["result"], json!({}));
}
