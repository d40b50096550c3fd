//! How long it takes until there is something to see.

use crate::Bench;
use crate::process::{command, timed};
use crate::row::{Row, median, short};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

const TIMES: usize = 11;

/// The verdict on one small recording.
pub(crate) fn first_verdict(bench: &Bench) -> Vec<Row> {
    // The table comes when all is done, so that the first verdict is the last thing, too.
    let own = || timed(command(&bench.program).args(["check", "recordings/text/plain"]));
    let [mut ours, mut theirs] = [Vec::new(), Vec::new()];
    for _ in 0..TIMES {
        ours.push(own());
        theirs.push(aimock_listens());
    }
    let (ours, theirs) = (median(ours), median(theirs));
    const MOST: Duration = Duration::from_millis(50);
    let what = "the verdict of `check` on one small recording";
    vec![
        Row {
            what: what.to_owned(),
            against: String::new(),
            goal: format!("under {}", short(MOST)),
            measured: short(ours),
            reached: ours < MOST,
        },
        Row::slower(what, "the start of aimock 1.43.0 alone", 0.1, ours, theirs),
    ]
}

/// From its start until it takes a connection.
fn aimock_listens() -> Duration {
    let home = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = home.unwrap_or_else(|| PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache"));
    let program = home.join("responses-parity/aimock-1.43.0/node_modules/@copilotkit/aimock/dist/cli.js");
    assert!(program.is_file(), "{} is not there; next: run scripts/install-counterparts", program.display());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let begun = Instant::now();
    let mut server = command("node")
        .arg(&program)
        .args(["--port", &port, "--fixtures", "tests/counterparts/aimock.json"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    while TcpStream::connect(format!("127.0.0.1:{port}")).is_err() {
        assert!(server.try_wait().unwrap().is_none(), "aimock has ended");
        assert!(begun.elapsed() < Duration::from_secs(30), "aimock does not listen");
        std::thread::sleep(Duration::from_millis(1));
    }
    let took = begun.elapsed();
    server.kill().unwrap();
    server.wait().unwrap();
    took
}
