//! What came of a check, for people.

use super::check::ShowArgs;
use super::exit::{COULD_NOT_RUN, FAILED, printed};
use super::format::CheckFormat;
use super::table::table;
use super::terminal::look;
use crate::compare::suggestions;
use crate::recording::redact;
use crate::report::{
    Checked, Conclusion, FileLine, Look, Run, Verdict, counted, durations, failure_as, failures, github,
    json, printable, transcript,
};
use anstyle::AnsiColor;
use std::io::{self, Write};
use std::process::ExitCode;

/// What two servers have in common that speak of it in different words.
const ACROSS_DIALECTS: &str = "The two speak different dialects. Compared were, in the channel outcome, how each turn ended, what the model \
    said last, and how many requests it took. Nothing else means the same in both.";

/// Prints what came of a check, and gives the exit status. `more` is the command that shows more of a recording,
/// and `place` where it stands.
pub(super) fn conclude(
    run: &Run<'_>,
    show: &ShowArgs,
    more: impl Fn(&Checked) -> String,
    place: impl Fn(&Checked) -> FileLine,
) -> ExitCode {
    let shown = match show.format {
        CheckFormat::Text => print(run, show, look(show.color), more),
        CheckFormat::Json => writeln!(io::stdout().lock(), "{}", json(run)),
        CheckFormat::Github => write!(io::stdout().lock(), "{}", github(run, place)),
    };
    printed(shown, status(run))
}

/// The exit status that a conclusion has.
pub(super) fn status(run: &Run<'_>) -> u8 {
    match run.conclusion() {
        Conclusion::Parity | Conclusion::Empty => 0,
        Conclusion::NoParity => FAILED,
        Conclusion::CouldNotRun => COULD_NOT_RUN,
    }
}

fn print(run: &Run<'_>, show: &ShowArgs, look: Look, more: impl Fn(&Checked) -> String) -> io::Result<()> {
    let mut out = io::stdout().lock();
    if show.quiet {
        return writeln!(out, "{}", verdict(run, look));
    }
    if show.verbose {
        for checked in &run.summary.checked {
            print_all_of(&mut out, checked, look)?;
        }
    } else {
        write!(out, "{}", failures(run.summary, look, more))?;
    }
    if show.table || show.verbose {
        writeln!(out, "{}\n", table(run.summary, look))?;
    }
    if let Some(most) = show.durations {
        writeln!(out, "{}", durations(run.summary, most, look))?;
    }
    print_notes(&mut out, run)?;
    writeln!(out, "{}", verdict(run, look))
}

fn print_all_of(out: &mut impl Write, checked: &Checked, look: Look) -> io::Result<()> {
    write!(out, "{}", transcript(checked, look))?;
    if checked.verdict() != Verdict::Identical {
        write!(out, "{}", failure_as(checked, look, None))?;
    }
    writeln!(out)
}

/// What is to be said of all recordings together.
fn print_notes(out: &mut impl Write, run: &Run<'_>) -> io::Result<()> {
    let summary = run.summary;
    let unused = run.unused();
    for (index, allowance) in run.allowed.entries.iter().enumerate() {
        let uses = summary.uses_of(index);
        let note = if unused.contains(&index) {
            "unused: delete it".to_owned()
        } else {
            format!("in {}", counted(uses, "recording"))
        };
        writeln!(out, "{}", printable(&format!("allowed: {allowance} ({}): {note}", allowance.reason)))?;
    }
    for (aside, recordings) in summary.asides() {
        let within = counted(recordings, "recording");
        writeln!(out, "asked beside the Responses API: {} (in {within})", printable(aside))?;
    }
    for (recording, silence) in summary.silences() {
        writeln!(out, "silent once: {}", printable(&format!("{recording}: {silence}")))?;
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
    Ok(())
}

/// One line.
fn verdict(run: &Run<'_>, look: Look) -> String {
    let text = redact(&run.verdict()).into_owned();
    if !look.colour {
        return text;
    }
    let colour = if status(run) == 0 { AnsiColor::Green } else { AnsiColor::Red };
    let style = colour.on_default().bold();
    format!("{style}{text}{style:#}")
}
