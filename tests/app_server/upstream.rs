//! Upstreams: one that answers as it is told, and one that stops in the middle of a stream.

use crate::sse;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use wiremock::matchers::{method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

/// An accepted request with these events.
pub(crate) fn stream(events: &[Value]) -> ResponseTemplate {
    ResponseTemplate::new(200).set_body_raw(sse::body(events), "text/event-stream")
}

/// A server that gives each answer once, in order.
pub(crate) async fn answering(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    for answer in answers {
        let mock = Mock::given(method("POST")).and(path("/v1/responses")).respond_with(answer);
        mock.up_to_n_times(1).expect(1).mount(&server).await;
    }
    server
}

pub(crate) fn base_url(server: &MockServer) -> String {
    format!("{}/v1", server.uri())
}

/// The bodies of all requests, in order.
pub(crate) async fn bodies(server: &MockServer) -> Vec<Value> {
    let requests = server.received_requests().await.expect("requests are recorded");
    requests.iter().map(|request| request.body_json().expect("a request is JSON")).collect()
}

/// A server whose first answer never ends.
pub(crate) struct Stalling(TcpListener);

impl Stalling {
    pub(crate) async fn start() -> Stalling {
        Stalling(TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
    }

    pub(crate) fn base_url(&self) -> String {
        format!("http://{}/v1", self.0.local_addr().expect("an address"))
    }

    /// Accepts a request and sends some of its answer. Gives the connection, still open.
    pub(crate) async fn begin(&self, events: &[Value]) -> TcpStream {
        let mut connection = self.request().await;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
        let bytes = [head, &sse::body(events)].concat();
        connection.write_all(bytes.as_bytes()).await.expect("the server reads");
        connection
    }

    async fn request(&self) -> TcpStream {
        let (mut connection, _) = self.0.accept().await.expect("a connection");
        let mut request = Vec::new();
        // The request is whole once its body, a JSON object whose last member this is, has come.
        while !request.ends_with(b"\"}") {
            connection.read_buf(&mut request).await.expect("a request");
        }
        connection
    }
}

/// Waits for the other side to close the connection.
pub(crate) async fn closed(mut connection: TcpStream) {
    let mut rest = Vec::new();
    // A reset is as good as an end: either way nobody reads any more.
    if let Ok(count) = connection.read_to_end(&mut rest).await {
        assert_eq!(count, 0, "no second request comes on this connection");
    }
}
