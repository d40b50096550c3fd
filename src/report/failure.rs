//! A recording that is not identical, as a person reads it.

use super::case::{Checked, Failure};
use super::divergence::divergence;
use super::excerpt::printable;
use super::verdict::Verdict;
use crate::recording::redact;

use std::fmt::Write;

/// Everything there is to say about a check that is not [`Verdict::Identical`]; empty where it is. No secrets are said.
pub fn failure(checked: &Checked) -> String {
    match checked.verdict() {
        Verdict::Identical => String::new(),
        verdict => redact(&told(checked, verdict)).into_owned(),
    }
}

fn told(checked: &Checked, verdict: Verdict) -> String {
    let mut text = format!("{}: {verdict}\n", printable(&checked.name));
    match &checked.result {
        Err(Failure { side, problem }) => {
            let _ = writeln!(text, "  {side}: {}", indented(problem));
        }
        Ok(compared) => {
            let names = [&compared.seen[0].side, &compared.seen[compared.seen.len() - 1].side];
            for found in compared.comparison.divergences() {
                text.push_str(&divergence(found, names.map(String::as_str)));
            }
            for noise in &compared.noise {
                let _ = writeln!(
                    text,
                    "  noise: {} differs from itself, in {}",
                    noise.side,
                    printable(&noise.place.to_string())
                );
                text.push_str(&divergence(&noise.place.divergence, ["once", "again"]));
            }
            for problem in &compared.problems {
                let _ = writeln!(text, "  {}", printable(&problem.to_string()));
            }
        }
    }
    // One that is on no disk has no place.
    if !checked.origin.as_os_str().is_empty() {
        let _ = writeln!(text, "  recording: {}", checked.origin.display());
    }
    text
}

fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n  ")
}
