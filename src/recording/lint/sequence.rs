//! Sequence numbers.

use super::findings::{At, Findings};
use super::rule::LintRule;
use serde_json::Value;

/// The sequence numbers so far.
#[derive(Default)]
pub(super) struct Sequence {
    last: Option<i64>,
    without: usize,
}

impl Sequence {
    pub(super) fn event(&mut self, at: At<'_>, value: &Value, found: &mut Findings<'_>) {
        let Some(number) = value.get("sequence_number").and_then(Value::as_i64) else {
            self.without += 1;
            if let Some(last) = self.last {
                found.at(
                    at,
                    LintRule::Sequence,
                    format!("has no sequence number; the one before it has {last}"),
                );
            }
            return;
        };
        match self.last {
            None if self.without > 0 => {
                found.at(
                    at,
                    LintRule::Sequence,
                    format!("has sequence number {number}; those before it have none"),
                );
            }
            None if number != 0 => {
                let problem = format!("the first sequence number is {number}: is this the rest of a stream?");
                found.at(at, LintRule::SequenceGap, problem);
            }
            Some(last) if number <= last => {
                found.at(at, LintRule::Sequence, format!("has sequence number {number} after {last}"));
            }
            Some(last) if number > last + 1 => {
                found.at(at, LintRule::SequenceGap, format!("has sequence number {number} after {last}"));
            }
            _ => {}
        }
        self.last = Some(number);
    }

    pub(super) fn end(self, found: &mut Findings<'_>) {
        if self.last.is_none() && self.without > 0 {
            found.of_all(LintRule::NoSequence, "no event has a sequence number");
        }
    }
}
