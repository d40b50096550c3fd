//! What the criterion benches say.

use crate::Bench;
use crate::process::{command, timed};
use crate::row::Row;
use serde_json::Value;
use std::time::Duration;

/// Decoding and mapping a direct stream.
pub(crate) fn direct(bench: &Bench) -> Vec<Row> {
    run(bench, "direct");
    let goals = [("1KiB", 5.0), ("16KiB", 5.0), ("1MiB", 100.0)];
    let what = |size: &str| format!("decode and map a direct stream, pieces of {size}");
    let own = |size: &str| median(bench, &format!("direct/this/{size}"));
    let mut rows: Vec<_> = goals
        .iter()
        .map(|(size, goal)| {
            let original = median(bench, &format!("direct/original/{size}"));
            let against = "`eventsource-stream` 0.2.3 and an owned struct of values";
            Row::faster(&what(size), against, *goal, own(size), original)
        })
        .collect();
    let alone = median(bench, "direct/serde_json");
    rows.extend(goals.iter().map(|(size, _)| {
        Row::slower(&what(size), "`serde_json` alone, events split already", 1.5, own(size), alone)
    }));
    rows
}

/// Mapping a delegated stream.
pub(crate) fn delegated(bench: &Bench) -> Vec<Row> {
    run(bench, "delegated");
    let (own, values) = (median(bench, "delegated/this"), median(bench, "delegated/values"));
    vec![Row::slower("map a delegated stream", "each line parsed once into a `Value`", 0.5, own, values)]
}

fn run(bench: &Bench, name: &str) {
    let arguments =
        ["bench", "--locked", "--quiet", "--manifest-path", "benches/Cargo.toml", "--bench", name];
    timed(
        command("cargo").args(arguments).env("CARGO_TARGET_DIR", std::path::absolute(&bench.target).unwrap()),
    );
}

/// What criterion wrote down last.
fn median(bench: &Bench, id: &str) -> Duration {
    let file = bench.target.join("criterion").join(id).join("new/estimates.json");
    let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let estimates: Value = serde_json::from_str(&text).unwrap();
    Duration::from_secs_f64(estimates["median"]["point_estimate"].as_f64().unwrap() / 1e9)
}
