//! What wiremock alone does.

use crate::support::*;
use http::StatusCode;
use responses_parity::recording::{Delivery, End, Exchange, Framing};
use responses_parity::upstream::{HoldError, MountError, Speed, Upstream};
use std::time::Duration;

fn plain(body: &'static [u8]) -> Exchange {
    exchange(body, Delivery::default())
}

#[tokio::test]
async fn bytes_and_head_arrive_as_recorded() {
    let mut recorded = plain(BODY);
    recorded.status = 429;
    recorded.headers = vec![
        header("set-cookie", "a=1"),
        header("X-Codex-Thing", "größer"),
        header("set-cookie", "b=2"),
        header("content-length", "5"),
        header("transfer-encoding", "chunked"),
    ];
    let (_upstream, mount) = mounted(recorded).await;
    assert!(!mount.is_shaped());
    let answer = post(&client(), &mount).await.unwrap();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    let cookies = answer.headers().get_all("set-cookie").iter();
    assert_eq!(cookies.collect::<Vec<_>>(), ["a=1", "b=2"]);
    assert_eq!(answer.headers()["x-codex-thing"].as_bytes(), "größer".as_bytes());
    assert_eq!(answer.headers().get("content-type"), None);
    assert_eq!(answer.headers()["content-length"], "19");
    assert_eq!(answer.bytes().await.unwrap(), BODY);
}

/// HTTP libraries read a hundred, and the upstream adds its own.
#[tokio::test]
async fn a_head_of_the_most_fields_is_read_by_a_client_as_libraries_make_them() {
    for framing in [Framing::Length, Framing::Chunked, Framing::Close] {
        let mut recorded = exchange(BODY, shape(framing, End::Complete));
        recorded.headers = (0..96).map(|number| header(&format!("x-{number}"), "leaf")).collect();
        let (_upstream, mount) = mounted(recorded).await;
        let answer = post(&client(), &mount).await.unwrap();
        assert_eq!(answer.headers().keys().filter(|name| name.as_str().starts_with("x-")).count(), 96);
        assert_eq!(answer.bytes().await.unwrap(), BODY);
    }
}

#[tokio::test]
async fn requests_are_kept_as_they_came() {
    let (_upstream, mount) = mounted(plain(b"")).await;
    let mut raw = Raw::connect(&mount).await;
    raw.send(b"X-Twice: 1\r\nx-twice: 2\r\nx-latin: \xff\r\ncontent-length: 3\r\n", b"{\xff}").await;
    raw.head().await;
    let url = format!("{}/models?limit=1&x=%20", mount.base_url());
    within(client().get(url).send()).await.unwrap();

    let ([first], [second]) = (&mount.received()[..], &mount.asides()[..]) else { panic!("one of each") };
    assert_eq!((first.method.as_str(), first.path.as_str()), ("POST", "/v1/responses"));
    assert_eq!(first.body, &b"{\xff}"[..]);
    assert_eq!((first.answered_by, first.delivered), (Some(0), None));
    let fields =
        [("host", "upstream"), ("x-twice", "1"), ("x-twice", "2"), ("x-latin", "ÿ"), ("content-length", "3")];
    assert_eq!(first.headers, fields.map(|(name, value)| header(name, value)));
    assert_eq!((second.path.as_str(), second.query.as_deref()), ("/v1/models", Some("limit=1&x=%20")));
    assert!(second.at >= first.at && second.at < Duration::from_secs(10));
}

#[tokio::test]
async fn a_request_that_nobody_recorded_is_marked() {
    let (upstream, mount) = mounted(plain(b"data: 1\n\n")).await;
    let client = client();
    let unrecorded = [
        within(client.get(responses_url(&mount)).send()).await,
        post(&client, &mount).await,
        post(&client, &mount).await,
        within(client.head(responses_url(&mount)).send()).await,
    ];
    let marks = unrecorded.map(|answer| {
        let answer = answer.unwrap();
        (answer.status().as_u16(), answer.headers().get("x-responses-parity").cloned())
    });
    let marked = || (500, Some("unrecorded request".parse().unwrap()));
    assert_eq!(marks, [marked(), (200, None), marked(), marked()]);
    let answered: Vec<_> = mount.received().iter().map(|request| request.answered_by).collect();
    assert_eq!(answered, [None, Some(0), None, None]);
    assert!(upstream.strays().first.is_empty());
}

#[tokio::test]
async fn what_is_asked_beside_the_responses_api_uses_up_no_exchange() {
    let (_upstream, mount) = mounted(plain(b"data: 1\n\n")).await;
    let client = client();
    let models = within(client.get(format!("{}/models", mount.base_url())).send()).await.unwrap();
    let metrics = within(client.post(format!("{}/metrics", mount.base_url())).send()).await.unwrap();
    assert_eq!((models.status().as_u16(), metrics.status().as_u16()), (200, 404));
    let listed: serde_json::Value = serde_json::from_slice(&models.bytes().await.unwrap()).unwrap();
    assert_eq!(listed["data"], serde_json::json!([]));
    let refused = metrics.text().await.unwrap();
    assert!(refused.contains("only the Responses API is replayed here, not POST /v1/metrics"), "{refused}");
    assert_eq!(mount.unserved(), [0]);
    assert!(mount.received().is_empty());
    let asides: Vec<_> = mount.asides().into_iter().map(|aside| aside.path).collect();
    assert_eq!(asides, ["/v1/models", "/v1/metrics"]);
}

#[tokio::test]
async fn a_request_without_a_replay_is_a_stray() {
    let (upstream, mount) = mounted(plain(b"data: 1\n\n")).await;
    let (address, path) = address_and_path(&mount);
    let urls = [format!("http://{address}/v1/responses"), format!("http://{address}{path}/responses")];
    drop(mount);
    for url in &urls {
        let answer = within(client().post(url).send()).await.unwrap();
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let body: serde_json::Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        assert_eq!(body["error"]["type"], "unrecorded_request");
        assert!(body["error"]["message"].as_str().unwrap().contains("/responses"));
    }
    let strays: Vec<_> = upstream.strays().first.into_iter().map(|stray| stray.path).collect();
    assert_eq!(strays, ["/v1/responses".to_owned(), format!("{path}/responses")]);
}

#[tokio::test]
async fn exchanges_come_in_order_and_the_rest_is_unserved() {
    let upstream = Upstream::start().await.unwrap();
    let exchanges = ["one", "two", "three"].map(|body| plain(body.as_bytes()));
    let mount = upstream.mount(exchanges.to_vec(), Speed::Max).await.unwrap();
    let client = client();
    for (body, left) in [("one", vec![1, 2]), ("two", vec![2])] {
        let answer = post(&client, &mount).await.unwrap();
        assert_eq!(answer.text().await.unwrap(), body);
        assert_eq!(mount.unserved(), left);
    }
}

#[tokio::test]
async fn a_status_without_body_has_none() {
    for status in [204, 304] {
        for delivery in
            [Delivery::default(), shape(Default::default(), responses_parity::recording::End::Eof)]
        {
            let mut recorded = exchange("nobody sees this", delivery);
            recorded.status = status;
            let (_upstream, mount) = mounted(recorded).await;
            let answer = post(&client(), &mount).await.unwrap();
            assert_eq!(answer.status().as_u16(), status);
            assert_eq!(answer.bytes().await.unwrap(), "");
        }
    }
}

#[tokio::test]
async fn what_http_cannot_carry_is_not_mounted() {
    let upstream = Upstream::start().await.unwrap();
    let refused = async |change: fn(&mut Exchange), speed| {
        let mut exchange = plain(b"data");
        change(&mut exchange);
        upstream.mount(vec![exchange], speed).await.unwrap_err()
    };
    for change in [
        |e: &mut Exchange| e.status = 0,
        |e: &mut Exchange| e.status = 101,
        |e: &mut Exchange| e.status = 1000,
    ] {
        assert!(matches!(refused(change, Speed::Max).await, MountError::Status { .. }));
    }
    let name = refused(|e| e.headers.push(header("a b", "")), Speed::Max).await;
    assert!(matches!(name, MountError::Header { .. }));
    let value = refused(|e| e.headers.push(header("a", "b\r\nc: d")), Speed::Max).await;
    assert_eq!(value.to_string(), "header field \"a\" cannot be sent");
    let speed = refused(|_| (), Speed::Recorded(0.0)).await;
    assert_eq!(speed.to_string(), "Recorded(0.0) is not a positive factor");
    let pieces = refused(|e| e.delivery.pieces = piece_ends(&[3, 5]), Speed::Max).await;
    assert!(matches!(pieces, MountError::Piece { piece: 1 }));
}

#[tokio::test]
async fn nothing_holds_a_delivery_without_a_shaper() {
    let (_upstream, mount) = mounted(plain(b"data")).await;
    assert_eq!(mount.hold_at(0, 0).unwrap_err(), HoldError::Plain);
    assert_eq!(mount.delivered(0).await, None);
}
