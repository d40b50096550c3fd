//! A recording that is not identical, as a person reads it: on one screen.

use super::case::{Checked, Compared, Failure, Noise};
use super::divergence::{divergence, divergence_line};
use super::excerpt::printable;
use super::look::{Look, Page, Tone};
use super::verdict::Verdict;

/// Everything there is to say about a check that is not [`Verdict::Identical`]; empty where it is. No secrets are said.
pub fn failure(checked: &Checked) -> String {
    failure_as(checked, Look::PLAIN, None)
}

/// The same in another look, and with the command that shows more. The divergence that was seen first is shown with what
/// stands around it, the others in a line each.
pub fn failure_as(checked: &Checked, look: Look, more: Option<&str>) -> String {
    let verdict = checked.verdict();
    if verdict == Verdict::Identical {
        return String::new();
    }
    let mut page = Page::default();
    heading(&mut page, checked, verdict);
    match &checked.result {
        Err(Failure { side, problem }) => page.line(&format!("  {side}: {}", indented(problem))),
        Ok(compared) => found(&mut page, compared, look),
    }
    // One that is on no disk has no place.
    if !checked.origin.as_os_str().is_empty() {
        page.toned("  recording: ", Tone::Faint);
        page.line(&printable(&checked.origin.display().to_string()));
    }
    if let Some(more) = more {
        page.toned("  more: ", Tone::Faint);
        page.line(&printable(more));
    }
    page.finish(look)
}

pub(super) fn heading(page: &mut Page, checked: &Checked, verdict: Verdict) {
    page.toned(&printable(&checked.name), Tone::Strong);
    page.push(": ");
    page.toned(&verdict.to_string(), if verdict == Verdict::Identical { Tone::Good } else { Tone::Bad });
    page.end_line();
}

fn found(page: &mut Page, compared: &Compared, look: Look) {
    let names = compared.names();
    let earliest = compared.comparison.earliest();
    if let Some(earliest) = earliest {
        divergence(page, earliest, names, look);
    }
    for other in compared.comparison.divergences() {
        if earliest.is_none_or(|earliest| earliest.channel != other.channel) {
            page.push("  also: ");
            divergence_line(page, other, look.columns() - "  also: ".len());
        }
    }
    for (index, Noise { side, place }) in compared.noise.iter().enumerate() {
        page.line(&format!("  noise: {side} differs from itself, in {}", printable(&place.to_string())));
        if index == 0 {
            divergence(page, &place.divergence, ["once", "again"], look);
        }
    }
    for problem in &compared.problems {
        page.line(&format!("  {}", printable(&problem.to_string())));
    }
}

fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n  ")
}
