//! Mapping a delegated stream, from the JSON-RPC line to the `ResponseEvent`, beside parsing each line once into a value
//! and mapping that.
//!
//! The goal is in `scripts/performance`. With `-- --test` each is done once, for what it asserts.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark may panic")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use performance::{Stream, counted, event_of_value};
use responses_parity::wire::{EventLine, ResponseEvent, ResponseStream, methods};
use serde_json::Value;
use std::time::Duration;

const BODY: usize = 2 * 1024 * 1024;

fn this(lines: &[String], take: &mut dyn FnMut(ResponseEvent)) {
    let mut machine = ResponseStream::new();
    for line in lines {
        if let Some(event) = machine.event(EventLine::read(line).unwrap().event) {
            take(event);
        }
    }
    take(machine.end().unwrap().into());
}

fn through_values(lines: &[String], take: &mut dyn FnMut(ResponseEvent)) {
    for line in lines {
        let mut message: Value = serde_json::from_str(line).unwrap();
        assert_eq!(message["method"], methods::RESPONSES_API_EVENT);
        if let Some(event) = event_of_value(message["params"]["event"].take()) {
            take(event);
        }
    }
}

fn benches(criterion: &mut Criterion) {
    let lines = Stream::of(BODY).delegated_lines();
    let [mut ours, mut theirs] = [Vec::new(), Vec::new()];
    this(&lines, &mut |event| ours.push(event));
    through_values(&lines, &mut |event| theirs.push(event));
    assert_eq!(ours, theirs, "both map the same");
    assert_eq!(ours.len(), lines.len());
    let mut group = criterion.benchmark_group("delegated");
    group.throughput(Throughput::Bytes(BODY as u64));
    group.sample_size(20).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(3));
    group.bench_function("this", |bencher| {
        bencher.iter(|| assert_eq!(counted(|take| this(&lines, take)), ours.len()));
    });
    group.bench_function("values", |bencher| {
        bencher.iter(|| assert_eq!(counted(|take| through_values(&lines, take)), ours.len()));
    });
}

criterion_group!(delegated, benches);
criterion_main!(delegated);
