//! Processes, how long they take, and how much memory.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// A command. Nothing else here starts a process.
#[expect(clippy::disallowed_methods, reason = "whole processes are what is measured")]
pub(crate) fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    Command::new(program)
}

/// What a command prints, or nothing where it fails.
pub(crate) fn output_of(program: &str, arguments: &[&str]) -> String {
    let output = command(program).args(arguments).output();
    output.map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// How long it takes to its end, which must be a good one.
pub(crate) fn timed(command: &mut Command) -> Duration {
    let begun = Instant::now();
    let output = command.stdin(Stdio::null()).output().unwrap();
    let took = begun.elapsed();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    took
}

/// How much memory a process and those it started had at the most, each by itself, in KiB.
pub(crate) struct Peaks {
    pub(crate) took: Duration,
    pub(crate) own: u64,
    pub(crate) largest_child: u64,
}

/// Looks at the processes until the first has ended. The system keeps the peaks, so that none is missed but what comes
/// within the last moments.
pub(crate) fn watched(command: &mut Command) -> Peaks {
    const LOOK_AGAIN: Duration = Duration::from_millis(5);
    let begun = Instant::now();
    let mut process = command.stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
    let (mut own, mut largest_child) = (0, 0);
    let status = loop {
        own = own.max(peak_of(process.id()));
        largest_child = children_of(process.id()).into_iter().map(peak_of).fold(largest_child, u64::max);
        if let Some(status) = process.try_wait().unwrap() {
            break status;
        }
        std::thread::sleep(LOOK_AGAIN);
    };
    assert!(status.success(), "{command:?}: {status}");
    Peaks { took: begun.elapsed(), own, largest_child }
}

fn peak_of(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn children_of(pid: u32) -> Vec<u32> {
    let Ok(tasks) = fs::read_dir(format!("/proc/{pid}/task")) else { return Vec::new() };
    let lists = tasks.filter_map(|task| fs::read_to_string(task.ok()?.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
        .collect()
}
