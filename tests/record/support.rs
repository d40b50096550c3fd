//! What the tests share: an upstream, a proxy in front of it, and a client that shows what it gets.

use bytes::Bytes;
use responses_parity::record::{About, Finished, ListenAddress, ProxyOptions, RecordError, RecordingProxy};
use responses_parity::recording::{Delivery, End, Exchange, Existing, Framing, Recording};
use responses_parity::upstream::{Mount, Speed, Upstream};
use responses_parity::wire::Header;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

pub(crate) const FRAMINGS: [Framing; 3] = [Framing::Length, Framing::Chunked, Framing::Close];

/// A short stream: line ends of every kind, a comment, and bytes that are not UTF-8.
pub(crate) const BODY: &[u8] = b"event: response.created\r\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_reef\"}}\r\n\r\n: reef\n\ndata: \xff\xfe\n\ndata: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\",\"id\":\"msg_reef\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"The reef is \xe2\x9c\x93\"}]}}\n\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_reef\"}}\n\n";

/// The same, as app-servers can read it.
pub(crate) const BODY_UTF8: &[u8] = b"event: response.created\r\ndata: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_reef\"}}\r\n\r\n: reef\n\ndata: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\",\"id\":\"msg_reef\",\"role\":\"assistant\",\"content\":[{\"type\":\"output_text\",\"text\":\"The reef is \xe2\x9c\x93\"}]}}\n\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_reef\"}}\n\n";

/// Ten seconds are for ever here.
pub(crate) async fn within<T>(future: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(10), future).await.expect("it takes too long")
}

pub(crate) fn shaped(body: impl Into<Bytes>, framing: Framing, end: End) -> Exchange {
    Exchange { delivery: Delivery { framing, end, ..Delivery::default() }, ..Exchange::stream(body) }
}

/// An upstream with these answers.
pub(crate) async fn mounted(exchanges: Vec<Exchange>) -> (Upstream, Mount) {
    let upstream = Upstream::start().await.unwrap();
    let mount = upstream.mount_shaped(exchanges, Speed::Max).await.unwrap();
    (upstream, mount)
}

/// A proxy in front of that address, without a journal.
pub(crate) async fn proxy(upstream: &str) -> RecordingProxy {
    RecordingProxy::start(options(upstream)).await.unwrap()
}

pub(crate) fn options(upstream: &str) -> ProxyOptions {
    ProxyOptions {
        listen: ListenAddress::any_port(),
        upstream: upstream.parse().unwrap(),
        api_key: None,
        longest_silence: Duration::from_secs(60),
        journal: None,
    }
}

/// What the proxy recorded, in a folder that goes when the answer does.
pub(crate) fn finish(proxy: RecordingProxy) -> (Finished, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    (try_finish(proxy, folder.path()).unwrap(), folder)
}

pub(crate) fn try_finish(proxy: RecordingProxy, folder: &Path) -> Result<Finished, RecordError> {
    proxy.finish("the test was over", &folder.join("reef"), &about(), Existing::Refuse)
}

pub(crate) fn about() -> About {
    let [description, source, notes] = ["A reef.", "a test", "Asked by a test."].map(str::to_owned);
    About { description, source, notes }
}

/// What is in the files.
pub(crate) fn loaded(finished: &Finished) -> Recording {
    responses_parity::recording::load(&finished.path, "reef").unwrap()
}

pub(crate) fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap()
}

pub(crate) fn responses_url(base_url: &str) -> String {
    format!("{base_url}/responses")
}

/// What a client gets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: Vec<Header>,
    pub(crate) body: Vec<u8>,
    /// What went wrong at the end, in the words of the library that reads it.
    pub(crate) end: Result<(), String>,
}

pub(crate) async fn post(base_url: &str, body: &str) -> Result<Got, String> {
    let sent = client().post(responses_url(base_url)).body(body.to_owned()).send();
    match within(sent).await {
        Ok(response) => Ok(read(response).await),
        Err(error) => Err(causes(&error)),
    }
}

/// Reads a response to its end.
pub(crate) async fn read(mut response: reqwest::Response) -> Got {
    let fields =
        response.headers().iter().filter(|(name, _)| *name != "date" && *name != "transfer-encoding");
    let headers =
        fields.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect();
    let mut got = Got { status: response.status().as_u16(), headers, body: Vec::new(), end: Ok(()) };
    loop {
        match within(response.chunk()).await {
            Ok(Some(bytes)) => got.body.extend_from_slice(&bytes),
            Ok(None) => return got,
            Err(error) => {
                got.end = Err(causes(&error));
                return got;
            }
        }
    }
}

/// Reads so many bytes of a body.
pub(crate) async fn take(response: &mut reqwest::Response, length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while bytes.len() < length {
        bytes.extend_from_slice(&within(response.chunk()).await.unwrap().expect("the body goes on"));
    }
    bytes
}

/// The last of the causes says what happened on the wire.
fn causes(error: &dyn std::error::Error) -> String {
    std::iter::successors(Some(error), |error| error.source()).last().unwrap().to_string()
}
