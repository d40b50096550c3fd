//! The README's samples are what the program prints.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use responses_parity::recording::load;
use responses_parity::upstream::{Speed, Upstream};
use std::process::Command;

/// The lines of the README's `text` blocks, without the prompt and what was left out.
fn samples() -> Vec<String> {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let blocks = readme.split("```text\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    let lines: Vec<String> =
        blocks.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    lines.into_iter().filter(|line| !line.starts_with('$') && line.trim() != "…").collect()
}

/// Without times, white space, and what comes after a cut.
fn still(line: &str) -> String {
    let words: Vec<&str> = line.split('…').next().unwrap().split_whitespace().collect();
    let is_time = |index: usize| {
        let unit = words.get(index + 1).copied().unwrap_or_default();
        words[index].parse::<f64>().is_ok() && ["ms", "ms,", "s)", "pieces,", "identical"].contains(&unit)
    };
    let kept: Vec<&str> =
        (0..words.len()).filter(|index| !is_time(*index)).map(|index| words[index]).collect();
    kept.join(" ")
}

/// What `record` prints in front of an upstream that says what the sample's said.
fn recorded() -> String {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let recording = load("recordings/recorded/aimock-delegated".as_ref(), "sample").unwrap();
    let (_upstream, mount) = runtime.block_on(async {
        let upstream = Upstream::start().await.unwrap();
        let mount = upstream.mount(recording.exchanges, Speed::Recorded(1.0)).await.unwrap();
        (upstream, mount)
    });
    #[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
    let output = Command::new(env!("CARGO_BIN_EXE_responses-parity"))
        .current_dir(folder.path())
        .args(["record", "--upstream", mount.base_url()])
        .args(["--prompt", "What is a reef?", "-o", "recordings/new/reef"])
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn samples_are_real() {
    #[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
    let output = Command::new(env!("CARGO_BIN_EXE_responses-parity"))
        .args(["check", "recordings/tools"])
        .output()
        .unwrap();
    let report =
        std::fs::read_to_string("tests/snapshots/mutation__change-one-character-of-a-delta.snap").unwrap();
    let printed = String::from_utf8(output.stdout).unwrap() + &report.replace("[ms]", "0 ms") + &recorded();
    let printed: Vec<String> = printed.lines().map(still).collect();
    let samples = samples();
    assert!(samples.len() > 8, "{samples:?}");
    for sample in samples {
        let wanted = still(&sample);
        assert!(
            printed.iter().any(|line| line.starts_with(&wanted)),
            "README.md shows {sample:?}, but nothing prints {wanted:?}"
        );
    }
}
