//! The direct path: the server performs the HTTP request and reads the stream.

use super::request::HttpRequest;
use super::signal::{Exchange, Signal, signals};
use crate::wire::{Header, SseDecoder, StreamFault};
use futures_util::StreamExt;
use reqwest::header::{HeaderMap, HeaderValue};
use tokio::sync::mpsc;

/// Starts a request. It is given up when the exchange is dropped.
pub(super) fn open(client: &reqwest::Client, request: HttpRequest) -> Exchange {
    let (sender, receiver) = signals();
    let prepared = prepare(client, request);
    tokio::spawn(async move {
        tokio::select! {
            () = sender.closed() => {}
            () = perform(prepared, &sender) => {}
        }
    });
    Exchange { signals: receiver, _abandoned: None }
}

fn prepare(client: &reqwest::Client, request: HttpRequest) -> reqwest::RequestBuilder {
    let body = String::from(Box::<str>::from(request.body));
    request
        .headers
        .into_iter()
        .fold(client.post(request.url), |builder, (name, value)| builder.header(name, value))
        .body(body)
}

async fn perform(request: reqwest::RequestBuilder, signals: &mpsc::Sender<Signal>) {
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => return report(signals, Signal::Fault(StreamFault::transport(error))).await,
    };
    let status = response.status();
    let head = Signal::Head { status: status.as_u16(), headers: Some(headers_of(response.headers())) };
    report(signals, head).await;
    if status.is_success() {
        read_events(response, signals).await;
    } else {
        // A body that cannot be read is as good as none: the status says enough.
        report(signals, Signal::Body(response.text().await.unwrap_or_default())).await;
    }
}

async fn read_events(response: reqwest::Response, signals: &mpsc::Sender<Signal>) {
    let (mut pieces, mut decoder) = (response.bytes_stream(), SseDecoder::new());
    while let Some(piece) = pieces.next().await {
        let piece = match piece {
            Ok(piece) => piece,
            Err(error) => return report(signals, Signal::Fault(StreamFault::transport(error))).await,
        };
        for event in decoder.events(&piece) {
            match event {
                Ok(event) => report(signals, Signal::Event(event.data.into_owned())).await,
                Err(fault) => return report(signals, Signal::Fault(fault)).await,
            }
        }
    }
    report(signals, Signal::End).await;
}

async fn report(signals: &mpsc::Sender<Signal>, signal: Signal) {
    // Fails only where the exchange was dropped, and then nobody wants the rest.
    let _ = signals.send(signal).await;
}

/// Every field, repeated ones as often as they came. One that cannot be read stays too: where it is the first of its
/// name, it is the one that counts (0.53.0).
fn headers_of(headers: &HeaderMap) -> Vec<Header> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}
