//! The README's samples are what the program prints.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[expect(dead_code, reason = "other tests need more of it")]
#[path = "serve/process.rs"]
mod process;
#[path = "support/samples.rs"]
mod shown;

use process::Serve;
use responses_parity::recording::load;
use responses_parity::upstream::{Speed, Upstream};
use shown::still;
use std::process::Command;

/// The lines of the README's `text` blocks, without what was typed and what was left out.
fn samples() -> Vec<String> {
    let readme = std::fs::read_to_string("README.md").unwrap();
    let blocks = readme.split("```text\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned());
    let lines: Vec<String> =
        blocks.flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
    lines.into_iter().filter(|line| !line.starts_with(['$', '^']) && line.trim() != "…").collect()
}

/// Without times, white space, and what comes after a cut.
fn in_short(line: &str) -> String {
    still(line, &["ms", "ms,", "s)", "pieces,", "identical"]).join(" ")
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

/// What the program prints on stdout.
#[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
fn stdout_of(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_responses-parity")).args(arguments).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

/// What `serve` prints, with the port that the README names.
async fn served() -> String {
    let serve = Serve::start(&["recordings/text/plain"]);
    let base_url = serve.base_url.clone();
    let (_, port) = serve.address().rsplit_once(':').unwrap();
    let first = base_url.replace(port, "8080");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("{base_url}/models")).send().await.unwrap();
    for path in ["responses", "files"] {
        client.post(format!("{base_url}/{path}")).body("x".repeat(52)).send().await.unwrap();
    }
    let (_, _, stderr) = serve.interrupt();
    format!("{first}\n{stderr}\n")
}

#[test]
fn samples_are_real() {
    let turn = ["exec", "What are you humming?", "--recording", "recordings/text/plain"];
    let printed = [
        stdout_of(&["check", "recordings/tools", "--table"]),
        stdout_of(&turn),
        tokio::runtime::Runtime::new().unwrap().block_on(served()),
        recorded(),
    ]
    .concat();
    let report =
        std::fs::read_to_string("tests/snapshots/mutation__change-one-character-of-a-delta.snap").unwrap();
    let printed = printed + &report.replace("[ms]", "0 ms");
    let printed: Vec<String> = printed.lines().map(in_short).collect();
    let samples = samples();
    assert!(samples.len() > 8, "{samples:?}");
    for sample in samples {
        let wanted = in_short(&sample);
        assert!(
            printed.iter().any(|line| line.starts_with(&wanted)),
            "README.md shows {sample:?}, but nothing prints {wanted:?}"
        );
    }
}
