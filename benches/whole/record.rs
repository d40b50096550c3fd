//! What the recording proxy adds to a live stream. `tests/record_pace.rs` measures it.

use crate::Bench;
use crate::process::command;
use crate::row::{Row, short};
use std::time::Duration;

/// The median gap, direct and through the proxy.
pub(crate) fn pace(_bench: &Bench) -> Vec<Row> {
    const MOST: Duration = Duration::from_millis(1);
    let arguments = ["test", "--locked", "--quiet", "--test", "record_pace", "--", "--nocapture"];
    let output = command("cargo").args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let line = said.lines().find(|line| line.starts_with("median gap: ")).unwrap();
    let time = |mark: &str| duration(line.split(mark).nth(1).unwrap().split(',').next().unwrap());
    let added = time("through the proxy ").saturating_sub(time("direct "));
    vec![Row {
        what: "relay of one live stream by `record`, not optimised".to_owned(),
        against: "direct".to_owned(),
        goal: format!("under {} added to the median gap", short(MOST)),
        measured: short(added),
        reached: added < MOST,
    }]
}

/// As `Debug` writes it.
fn duration(text: &str) -> Duration {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap();
    let number: f64 = text[..digits].parse().unwrap();
    let unit = match &text[digits..] {
        "s" => 1.0,
        "ms" => 1e-3,
        "µs" => 1e-6,
        "ns" => 1e-9,
        unit => panic!("{unit:?} is no unit of time"),
    };
    Duration::from_secs_f64(number * unit)
}
