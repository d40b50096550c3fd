//! As the original test-suite does it: a process for each recording and path, one after the other.

use crate::Bench;
use crate::recordings::Set;
use responses_parity::check::prepared;
use responses_parity::replay::{Path, ReplayOptions, local_http_client, replay};
use responses_parity::session::{Deadlines, McpProcess, ServerCommand};
use responses_parity::upstream::{Speed, Upstream};
use responses_parity::wire::Dialect;
use std::time::{Duration, Instant};

/// How long that takes.
pub(crate) fn each_spawned(
    bench: &Bench,
    set: &Set,
    server: &ServerCommand,
    dialect: Dialect,
    paths: &[Path],
) -> Duration {
    let options = ReplayOptions {
        http: local_http_client().unwrap(),
        dialect,
        allow_tools: false,
        speed: Speed::Max,
        turn_deadline: Duration::from_secs(60),
    };
    let begun = Instant::now();
    let recordings = set.load();
    bench.runtime.block_on(async {
        let upstream = Upstream::start().await.unwrap();
        for recording in &recordings {
            for path in paths {
                let command = prepared(server, *path, dialect, false);
                let server = McpProcess::spawn(&command, Deadlines::default()).await.unwrap();
                server.initialize().await.unwrap();
                let replayed = replay(recording, &server, &upstream, &options).await.unwrap();
                assert!(replayed.unserved.is_empty(), "{}: everything was asked for", recording.name);
                server.shutdown().await.unwrap();
            }
        }
    });
    begun.elapsed()
}
