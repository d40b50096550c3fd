//! What came of a check, for people.

use super::exit::{COULD_NOT_RUN, FAILED, printed};
use super::table::table;
use crate::check::CheckOptions;
use crate::compare::{Allowance, Allowances, suggestions};
use crate::observe::Channel;
use crate::recording::redact;
use crate::report::{Summary, Verdict, failure, printable};
use std::io::Write;
use std::process::ExitCode;

/// What two servers have in common that speak of it in different words.
const ACROSS_DIALECTS: &str = "The two speak different dialects. Compared were, in the channel outcome, how each turn ended, what the model \
    said last, and how many requests it took. Nothing else means the same in both.";

/// Prints what came of a check, and gives the exit status.
pub(super) fn conclude(summary: &Summary, options: &CheckOptions) -> ExitCode {
    let status = match summary {
        summary if summary.is_parity() && unused(summary, &options.allowed) == 0 => 0,
        summary if summary.could_not_run() => COULD_NOT_RUN,
        _ => FAILED,
    };
    printed(print(summary, options), status)
}

/// How many allowed differences nobody needs: each could hide one that nobody means.
fn unused(summary: &Summary, allowed: &Allowances) -> usize {
    (0..allowed.entries.len()).filter(|index| summary.uses_of(*index) == 0).count()
}

fn print(summary: &Summary, options: &CheckOptions) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    for checked in &summary.checked {
        let text = failure(checked);
        if !text.is_empty() {
            writeln!(out, "{text}")?;
        }
    }
    writeln!(out, "{}\n", table(summary))?;
    for (index, Allowance { channel, path, reason, .. }) in options.allowed.entries.iter().enumerate() {
        let uses = summary.uses_of(index);
        let note = if uses == 0 { "unused: delete it".to_owned() } else { format!("in {uses} recordings") };
        writeln!(out, "allowed: {channel} {path} ({reason}): {note}")?;
    }
    for (aside, recordings) in summary.asides() {
        writeln!(out, "asked beside the Responses API: {} (in {recordings} recordings)", printable(aside))?;
    }
    for stray in &summary.strays {
        writeln!(out, "belongs to no conversation: {}", printable(stray))?;
    }
    for suggestion in suggestions(summary.places()) {
        writeln!(out, "{}", redact(&suggestion.to_string()))?;
    }
    if summary.across_dialects {
        writeln!(out, "{ACROSS_DIALECTS}")?;
    }
    writeln!(out, "{}", redact(&verdict(summary, options)))
}

/// One line.
fn verdict(summary: &Summary, options: &CheckOptions) -> String {
    let unused = unused(summary, &options.allowed);
    let seconds = summary.elapsed.as_secs_f64();
    if summary.is_parity() && unused == 0 {
        let (recordings, what) = (summary.checked.len(), same(options));
        return format!("parity: {recordings} recordings, {what} ({}, {seconds:.1} s)", compared(summary));
    }
    let verdicts =
        [Verdict::Identical, Verdict::Noisy, Verdict::Divergent, Verdict::Incomplete, Verdict::CouldNotRun];
    let counts = verdicts.map(|verdict| (verdict, summary.count(verdict)));
    let counts =
        counts.iter().filter(|(_, count)| *count > 0).map(|(verdict, count)| format!("{count} {verdict}"));
    let strays =
        (!summary.strays.is_empty()).then(|| format!("{} messages of no conversation", summary.strays.len()));
    let unused = (unused > 0).then(|| format!("{unused} allowed differences unused"));
    format!(
        "no parity: {} ({seconds:.1} s)",
        counts.chain(strays).chain(unused).collect::<Vec<_>>().join(", ")
    )
}

/// What a parity is between.
fn same(options: &CheckOptions) -> String {
    let names: Vec<_> = options.sides.iter().map(|side| side.name.as_str()).collect();
    match names.as_slice() {
        ["direct", "delegated"] => "identical on both paths".to_owned(),
        [only] => format!("replayed as recorded ({only}); compared with nothing"),
        names => format!("identical on {}", names.join(" and ")),
    }
}

/// How much was compared.
fn compared(summary: &Summary) -> String {
    if summary.across_dialects {
        return format!("{} turns", summary.compared(Channel::Outcome));
    }
    let [requests, notifications] =
        [Channel::Requests, Channel::Notifications].map(|channel| summary.compared(channel));
    format!("{requests} requests, {notifications} notifications")
}
