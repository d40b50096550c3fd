//! What is said of a recording.

use crate::cli::exit::{COULD_NOT_RUN, FAILED};
use crate::observe::Channel;
use crate::record::Finished;
use crate::recording::{Place, Removed};
use crate::report::{Summary, counted, failure};
use crate::wire::is_success;
use std::collections::{BTreeMap, BTreeSet};
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
    if let Some(statuses) = refusals(finished) {
        let _ = writeln!(
            text,
            "  note: every request was refused ({statuses}); is --upstream right? Mostly it ends with /v1"
        );
    }
    for line in removed(finished) {
        let _ = writeln!(text, "  removed: {line}");
    }
    if !finished.others.is_empty() {
        let _ = writeln!(text, "  passed on and not recorded: {}", finished.others.join(", "));
    }
    text
}

/// The statuses, where no answer is a good one. Most likely that is not what was to be recorded.
fn refusals(finished: &Finished) -> Option<String> {
    let statuses: Option<BTreeSet<u16>> = finished.exchanges.iter().map(|exchange| exchange.status).collect();
    let statuses = statuses.filter(|statuses| !statuses.iter().any(|status| is_success(*status)))?;
    Some(statuses.iter().map(u16::to_string).collect::<Vec<_>>().join(", "))
}

/// What was removed: secrets by kind and place, and in one line the fields that nobody reads, which come with every
/// exchange.
fn removed(finished: &Finished) -> Vec<String> {
    let (mut fields, mut secrets) = (BTreeSet::new(), BTreeMap::<String, usize>::new());
    for Removed { kind, place } in &finished.removed {
        match place {
            Place::Header { name, .. } => {
                fields.insert(name.as_str());
            }
            place => *secrets.entry(format!("{kind} ({})", without_offset(place))).or_default() += 1,
        }
    }
    let fields: Vec<&str> = fields.into_iter().collect();
    let fields = (!fields.is_empty()).then(|| format!("header fields: {}", fields.join(", ")));
    let secrets = secrets.into_iter().map(|(what, times)| match times {
        1 => what,
        times => format!("{what}, {times} times"),
    });
    secrets.chain(fields).collect()
}

/// Places in a body are told apart by offsets, which say nothing to people.
fn without_offset(place: &Place) -> String {
    match place {
        Place::Body { exchange, .. } => format!("exchange {exchange}, body"),
        Place::Request { exchange, .. } => format!("exchange {exchange}, request"),
        place => place.to_string(),
    }
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
    let (requests, notifications) = (counted(requests, "request"), counted(notifications, "notification"));
    format!("replayed: {what} ({requests}, {notifications})")
}

/// The exit status that this is.
pub(super) fn verdict_status(summary: &Summary) -> u8 {
    match summary {
        summary if summary.is_parity() => 0,
        summary if summary.could_not_run() => COULD_NOT_RUN,
        _ => FAILED,
    }
}
