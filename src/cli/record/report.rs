//! What is said of a recording.

use crate::cli::exit::{COULD_NOT_RUN, FAILED};
use crate::observe::Channel;
use crate::record::Finished;
use crate::recording::Place;
use crate::report::{Summary, failure};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::time::Duration;

/// Says something on stdout, as far as anybody listens.
pub(super) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    // A reader that has left changes nothing about what is recorded.
    let _ = writeln!(out, "{}", text.trim_end()).and_then(|()| out.flush());
}

/// Says something that is no part of the result.
pub(super) fn tell(text: &str) {
    // As above.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// What was recorded.
pub(super) fn told(finished: &Finished, took: Duration) -> String {
    let mut text = format!("recorded {} ({:.1} s)\n", finished.path.display(), took.as_secs_f64());
    for (index, summary) in finished.exchanges.iter().enumerate() {
        let _ = writeln!(text, "  exchange {}: {summary}", index + 1);
    }
    for (what, times) in counted(finished) {
        let _ = writeln!(
            text,
            "  removed: {what}{}",
            if times > 1 { format!(" ({times} times)") } else { String::new() }
        );
    }
    if !finished.others.is_empty() {
        let _ = writeln!(text, "  passed on and not recorded: {}", finished.others.join(", "));
    }
    text
}

/// What was removed, each kind and place once: a field that nobody reads comes with every exchange.
fn counted(finished: &Finished) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for removed in &finished.removed {
        let what = match &removed.place {
            Place::Header { name, .. } => format!("header field {name:?} ({})", removed.kind),
            Place::Body { exchange, .. } => format!("{} in the body of exchange {exchange}", removed.kind),
            Place::Request { exchange, .. } => {
                format!("{} in the request of exchange {exchange}", removed.kind)
            }
            place => format!("{} in {place}", removed.kind),
        };
        *counted.entry(what).or_default() += 1;
    }
    counted
}

/// What came of replaying it.
pub(super) fn verdict_told(summary: &Summary) -> String {
    if !summary.is_parity() {
        let told: String = summary.checked.iter().map(failure).collect();
        let strays: String =
            summary.strays.iter().map(|stray| format!("belongs to no conversation: {stray}\n")).collect();
        return format!("it does not replay as it should:\n{told}{strays}");
    }
    let sides = summary.checked[0].result.as_ref().map_or(0, |compared| compared.seen.len());
    let what =
        if sides > 1 { "identical on both paths" } else { "on the direct path, compared with nothing" };
    let (requests, notifications) =
        (summary.compared(Channel::Requests), summary.compared(Channel::Notifications));
    format!("replayed: {what} ({requests} requests, {notifications} notifications)")
}

/// The exit status that this is.
pub(super) fn verdict_status(summary: &Summary) -> u8 {
    match summary {
        summary if summary.is_parity() => 0,
        summary if summary.could_not_run() => COULD_NOT_RUN,
        _ => FAILED,
    }
}
