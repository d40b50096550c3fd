//! What goes through the proxy, and what of it is kept.

use crate::support::*;
use responses_parity::record::{ApiKey, Journal, ProxyOptions, RecordingProxy};
use responses_parity::recording::{Delivery, End, Exchange};
use responses_parity::upstream::ReceivedRequest;
use std::path::Path;
use walkdir::WalkDir;

/// No vendor's keys look so: whatever knows keys by their looks does not see it.
const CREDENTIALS: &str = "Bearer quay-lantern-41-barnacle";

fn field<'a>(request: &'a ReceivedRequest, name: &str) -> Option<&'a str> {
    request.headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
}

/// Whether any file below the folder, or its name, holds the text.
pub(crate) fn is_anywhere(text: &str, folder: &Path) -> bool {
    WalkDir::new(folder).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file()).any(
        |entry| {
            let bytes = std::fs::read(entry.path()).unwrap();
            bytes.windows(text.len()).any(|window| window == text.as_bytes())
        },
    )
}

#[tokio::test]
async fn the_request_reaches_the_upstream_as_the_client_sent_it() {
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY)]).await;
    let proxy = proxy(mount.base_url()).await;
    let request = r#"{"input": "A reef?",  "model":"m"}"#;
    let sent = client()
        .post(format!("{}?beta=1", responses_url(proxy.base_url())))
        .header("authorization", CREDENTIALS)
        .header("accept-encoding", "gzip, zstd")
        .header("x-stainless-lang", "tide")
        .header("connection", "x-hop")
        .header("x-hop", "1")
        .body(request);
    read(within(sent.send()).await.unwrap()).await;
    let received = &mount.received()[0];
    assert_eq!((received.path.as_str(), received.query.as_deref()), ("/v1/responses", Some("beta=1")));
    assert_eq!(received.body, request);
    assert_eq!(field(received, "authorization"), Some(CREDENTIALS));
    assert_eq!(field(received, "x-stainless-lang"), Some("tide"));
    assert_eq!(field(received, "accept-encoding"), Some("identity"));
    assert_eq!(field(received, "x-hop"), None);
    assert_eq!(field(received, "host"), mount.base_url().split('/').nth(2));
    let (finished, folder) = finish(proxy);
    assert_eq!(loaded(&finished).exchanges[0].request.as_deref(), Some(request.as_bytes()));
    assert_eq!(loaded(&finished).turns[0].user, "A reef?");
    assert!(!is_anywhere("barnacle", folder.path()));
}

#[tokio::test]
async fn a_key_is_sent_where_the_client_has_none_and_never_written() {
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY), Exchange::stream(BODY)]).await;
    let api_key = Some(ApiKey::new("quay-lantern-41-barnacle").unwrap());
    let proxy = RecordingProxy::start(ProxyOptions { api_key, ..options(mount.base_url()) }).await.unwrap();
    post(proxy.base_url(), "{}").await.unwrap();
    let own = client().post(responses_url(proxy.base_url())).header("authorization", "Bearer own").body("{}");
    within(own.send()).await.unwrap().bytes().await.unwrap();
    let sent: Vec<_> =
        mount.received().iter().map(|request| field(request, "authorization").unwrap().to_owned()).collect();
    assert_eq!(sent, [CREDENTIALS, "Bearer own"]);
    let (_, folder) = finish(proxy);
    assert!(!is_anywhere("barnacle", folder.path()));
}

/// Real servers repeat keys that they refuse.
#[tokio::test]
async fn an_upstream_that_repeats_a_key_does_not_give_it_away() {
    let refusal = "{\"error\":{\"message\":\"Incorrect API key provided: quay-lantern-41-barnacle.\"}}";
    let pieces = ["Is ", "quay-lan", "tern-41-", "barna", "cle your", " key?"];
    let stream: String = pieces
        .iter()
        .map(|piece| format!("data: {{\"type\":\"response.output_text.delta\",\"delta\":\"{piece}\"}}\n\n"))
        .collect();
    let json = vec![("content-type".to_owned(), "application/json".to_owned())];
    let refused = Exchange { status: 401, headers: json, ..Exchange::stream(refusal) };
    let (_upstream, mount) = mounted(vec![refused, Exchange::stream(stream.clone())]).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = Some(Journal::create(&folder.path().join("reef"), &about()).unwrap());
    let proxy = RecordingProxy::start(ProxyOptions { journal, ..options(mount.base_url()) }).await.unwrap();
    for body in [refusal, &stream] {
        let asked = client().post(responses_url(proxy.base_url())).header("authorization", CREDENTIALS);
        assert_eq!(read(within(asked.body("{}").send()).await.unwrap()).await.body, body.as_bytes());
    }
    assert!(!format!("{proxy:?}").contains("barnacle"));
    let assert_hidden = || {
        for piece in ["quay", "lan\"", "tern", "barna"] {
            assert!(!is_anywhere(piece, folder.path()), "{piece} is in a file");
        }
    };
    assert_hidden();
    let finished = try_finish(proxy, folder.path()).unwrap();
    assert_eq!(loaded(&finished).exchanges[0].body.len(), refusal.len());
    assert_hidden();
}

#[tokio::test]
async fn every_status_and_body_is_passed_on_and_kept() {
    for (status, content_type, body) in [
        (400, "application/json", &b"{\"error\":{\"message\":\"no reef\"}}"[..]),
        (429, "text/html", b"<p>later</p>"),
        (503, "text/plain", b""),
        (204, "application/json", b""),
        (307, "text/plain", b"elsewhere"),
        (200, "application/json", b"{\"object\":\"response\"}"),
        (599, "application/octet-stream", b"\x00\xff\xfe"),
    ] {
        let headers = [("content-type", content_type), ("retry-after", "7"), ("location", "responses")];
        let headers: Vec<_> = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let exchange = Exchange { status, headers, ..Exchange::stream(body) };
        let (_upstream, mount) = mounted(vec![exchange.clone(), exchange.clone()]).await;
        let direct = post(mount.base_url(), "{}").await.unwrap();
        let proxy = proxy(mount.base_url()).await;
        assert_eq!(post(proxy.base_url(), "{}").await.unwrap(), direct);
        let (finished, _folder) = finish(proxy);
        let recorded = &loaded(&finished).exchanges[0];
        assert_eq!((recorded.status, recorded.body.as_ref()), (status, body));
        assert_eq!(recorded.delivery.end, End::Complete);
    }
}

/// An upstream of one answer with so many fields beside its own; it tells what it was asked.
async fn of_many_fields(fields: usize) -> (String, tokio::task::JoinHandle<String>) {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
    let answering = tokio::spawn(async move {
        let (mut stream, _) = within(listener.accept()).await.unwrap();
        let mut asked = Vec::new();
        while !asked.ends_with(b"\r\n\r\n{}") {
            asked.push(within(stream.read_u8()).await.unwrap());
        }
        let own = format!("content-type: text/event-stream\r\ncontent-length: {}\r\n", BODY.len());
        let many: String = (0..fields).map(|number| format!("x-kelp-{number}: leaf\r\n")).collect();
        stream.write_all(format!("HTTP/1.1 200 OK\r\n{own}{many}\r\n").as_bytes()).await.unwrap();
        stream.write_all(BODY).await.unwrap();
        String::from_utf8(asked).unwrap()
    });
    (base_url, answering)
}

fn with_fields(fields: usize) -> reqwest::header::HeaderMap {
    let name = |number| reqwest::header::HeaderName::try_from(format!("x-kelp-{number}")).unwrap();
    (0..fields).map(|number| (name(number), "leaf".parse().unwrap())).collect()
}

/// Libraries know a hundred unless they are told otherwise; CDNs and gateways add theirs.
#[tokio::test]
async fn hundreds_of_header_fields_are_passed_on_both_ways() {
    let (upstream, answering) = of_many_fields(300).await;
    let proxy = proxy(&upstream).await;
    let client = reqwest::Client::builder().no_proxy().http1_max_headers(1000).build().unwrap();
    let asked = client.post(responses_url(proxy.base_url())).headers(with_fields(300)).body("{}").send();
    let got = read(within(asked).await.unwrap()).await;
    assert_eq!((got.status, got.body.as_slice(), &got.end), (200, BODY, &Ok(())));
    let kelp = got.headers.iter().filter(|(name, _)| name.starts_with("x-kelp-"));
    assert_eq!(kelp.count(), 300);
    assert_eq!(within(answering).await.unwrap().matches("x-kelp-").count(), 300);
    let (finished, _folder) = finish(proxy);
    assert_eq!(loaded(&finished).exchanges[0].body, BODY);
}

/// A head that is longer than the proxy reads is no early end: nobody knows what the upstream said.
#[tokio::test]
async fn an_answer_with_too_many_fields_is_told_and_not_recorded() {
    let (upstream, _answering) = of_many_fields(3000).await;
    let proxy = proxy(&upstream).await;
    post(proxy.base_url(), "{}").await.unwrap_err();
    let folder = tempfile::tempdir().unwrap();
    let error = try_finish(proxy, folder.path()).unwrap_err().to_string();
    assert!(error.contains("the head of the answer has more than 1000 fields"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_request_with_too_many_fields_is_refused_and_told() {
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY)]).await;
    let proxy = proxy(mount.base_url()).await;
    let asked = client().post(responses_url(proxy.base_url())).headers(with_fields(3000)).body("{}").send();
    assert_eq!(within(asked).await.unwrap().status().as_u16(), 431);
    let folder = tempfile::tempdir().unwrap();
    let error = try_finish(proxy, folder.path()).unwrap_err().to_string();
    assert!(error.contains("a request with more than 1000 header fields"), "{error}");
}

#[tokio::test]
async fn what_creates_no_response_is_passed_on_and_told() {
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY)]).await;
    let proxy = proxy(mount.base_url()).await;
    let models = client().get(format!("{}/models", proxy.base_url()));
    // Our own upstream has none.
    assert_eq!(within(models.send()).await.unwrap().status().as_u16(), 200);
    post(proxy.base_url(), "{}").await.unwrap();
    let path = mount.asides()[0].path.clone();
    assert_eq!(path, "/v1/models");
    let (finished, _folder) = finish(proxy);
    assert_eq!(finished.recording.exchanges.len(), 1);
    assert!(finished.others[0].starts_with("GET /") && finished.others[0].ends_with("/v1/models"));
}

#[tokio::test]
async fn only_such_requests_are_no_recording() {
    let (_upstream, mount) = mounted(Vec::new()).await;
    let proxy = proxy(mount.base_url()).await;
    within(client().get(format!("{}/models", proxy.base_url())).send()).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let error = try_finish(proxy, folder.path()).unwrap_err().to_string();
    assert!(error.contains("no POST …/responses came, only GET"), "{error}");
}

#[tokio::test]
async fn a_request_that_is_no_json_is_not_kept() {
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY)]).await;
    let proxy = proxy(mount.base_url()).await;
    post(proxy.base_url(), "\u{28}zstd").await.unwrap();
    let (finished, _folder) = finish(proxy);
    assert_eq!(loaded(&finished).exchanges[0].request, None);
    assert_eq!(mount.received()[0].body, "\u{28}zstd");
}

/// A replay must not leave this machine, and the next exchange is what the client was sent to.
#[tokio::test]
async fn a_redirect_leads_to_the_next_exchange() {
    let location =
        ("location".to_owned(), "https://me:pw@elsewhere.example/v1/responses?key=kelp".to_owned());
    let redirect = Exchange { status: 307, headers: vec![location.clone()], ..Exchange::stream("") };
    let last = Exchange { status: 308, ..redirect.clone() };
    let (_upstream, mount) = mounted(vec![redirect, Exchange::stream(BODY_UTF8), last]).await;
    let proxy = proxy(mount.base_url()).await;
    let got = post(proxy.base_url(), r#"{"input":"A reef?"}"#).await.unwrap();
    assert!(got.headers.contains(&location));
    post(proxy.base_url(), r#"{"input":"A reef?"}"#).await.unwrap();
    post(proxy.base_url(), r#"{"input":"And now?"}"#).await.unwrap();
    let (finished, folder) = finish(proxy);
    let recording = loaded(&finished);
    assert_eq!(recording.exchanges[0].headers, [("location".to_owned(), "responses".to_owned())]);
    assert_eq!(recording.exchanges[2].headers, []);
    let said: Vec<_> = recording.turns.iter().map(|turn| turn.user.as_str()).collect();
    assert_eq!(said, ["A reef?", "And now?"]);
    let notes = recording.provenance.notes.unwrap();
    assert!(
        notes.contains("exchange 1 redirects to https://elsewhere.example/v1/responses; here"),
        "{notes}"
    );
    assert!(
        notes.contains("exchange 3 names https://elsewhere.example/v1/responses as its location"),
        "{notes}"
    );
    assert!(!is_anywhere("kelp", folder.path()));
}

/// Clients put whole files into a message, and a `recording.toml` may not be as long.
#[tokio::test]
async fn a_message_of_megabytes_is_cut_where_it_is_for_readers() {
    let (_upstream, mount) = mounted(vec![Exchange::stream(BODY_UTF8)]).await;
    let proxy = proxy(mount.base_url()).await;
    let request = serde_json::json!({"input": "kelp ".repeat(400_000)}).to_string();
    post(proxy.base_url(), &request).await.unwrap();
    let (finished, _folder) = finish(proxy);
    let recording = loaded(&finished);
    assert_eq!(recording.exchanges[0].request.as_deref(), Some(request.as_bytes()));
    let said = &recording.turns[0].user;
    assert!(said.starts_with("kelp kelp") && said.ends_with('…') && said.len() < 10_000, "{}", said.len());
}

#[tokio::test]
async fn many_requests_at_once_are_kept_in_their_order() {
    let bodies: Vec<String> = (0..32).map(|number| format!("data: {{\"number\":{number}}}\n\n")).collect();
    let exchanges = bodies
        .iter()
        .map(|body| Exchange { delivery: Delivery::default(), ..Exchange::stream(body.clone()) });
    let (_upstream, mount) = mounted(exchanges.collect()).await;
    let proxy = proxy(mount.base_url()).await;
    let asked = (0..32).map(|_| post(proxy.base_url(), "{}"));
    let got: Vec<_> =
        futures_util::future::join_all(asked).await.into_iter().map(|got| got.unwrap().body).collect();
    let (finished, _folder) = finish(proxy);
    let mut recorded: Vec<_> =
        loaded(&finished).exchanges.iter().map(|exchange| exchange.body.to_vec()).collect();
    let mut expected: Vec<_> = bodies.into_iter().map(String::into_bytes).collect();
    assert_eq!(recorded.len(), got.len());
    recorded.sort();
    expected.sort();
    assert_eq!(recorded, expected);
}
