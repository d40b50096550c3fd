//! Who gets which exchange, and what is answered to everything else.

use crate::process::Serve;
use crate::{client, post, refusal, response_id, within, write};
use serde_json::{Value, json};

const TWO_TURNS: &str = "recordings/conversation/two-turns";

async fn ids_at(base_url: &str, count: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..count {
        ids.push(response_id(base_url).await);
    }
    ids
}

/// The `response.id`s that the recording holds, read from its files.
fn recorded_ids(recording: &str) -> Vec<String> {
    let recording = responses_parity::recording::load(recording.as_ref(), "x").unwrap();
    let bodies = recording.exchanges.iter().map(|exchange| &exchange.body);
    let first = bodies.map(|body| responses_parity::wire::events_of_body(body).remove(0).unwrap());
    let first = first.map(|data| serde_json::from_str::<Value>(&data).unwrap());
    first.map(|event| event["response"]["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn a_conversation_goes_through_its_turns_and_the_next_one_starts_over() {
    let mut serve = Serve::start(&[TWO_TURNS]);
    let [first, second] = &recorded_ids(TWO_TURNS)[..] else { panic!("two turns") };
    assert_eq!(ids_at(&serve.base_url, 5).await, [first, second, first, second, first].map(Clone::clone));
    for number in [1, 2] {
        serve.says(&format!("POST /v1/responses (2 bytes): {TWO_TURNS} {number}/2, status 200"));
    }
    let (status, stdout, stderr) = serve.interrupt();
    assert!(status.success());
    assert_eq!(stdout, "");
    assert!(stderr.ends_with("5 requests; every exchange was asked for"), "{stderr}");
}

#[tokio::test]
async fn conversations_at_once_have_a_place_each() {
    let serve = Serve::start(&[TWO_TURNS]);
    let [first, second] = &recorded_ids(TWO_TURNS)[..] else { panic!("two turns") };
    let (ann, bob) = (serve.at("@ann"), serve.at("@bob"));
    for (url, expected) in [
        (&ann, first),
        (&bob, first),
        (&serve.base_url, first),
        (&ann, second),
        (&ann, first),
        (&bob, second),
    ] {
        assert_eq!(response_id(url).await, *expected, "{url}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_conversations_do_not_meet() {
    let serve = Serve::start(&[TWO_TURNS]);
    let expected = recorded_ids(TWO_TURNS);
    let conversations = (0..100).map(|number| {
        let url = serve.at(&format!("@{number}"));
        tokio::spawn(async move { ids_at(&url, 2).await })
    });
    for conversation in conversations.collect::<Vec<_>>() {
        assert_eq!(conversation.await.unwrap(), expected);
    }
}

#[tokio::test]
async fn several_recordings_have_a_name_each_and_are_one_play_together() {
    let paths = [TWO_TURNS, "recordings/text/plain"];
    let mut serve = Serve::start(&paths);
    let urls = serve.listed(2);
    assert_eq!(urls[TWO_TURNS], serve.at(TWO_TURNS));
    let (turns, plain) = (recorded_ids(paths[0]), recorded_ids(paths[1]));
    let all = [&turns[..], &plain, &turns[..1]].concat();
    assert_eq!(ids_at(&serve.base_url, 4).await, all);
    assert_eq!(ids_at(&urls[paths[1]], 2).await, [&plain[..], &plain].concat());
    assert_eq!(ids_at(&serve.at(&format!("@ann/{TWO_TURNS}")), 2).await, turns);
    assert_eq!(ids_at(&serve.at("@ann"), 3).await, all[..3]);
}

#[tokio::test]
async fn names_that_an_address_cannot_hold_are_written_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["a b", "größe?", "v1/v1", "@x"] {
        write(&folder.path().join(format!("{name}.sse")), &format!("data: {name}\n\n"));
    }
    let mut serve = Serve::start(&[folder.path()]);
    for (name, url) in serve.listed(4) {
        assert!(url.is_ascii() && !url.contains(' '), "{url}");
        assert_eq!(post(&url).await.text().await.unwrap(), format!("data: {name}\n\n"), "{url}");
    }
}

#[tokio::test]
async fn the_models_are_those_that_the_recordings_name() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("a/recording.toml"), "format = 1\n[[turn]]\nuser = \"x\"\n[[exchange]]\n");
    write(&folder.path().join("a/01.response.sse"), "data: {\"response\":{\"model\":\"reef-2\"}}\n\n");
    write(&folder.path().join("a/01.request.json"), "{\"model\":\"reef\"}");
    let mut serve = Serve::start(&[folder.path()]);
    let get =
        async |path: &str| within(client().get(format!("{}{path}", serve.base_url)).send()).await.unwrap();
    let model =
        |id: &str| json!({ "id": id, "object": "model", "created": 0, "owned_by": "responses-parity" });
    let answer = get("/models").await;
    assert_eq!(answer.headers()["x-responses-parity"], "not recorded");
    let list: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    assert_eq!(list, json!({ "object": "list", "data": [model("reef"), model("reef-2")] }));
    let one: Value = serde_json::from_slice(&get("/models/reef-2").await.bytes().await.unwrap()).unwrap();
    assert_eq!(one, model("reef-2"));
    assert!(refusal(get("/models/kelp").await).await.contains("no recording names a model \"kelp\""));
    serve.says("GET /v1/models: the models of the recordings");
}

#[tokio::test]
async fn anything_else_is_refused_with_the_reason() {
    let mut serve = Serve::start(&["recordings/text/plain"]);
    let origin = serve.base_url.strip_suffix("/v1").unwrap().to_owned();
    let neither = "recordings answer `POST /v1/responses` and `GET /v1/models`, and";
    let nothing = "a base URL ends with one of /v1, /recordings/text/plain/v1";
    let cases = [
        ("GET", "/v1/responses", format!("{neither} GET /v1/responses is neither")),
        (
            "POST",
            "/v1/responses/resp_1/cancel",
            format!("{neither} POST /v1/responses/resp_1/cancel is neither"),
        ),
        ("POST", "/v1/v1/responses", format!("{neither} POST /v1/v1/responses is neither")),
        ("POST", "/v1/models", format!("{neither} POST /v1/models is neither")),
        ("DELETE", "/v1", format!("{neither} DELETE /v1 is neither")),
        ("POST", "/responses", format!("nothing is served at /responses; {nothing}")),
        (
            "POST",
            "/text/plain/v1/responses",
            format!("nothing is served at /text/plain/v1/responses; {nothing}"),
        ),
        ("GET", "/", format!("nothing is served at /; {nothing}")),
    ];
    for (method, path, reason) in cases {
        let request = client().request(method.parse().unwrap(), format!("{origin}{path}?key=secret"));
        let answer = within(request.send()).await.unwrap();
        assert_eq!(refusal(answer).await, format!("responses-parity: {reason}"), "{method} {path}");
        serve.says(&format!("{method} {path}: 404, {reason}"));
    }
    let (_, _, stderr) = serve.interrupt();
    assert!(!stderr.contains("secret"), "{stderr}");
    assert!(stderr.ends_with("8 requests\nnever asked for: recordings/text/plain 1/1"), "{stderr}");
}

/// More than one of the servers behind the port takes.
#[tokio::test]
async fn a_port_outlives_the_servers_behind_it() {
    let serve = Serve::start(&[TWO_TURNS]);
    let expected = recorded_ids(TWO_TURNS);
    let client = client();
    for round in 0..24 {
        let request = client.post(format!("{}/responses", serve.base_url)).body(vec![b' '; 1 << 20]);
        let body = within(request.send()).await.unwrap().text().await.unwrap();
        assert!(body.contains(&expected[round % 2]), "round {round}");
    }
}
