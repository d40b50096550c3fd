//! What the tests share: exchanges, deadlines, and a client that shows every byte.

use bytes::Bytes;
use responses_parity::recording::{Delivery, End, Exchange, Framing, Piece};
use responses_parity::upstream::{Mount, Speed, Upstream};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Two events, the second of them not UTF-8.
pub(crate) const BODY: &[u8] = b"data: 1\n\ndata: \xff\xfe\n\n";

/// Ten seconds are for ever here.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("it takes too long")
}

pub(crate) fn exchange(body: impl Into<Bytes>, delivery: Delivery) -> Exchange {
    Exchange {
        status: 200,
        headers: vec![header("content-type", "text/event-stream")],
        body: body.into(),
        delivery,
        request: None,
        may_stay_unasked: false,
    }
}

pub(crate) fn header(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

pub(crate) fn shape(framing: Framing, end: End) -> Delivery {
    Delivery { framing, end, ..Delivery::default() }
}

/// One exchange, mounted on an upstream of its own.
pub(crate) async fn mounted(exchange: Exchange) -> (Upstream, Mount) {
    let upstream = Upstream::start().await.unwrap();
    let mount = upstream.mount(vec![exchange], Speed::Max).await.unwrap();
    (upstream, mount)
}

pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

pub(crate) async fn post(client: &reqwest::Client, mount: &Mount) -> reqwest::Result<reqwest::Response> {
    within(client.post(responses_url(mount)).body("{}").send()).await
}

pub(crate) fn responses_url(mount: &Mount) -> String {
    format!("{}/responses", mount.base_url())
}

/// A client that shows every byte.
pub(crate) struct Raw {
    stream: TcpStream,
    path: String,
}

/// A response head, as its lines.
pub(crate) type Head = Vec<String>;

impl Raw {
    pub(crate) async fn connect(mount: &Mount) -> Raw {
        let (address, path) = address_and_path(mount);
        let stream = TcpStream::connect(address).await.unwrap();
        Raw { stream, path }
    }

    pub(crate) fn over(stream: TcpStream, mount: &Mount) -> Raw {
        let (_, path) = address_and_path(mount);
        Raw { stream, path }
    }

    pub(crate) async fn post(mount: &Mount) -> Raw {
        let mut raw = Raw::connect(mount).await;
        raw.send("content-length: 2\r\n", b"{}").await;
        raw
    }

    /// Sends a `POST` with these fields, each with its line end, and a body as it stands.
    pub(crate) async fn send(&mut self, fields: impl AsRef<[u8]>, body: &[u8]) {
        let line = format!("POST {}/responses HTTP/1.1\r\nhost: upstream\r\n", self.path);
        let whole = [line.as_bytes(), fields.as_ref(), b"\r\n", body].concat();
        self.stream.write_all(&whole).await.unwrap();
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.unwrap();
    }

    /// The head's lines, without `date`.
    pub(crate) async fn head(&mut self) -> Head {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(within(self.stream.read_u8()).await.unwrap());
        }
        let head = String::from_utf8(head).unwrap();
        let lines = head.trim_end().split("\r\n").filter(|line| !line.starts_with("date:"));
        lines.map(str::to_owned).collect()
    }

    pub(crate) async fn take(&mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        within(self.stream.read_exact(&mut bytes)).await.unwrap();
        bytes
    }

    /// Everything until the end of the connection, and how that looks.
    pub(crate) async fn rest(&mut self) -> (Vec<u8>, io::Result<()>) {
        let mut bytes = Vec::new();
        let end = within(self.stream.read_to_end(&mut bytes)).await;
        (bytes, end.map(|_| ()))
    }
}

/// `127.0.0.1:PORT` and `/<replay id>/v1`.
pub(crate) fn address_and_path(mount: &Mount) -> (&str, String) {
    let (address, path) = mount.base_url()["http://".len()..].split_once('/').unwrap();
    (address, format!("/{path}"))
}

/// Pieces that end at these offsets, without waits.
pub(crate) fn piece_ends(ends: &[usize]) -> Vec<Piece> {
    ends.iter().map(|&end| Piece { at: Duration::ZERO, end }).collect()
}
