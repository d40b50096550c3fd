//! 100,000 events in one stream: nothing is dropped, and the app-server holds only what is under way.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use responses_parity::check::config_toml;
use responses_parity::compare::compare;
use responses_parity::observe::{Channel, Observation, observe};
use responses_parity::recording::{Exchange, Recording, Turn};
use responses_parity::replay::{Path, ReplayOptions, local_http_client, replay};
use responses_parity::session::{Deadlines, McpProcess, ServerCommand};
use responses_parity::upstream::{Speed, Upstream};
use responses_parity::wire::Dialect;
use std::fmt::Write;
use std::time::Duration;

const EVENTS: usize = 100_000;
/// What the server may use at the most, in KiB. The stream alone has 25 MB, and what is made of it several times that.
const SERVER_LIMIT_KIB: usize = 64 * 1024;

/// One message in very many pieces, each with as much around it as real ones have.
fn long_recording() -> Recording {
    let mut body = String::from(
        "data: {\"type\":\"response.output_item.added\",\"item\":{\"type\":\"message\",\"id\":\"msg_shore\",\"role\":\"assistant\",\"content\":[]}}\n\n",
    );
    let padding = "~".repeat(90);
    for number in 0..EVENTS {
        let _ = write!(
            body,
            "event: response.output_text.delta\ndata: {{\"type\":\"response.output_text.delta\",\"sequence_number\":{number},\"item_id\":\"msg_shore\",\"delta\":\"{number} \",\"obfuscation\":\"{padding}\"}}\n\n"
        );
    }
    body.push_str("data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_shore\"}}\n\n");
    let turn = Turn::said("Count the grains of sand.");
    Recording::of_exchanges("long", vec![turn], vec![Exchange::stream(body)])
}

async fn shown(recording: &Recording, path: Path, upstream: &Upstream) -> (Observation, usize) {
    let command = ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server");
    let server =
        McpProcess::spawn(&command.config_toml(config_toml(path, Dialect::V1, false)), Deadlines::default())
            .await
            .unwrap();
    server.initialize().await.unwrap();
    let http = local_http_client().unwrap();
    let options = ReplayOptions {
        http,
        dialect: Dialect::V1,
        allow_tools: false,
        speed: Speed::Max,
        turn_deadline: Duration::from_secs(60),
    };
    let replayed = replay(recording, &server, upstream, &options).await.unwrap();
    let most = peak_kib(server.surroundings().pid);
    server.shutdown().await.unwrap();
    (observe(&replayed), most)
}

/// The most memory a process ever had, as the system counts it.
fn peak_kib(pid: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_of_100_000_events() {
    let recording = long_recording();
    let upstream = Upstream::start().await.unwrap();
    let ((direct, direct_peak), (delegated, delegated_peak)) = tokio::join!(
        shown(&recording, Path::Direct, &upstream),
        shown(&recording, Path::Delegated, &upstream)
    );
    let comparison = compare(&direct, &delegated);
    let differences: Vec<_> =
        comparison.divergences().map(|divergence| (divergence.channel, divergence.index)).collect();
    assert_eq!(differences, []);
    // The rate limits, the item, the pieces, the end.
    assert_eq!(comparison.compared(Channel::ResponseEvents), EVENTS + 3);
    assert!(direct_peak < SERVER_LIMIT_KIB, "direct: {direct_peak} KiB");
    assert!(delegated_peak < SERVER_LIMIT_KIB, "delegated: {delegated_peak} KiB");
}
