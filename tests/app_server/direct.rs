//! The direct path: what goes wrong with HTTP.

use crate::client::{Client, Setup, events};
use crate::sse;
use crate::upstream::{answering, base_url, stream};
use serde_json::json;
use wiremock::ResponseTemplate;

async fn error_of(answer: ResponseTemplate) -> String {
    let upstream = answering(vec![answer]).await;
    let (mut client, conversation) = Client::conversing(Setup::provider(&base_url(&upstream), "")).await;
    let turn = client.turn(&conversation, "Hello").await;
    let error = events(&turn, "error")[0]["message"].as_str().expect("a text");
    error.to_owned()
}

#[tokio::test]
async fn a_refused_request_fails_the_turn() {
    let no_such_model = ResponseTemplate::new(404).set_body_string("no such model");
    assert_eq!(error_of(no_such_model).await, "unexpected status 404 Not Found: no such model");
    let busy = ResponseTemplate::new(503);
    assert_eq!(error_of(busy).await, "exceeded retry limit, last status: 503 Service Unavailable");
}

#[tokio::test]
async fn a_usage_limit_is_told_in_local_time() {
    let body = json!({ "error": { "type": "usage_limit_reached", "plan_type": "team", "resets_at": 1_893_459_661 } });
    let upstream = answering(vec![ResponseTemplate::new(429).set_body_json(body)]).await;
    let mut setup = Setup::provider(&base_url(&upstream), "stream_max_retries = 3");
    setup.variables.insert("TZ".to_owned(), "EST5".to_owned());
    let (mut client, conversation) = Client::conversing(setup).await;
    let turn = client.turn(&conversation, "Hello").await;
    assert_eq!(
        events(&turn, "error")[0]["message"],
        "You've hit your usage limit. To get more access now, send a request to your admin or try again at Dec 31st, \
         2029 8:01 PM."
    );
}

#[tokio::test]
async fn requests_and_streams_are_tried_as_often_as_configured() {
    let answers = [
        ResponseTemplate::new(503),
        stream(&[sse::created()]),
        ResponseTemplate::new(503),
        ResponseTemplate::new(503),
    ];
    let upstream = answering(answers.into()).await;
    let retries = "request_max_retries = 1\nstream_max_retries = 1";
    let (mut client, conversation) = Client::conversing(Setup::provider(&base_url(&upstream), retries)).await;
    let turn = client.turn(&conversation, "Hello").await;
    let notes = events(&turn, "stream_error");
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0]["message"], "Re-connecting... 1/1");
    assert_eq!(
        events(&turn, "error")[0]["message"],
        "exceeded retry limit, last status: 503 Service Unavailable"
    );
}

#[tokio::test]
async fn retry_after_is_waited_for_and_the_turn_goes_on() {
    let answers =
        [ResponseTemplate::new(429).insert_header("retry-after", "0"), stream(&sse::message("Done"))];
    let upstream = answering(answers.into()).await;
    let retries = "request_max_retries = 1\nstream_max_retries = 0";
    let (mut client, conversation) = Client::conversing(Setup::provider(&base_url(&upstream), retries)).await;
    let turn = client.turn(&conversation, "Hello").await;
    assert_eq!(events(&turn, "task_complete")[0]["last_agent_message"], "Done");
}

#[tokio::test]
async fn a_key_comes_from_the_environment() {
    let upstream = answering(vec![stream(&sse::message("Done"))]).await;
    let settings =
        "env_key = \"MOCK_KEY\"\nenv_http_headers = { X-Org = \"MOCK_ORG\", X-None = \"MOCK_NONE\" }";
    let (mut client, conversation) =
        Client::conversing(Setup::provider(&base_url(&upstream), settings)).await;
    let turn = client.turn(&conversation, "Hello").await;
    assert_eq!(events(&turn, "error")[0]["message"], "Missing environment variable: `MOCK_KEY`.");

    let mut setup = Setup::provider(&base_url(&upstream), settings);
    setup.variables.insert("MOCK_KEY".to_owned(), "sesame".to_owned());
    setup.variables.insert("MOCK_ORG".to_owned(), "parity".to_owned());
    let (mut client, conversation) = Client::conversing(setup).await;
    client.turn(&conversation, "Hello").await;
    let request = &upstream.received_requests().await.unwrap()[0];
    assert_eq!(request.headers["authorization"], "Bearer sesame");
    assert_eq!(request.headers["x-org"], "parity");
    assert!(!request.headers.contains_key("x-none"));
}

#[tokio::test]
async fn a_proxy_comes_from_the_environment_too() {
    let proxy = answering(vec![stream(&sse::message("Done"))]).await;
    let mut setup = Setup::provider("http://upstream.invalid/v1", "");
    setup.variables.insert("http_proxy".to_owned(), proxy.uri());
    let (mut client, conversation) = Client::conversing(setup).await;
    let turn = client.turn(&conversation, "Hello").await;
    assert_eq!(events(&turn, "task_complete")[0]["last_agent_message"], "Done");
    let request = &proxy.received_requests().await.unwrap()[0];
    assert_eq!(request.headers["host"], "upstream.invalid");
}
