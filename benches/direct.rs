//! Decoding and mapping a direct stream, in pieces as they come from a network, beside what it is compared with:
//!
//! - `this`: the decoder and the state machine of this crate;
//! - `original`: `eventsource-stream` 0.2.3 and an owned struct of values;
//! - `serde_json`: the events are split already, and only deserialised to the members that are needed.
//!
//! The goals are in `scripts/performance`. With `-- --test` each is done once, for what it asserts.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark may panic")]

use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use eventsource_stream::Eventsource;
use futures_util::{FutureExt, StreamExt, stream};
use performance::{Stream, counted, event_of_text, pieces};
use responses_parity::wire::{ResponseEvent, ResponseStream, SseDecoder};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::convert::Infallible;
use std::hint::black_box;
use std::time::Duration;

const KIB: usize = 1024;
/// The size of the body, and of the pieces in which it comes.
const BODY: usize = 2 * KIB * KIB;
const PIECES: [(&str, usize); 3] = [("1KiB", KIB), ("16KiB", 16 * KIB), ("1MiB", KIB * KIB)];

/// What the mapping needs of an event.
#[derive(Deserialize)]
struct Needed<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(default, borrow)]
    response: Option<&'a RawValue>,
    #[serde(default, borrow)]
    item: Option<&'a RawValue>,
    #[serde(default)]
    delta: Option<String>,
}

fn this(pieces: &[Bytes], take: &mut dyn FnMut(ResponseEvent)) {
    let (mut decoder, mut machine) = (SseDecoder::new(), ResponseStream::new());
    for piece in pieces {
        for event in decoder.events(piece) {
            if let Some(event) = machine.event(&event.unwrap().data) {
                take(event);
            }
        }
    }
    take(machine.end().unwrap().into());
}

fn original(pieces: &[Bytes], take: &mut dyn FnMut(ResponseEvent)) {
    let mut decoded = stream::iter(pieces.iter().cloned().map(Ok::<_, Infallible>)).eventsource();
    while let Some(event) = decoded.next().now_or_never().unwrap() {
        if let Some(event) = event_of_text(&event.unwrap().data) {
            take(event);
        }
    }
}

/// How many deltas, for the assertion.
fn serde_json_alone(data: &[String]) -> usize {
    let mut deltas = 0;
    for data in data {
        let needed: Needed<'_> = serde_json::from_str(data).unwrap();
        deltas += usize::from(needed.delta.is_some());
        black_box((needed.kind, needed.response, needed.item, needed.delta));
    }
    deltas
}

fn benches(criterion: &mut Criterion) {
    let source = Stream::of(BODY);
    let deltas = source.data.len() - 4;
    let mut group = criterion.benchmark_group("direct");
    group.throughput(Throughput::Bytes(BODY as u64));
    group.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    for (name, size) in PIECES {
        let pieces = pieces(&source.body, size);
        let [mut ours, mut theirs] = [Vec::new(), Vec::new()];
        this(&pieces, &mut |event| ours.push(event));
        original(&pieces, &mut |event| theirs.push(event));
        assert_eq!(ours, theirs, "both decode and map the same");
        assert_eq!(ours.len(), source.data.len());
        group.bench_function(BenchmarkId::new("this", name), |bencher| {
            bencher.iter(|| assert_eq!(counted(|take| this(&pieces, take)), ours.len()));
        });
        // A second for one run is usual with the largest pieces.
        group.sample_size(10);
        group.bench_function(BenchmarkId::new("original", name), |bencher| {
            bencher.iter(|| assert_eq!(counted(|take| original(&pieces, take)), ours.len()));
        });
        group.sample_size(20);
    }
    group.bench_function("serde_json", |bencher| {
        bencher.iter(|| assert_eq!(serde_json_alone(&source.data), deltas));
    });
}

criterion_group!(direct, benches);
criterion_main!(direct);
