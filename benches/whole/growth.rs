//! What ten times as much costs, and how much memory.

use crate::Bench;
use crate::process::{Peaks, command, watched};
use crate::recordings::{LongStream, set_of};
use crate::row::Row;
use std::path::Path;

const MIB: f64 = 1024.0;

fn check(bench: &Bench, path: &Path) -> Peaks {
    watched(command(&bench.program).arg("check").arg(path))
}

/// Ten times as many recordings, and events.
pub(crate) fn times(bench: &Bench) -> Vec<Row> {
    const MOST: f64 = 10.5;
    let (few, many) = (set_of(50), set_of(500));
    let (short, long) = (LongStream::of(2000), LongStream::of(20_000));
    let [few, many] = [&few, &many].map(|set| check(bench, set.folder.path()));
    let [short, long] = [&short, &long].map(|stream| check(bench, stream.folder.path()));
    let each = (many.own.saturating_sub(few.own)) as f64 / 450.0;
    vec![
        Row::slower("500 recordings, both paths", "50 recordings", MOST, many.took, few.took),
        Row {
            what: "memory of the harness for each further recording".to_owned(),
            against: String::new(),
            goal: "flat: under 1 MiB".to_owned(),
            measured: format!("{each:.0} KiB"),
            reached: each < MIB,
        },
        Row::slower("20,000 events, both paths", "2,000 events", MOST, long.took, short.took),
    ]
}

/// One very long recording.
pub(crate) fn memory(bench: &Bench) -> Vec<Row> {
    let stream = LongStream::of(100_000);
    let peaks = check(bench, stream.folder.path());
    let size = stream.bytes as f64 / MIB / MIB;
    let (own, server) = (peaks.own as f64 / MIB, peaks.largest_child as f64 / MIB);
    let what = "one recording of 100,000 events, both paths";
    vec![
        Row {
            what: format!("{what}: peak memory of the harness"),
            against: format!("its size, {size:.0} MiB"),
            goal: "at most 10×".to_owned(),
            measured: format!("{:.1}× ({own:.0} MiB)", own / size),
            reached: own <= 10.0 * size,
        },
        Row {
            what: format!("{what}: peak memory of a server"),
            against: String::new(),
            goal: "at most 64 MiB".to_owned(),
            measured: format!("{server:.0} MiB"),
            reached: server <= 64.0,
        },
    ]
}
