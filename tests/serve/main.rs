//! `serve` as its clients see it: the real program, over real HTTP.

// Clippy knows tests, but not what they call.
#![allow(clippy::unwrap_used)]

mod addresses;
mod bytes;
mod ends;
mod process;

use serde_json::Value;
use std::path::Path;
use std::time::Duration;

/// A client that goes where it is told, and nowhere else. It knows no certificates, which take time to read.
fn client() -> reqwest::Client {
    let builder = reqwest::Client::builder().no_proxy().tls_certs_only([]);
    builder.redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(process::PATIENCE, future).await.expect("it takes too long")
}

async fn post(base_url: &str) -> reqwest::Response {
    within(client().post(format!("{base_url}/responses")).body("{}").send()).await.unwrap()
}

/// The `response.id` of an answer, by which recordings tell their exchanges apart.
async fn response_id(base_url: &str) -> String {
    let body = post(base_url).await.bytes().await.unwrap();
    let events = responses_parity::wire::events_of_body(&body);
    let first: Value = serde_json::from_str(events[0].as_ref().unwrap()).unwrap();
    first["response"]["id"].as_str().unwrap().to_owned()
}

/// An answer that was refused, as the words of its error.
async fn refusal(answer: reqwest::Response) -> String {
    assert_eq!(answer.status().as_u16(), 404);
    assert_eq!(answer.headers()["x-responses-parity"], "unrecorded request");
    let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(body["error"]["type"], "unrecorded_request");
    body["error"]["message"].as_str().unwrap().to_owned()
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// How long times in these tests are: far more than a busy machine needs to answer at once.
const WHILE: Duration = Duration::from_millis(600);
