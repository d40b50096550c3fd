//! Findings of one exchange, as they are made.

use super::finding::{Finding, FindingPlace};
use super::rule::LintRule;
use crate::recording::events::RecordedEvent;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::path::Path;

/// The findings of one exchange. Of many that are alike only the first is kept, and counted.
pub(super) struct Findings<'a> {
    origin: &'a Path,
    exchange: usize,
    findings: Vec<Finding>,
    /// Where the one is that is kept of each sort.
    sorts: BTreeMap<(LintRule, Option<String>), usize>,
}

/// Where a check is.
#[derive(Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) index: usize,
    pub(super) event: &'a RecordedEvent,
}

impl<'a> Findings<'a> {
    /// Nothing yet, of the exchange with this number.
    pub(super) fn new(origin: &'a Path, exchange: usize) -> Findings<'a> {
        Findings { origin, exchange, findings: Vec::new(), sorts: BTreeMap::new() }
    }

    /// Of an event.
    pub(super) fn at(&mut self, at: At<'_>, rule: LintRule, problem: impl Into<String>) {
        let place = FindingPlace {
            exchange: self.exchange,
            event: Some(at.index),
            offset: Some(at.event.bytes.start),
            kind: Some(at.event.kind.name().to_owned()),
        };
        self.push(rule, place, problem.into());
    }

    /// Of the exchange as a whole.
    pub(super) fn of_all(&mut self, rule: LintRule, problem: impl Into<String>) {
        let place = FindingPlace { exchange: self.exchange, ..FindingPlace::default() };
        self.push(rule, place, problem.into());
    }

    pub(super) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    fn push(&mut self, rule: LintRule, place: FindingPlace, problem: String) {
        match self.sorts.entry((rule, place.kind.clone())) {
            Entry::Occupied(first) => self.findings[*first.get()].more += 1,
            Entry::Vacant(vacant) => {
                vacant.insert(self.findings.len());
                let finding = Finding::of_path(rule, self.origin, problem);
                self.findings.push(Finding { place: Some(place), ..finding });
            }
        }
    }
}
