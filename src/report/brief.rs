//! What is wrong with a recording, in a few lines without what stands around it: for machines that show little.

use super::case::{Checked, Failure, Noise};
use super::divergence::divergence_line;
use super::excerpt::printable;
use super::look::{Look, Page};
use super::verdict::ProblemKind;
use crate::observe::Channel;

/// Nobody breaks these lines.
const WIDTH: usize = 400;

/// What of a recording something is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// All of it.
    Whole,
    /// One of its turns, from 0.
    Turn(usize),
    /// One of its exchanges, from 0.
    Exchange(usize),
}

/// A line for each thing that is wrong, the first one first; empty where nothing is. No secrets are said.
pub(super) fn brief(checked: &Checked) -> String {
    let mut page = Page::default();
    match &checked.result {
        Err(Failure { side, problem }) => page.line(&printable_lines(&format!("{side}: {problem}"))),
        Ok(compared) => {
            let earliest = compared.comparison.earliest();
            let rest = compared.comparison.divergences();
            let rest = rest.filter(|other| earliest.is_none_or(|earliest| earliest.channel != other.channel));
            for divergence in earliest.into_iter().chain(rest) {
                divergence_line(&mut page, divergence, WIDTH);
            }
            for Noise { side, place } in &compared.noise {
                page.line(&printable(&format!("noise: {side} differs from itself, in {place}")));
            }
            for problem in &compared.problems {
                page.line(&printable(&problem.to_string()));
            }
        }
    }
    page.finish(Look::PLAIN).trim_end().to_owned()
}

/// Line ends stay line ends.
fn printable_lines(text: &str) -> String {
    text.trim_end().lines().map(printable).collect::<Vec<_>>().join("\n")
}

impl Checked {
    /// What of the recording the first thing is about that is wrong, as far as that can be told.
    pub fn about(&self) -> About {
        let Ok(compared) = &self.result else { return About::Whole };
        if let Some(divergence) = compared.comparison.earliest() {
            let label =
                divergence.entries().into_iter().flatten().next().map(|observed| observed.label.as_str());
            let turn = label.and_then(|label| label.strip_prefix("turn ")?.parse::<usize>().ok());
            return match (divergence.channel, turn) {
                // Requests are answered in their order.
                (Channel::Requests, _) if divergence.index < self.digest.bodies.len() => {
                    About::Exchange(divergence.index)
                }
                (Channel::Outcome, Some(turn)) => About::Turn(turn.saturating_sub(1)),
                _ => About::Whole,
            };
        }
        let kinds = compared.problems.iter().map(|problem| &problem.kind);
        kinds.map(about).find(|about| *about != About::Whole).unwrap_or(About::Whole)
    }
}

fn about(kind: &ProblemKind) -> About {
    match kind {
        ProblemKind::Unserved(exchanges) => {
            exchanges.first().map_or(About::Whole, |number| About::Exchange(number.saturating_sub(1)))
        }
        ProblemKind::NeverEnded(turn, _)
        | ProblemKind::Endless(turn, _)
        | ProblemKind::NeverInterrupted(turn) => About::Turn(turn.saturating_sub(1)),
        _ => About::Whole,
    }
}
