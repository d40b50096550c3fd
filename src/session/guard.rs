//! Nothing outlives the harness.
//!
//! A server may be a wrapper (`npx`, a shell script) whose child does the work, and may ignore both the end of its
//! stdin and SIGTERM. So each server runs in a process group of its own, and that group gets SIGKILL
//!
//! 1. when the session is shut down or dropped, also while a panic unwinds: [`Guard`];
//! 2. when the harness dies in a way that runs no destructor: the watchdog.
//!
//! The watchdog is a small shell that leads the group before the server joins it, and reads a pipe whose other end
//! only the harness holds. However the harness ends, the system closes that end; the watchdog then ends the group and
//! removes the server's folders. Compared with handlers for SIGINT, SIGTERM and SIGHUP in the harness this
//!
//! - also covers SIGKILL, `abort`, a crash, and cargo-nextest, which puts each test into a group of its own, signals
//!   that group, and SIGKILLs it when its grace period is over: the server is in none of these groups;
//! - changes nothing about signals in the process that uses this library (a handler, once installed, takes away the
//!   default action for good, and several sessions would have to agree on who repeats the signal, and when);
//! - needs neither `unsafe` nor state shared by all sessions;
//! - leaves no moment in which the server runs unguarded, and, as the leader is alive until the group is ended, no
//!   moment in which the group's number could belong to someone else.
//!
//! What gets away: a process that makes a new session (`setsid`). Its pipes are closed all the same.

use rustix::process::{Pid, Signal, kill_process_group};
use std::process::Child;

/// What the watchdog runs; `$1` is the folder to remove.
///
/// It ignores the signals that people and runners send to whole groups, and SIGTERM because it sends that itself:
/// first, so that a server that can end in order does so before its folders go.
pub(super) const WATCHDOG: &str = r#"
trap '' HUP INT QUIT TERM
read -r _
kill -TERM 0
rm -rf -- "$1"
kill -KILL 0
"#;

/// Ends a process group when dropped.
#[derive(Debug)]
pub(super) struct Guard {
    /// The group's leader, with the writing end of its pipe. `None` once the group is ended.
    watchdog: Option<Child>,
}

impl Guard {
    /// Guards the group that the watchdog leads.
    pub(super) fn over(watchdog: Child) -> Guard {
        Guard { watchdog: Some(watchdog) }
    }

    /// Ends all processes of the group. The second time nothing happens.
    pub(super) fn end_group(&mut self) {
        let Some(mut watchdog) = self.watchdog.take() else {
            return;
        };
        // The only possible failure is that there is nobody left to end.
        let _ = kill_process_group(Pid::from_child(&watchdog), Signal::KILL);
        // Returns as soon as the system has delivered the signal. It also closes the pipe, a second reason to end.
        let _ = watchdog.wait();
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.end_group();
    }
}
