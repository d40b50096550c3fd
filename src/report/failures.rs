//! All recordings that are not identical: each kind of trouble in full, once.

use super::case::Checked;
use super::divergence::place;
use super::failure::failure_as;
use super::look::{Look, Page, Tone};
use super::printable;
use super::summary::Summary;
use super::verdict::Verdict;
use std::collections::BTreeMap;

/// How many of those that are alike have a line each. More would push what is told in full off the screen.
const ALIKE: usize = 20;

/// What is wrong with each recording, a blank line after each. Of those that seem to have the same cause, the first is told
/// in full, and the others in a line. `more` is the command that shows more of one.
pub fn failures(summary: &Summary, look: Look, more: impl Fn(&Checked) -> String) -> String {
    let mut text = String::new();
    let mut told = BTreeMap::<String, Vec<&Checked>>::new();
    let failed = || summary.checked.iter().filter(|checked| checked.verdict() != Verdict::Identical);
    for checked in failed() {
        told.entry(cause(checked)).or_default().push(checked);
    }
    for checked in failed() {
        let Some(alike) = told.remove(&cause(checked)) else { continue };
        text.push_str(&failure_as(checked, look, Some(&more(checked))));
        text.push_str(&others(&alike[1..], look));
        text.push('\n');
    }
    text
}

/// The same for all that are likely to have it in common.
fn cause(checked: &Checked) -> String {
    let verdict = checked.verdict();
    match &checked.result {
        Err(failure) => format!("{verdict} {} {}", failure.side, failure.problem),
        Ok(compared) => match compared.comparison.earliest() {
            Some(divergence) => format!("{verdict} {}", divergence.kind()),
            // What they say is short, and each its own.
            None => format!("{verdict} {}", checked.name),
        },
    }
}

fn others(alike: &[&Checked], look: Look) -> String {
    let mut page = Page::default();
    if !alike.is_empty() {
        page.toned(&format!("  and {} alike:", alike.len()), Tone::Faint);
        page.end_line();
    }
    for checked in alike.iter().take(ALIKE) {
        page.push("    ");
        page.toned(&printable(&checked.name), Tone::Strong);
        let compared = checked.result.as_ref().ok();
        if let Some(divergence) = compared.and_then(|compared| compared.comparison.earliest()) {
            page.push("  ");
            place(&mut page, divergence, Tone::Faint);
        }
        page.end_line();
    }
    if alike.len() > ALIKE {
        page.toned(&format!("    … and {} more; --table shows each", alike.len() - ALIKE), Tone::Faint);
        page.end_line();
    }
    page.finish(look)
}
