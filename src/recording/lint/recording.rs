//! One recording by itself.

use super::finding::Finding;
use super::findings::Findings;
use super::{secrets, stream};
use crate::recording::closing::is_closing_exchange;
use crate::recording::model::Recording;

/// What is to be said of a recording's bytes, also where it is meant. Looks at no file.
///
/// ```
/// use responses_parity::recording::{Exchange, LintRule, Recording, Turn, lint_recording};
///
/// let body = "data: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\"}}\n\n";
/// let cut = Recording::of_exchanges("cut", vec![Turn::said("Hello")], vec![Exchange::stream(body)]);
/// let rules: Vec<_> = lint_recording(&cut).iter().map(|finding| finding.rule).collect();
/// assert_eq!(rules, [LintRule::NoSequence, LintRule::NoEnd]);
/// ```
pub fn lint_recording(recording: &Recording) -> Vec<Finding> {
    let (scrubbed, secrets) = secrets::check(recording);
    let numbered = scrubbed.exchanges.iter().zip(1..);
    let recorded = numbered.filter(|(exchange, _)| !is_closing_exchange(exchange));
    let findings = recorded.flat_map(|(exchange, number)| {
        let mut found = Findings::new(&recording.origin, number);
        stream::check(exchange, &mut found);
        found.into_findings()
    });
    findings.chain(secrets).collect()
}
