//! What a check of many recordings comes to.

use super::case::{Checked, Compared, Silence};
use super::verdict::Verdict;
use crate::compare::Place;
use crate::observe::Channel;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// The check of a set of recordings.
#[derive(Debug, Default)]
pub struct Summary {
    /// By name.
    pub checked: Vec<Checked>,
    /// What the app-servers sent that belongs to no conversation.
    pub strays: Vec<String>,
    /// Whether the sides speak different dialects, so that only `outcome` was compared, and of it what means the same in
    /// both: how each turn ended, what the model said last, and how many requests it took.
    pub across_dialects: bool,
    /// How long all of it took.
    pub elapsed: Duration,
}

impl Summary {
    /// How many recordings came to this verdict.
    pub fn count(&self, verdict: Verdict) -> usize {
        self.checked.iter().filter(|checked| checked.verdict() == verdict).count()
    }

    /// In how many recordings an allowed difference was seen, by its index.
    pub fn uses_of(&self, allowance: usize) -> usize {
        self.results().filter(|compared| compared.allowed.contains(&allowance)).count()
    }

    /// How many entries of a channel were compared, in all recordings together.
    pub fn compared(&self, channel: Channel) -> usize {
        self.results().map(|compared| compared.comparison.compared(channel)).sum()
    }

    /// The places at which each recording differs, where they were asked for.
    pub fn places(&self) -> impl Iterator<Item = (&str, &[Place])> {
        self.checked.iter().filter_map(|checked| {
            let compared = checked.result.as_ref().ok()?;
            Some((checked.name.as_str(), compared.places.as_slice()))
        })
    }

    /// What the app-servers asked the upstream beside the Responses API, and in how many recordings.
    pub fn asides(&self) -> BTreeMap<&str, usize> {
        let mut asides = BTreeMap::new();
        for compared in self.results() {
            let seen = compared.seen.iter().flat_map(|seen| seen.observation.asides());
            for aside in seen.collect::<BTreeSet<_>>() {
                *asides.entry(aside).or_default() += 1;
            }
        }
        asides
    }

    /// What fell silent once, with the recording's name.
    pub fn silences(&self) -> impl Iterator<Item = (&str, &Silence)> {
        let all = self.checked.iter().filter_map(|checked| Some((checked, checked.result.as_ref().ok()?)));
        all.flat_map(|(checked, compared)| {
            compared.silences.iter().map(|silence| (checked.name.as_str(), silence))
        })
    }

    /// Whether every recording is identical, there is at least one, and nothing is left over.
    pub fn is_parity(&self) -> bool {
        !self.checked.is_empty()
            && self.count(Verdict::Identical) == self.checked.len()
            && self.strays.is_empty()
    }

    /// Whether nothing was found to differ, but not everything could be judged.
    pub fn could_not_run(&self) -> bool {
        self.count(Verdict::Divergent) == 0
            && self.count(Verdict::Incomplete) == 0
            && self.count(Verdict::CouldNotRun) > 0
    }

    /// Of the recordings that could be run.
    fn results(&self) -> impl Iterator<Item = &Compared> {
        self.checked.iter().filter_map(|checked| checked.result.as_ref().ok())
    }
}
