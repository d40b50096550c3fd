//! What a recording says is meant.

use super::finding::Finding;
use super::rule::LintRule;
use crate::recording::folder::MANIFEST;
use crate::recording::model::Recording;

/// The findings that no exception of the recording covers, and the exceptions that cover none.
pub(super) fn without_allowed(recording: &Recording, findings: Vec<Finding>) -> Vec<Finding> {
    let allowed: Vec<LintRule> =
        recording.lint.iter().flat_map(|exception| &exception.allow).copied().collect();
    let unused = |rule: &LintRule| !findings.iter().any(|finding| finding.rule == *rule);
    let unused: Vec<_> = allowed.iter().copied().filter(unused).collect();
    let left = findings.into_iter().filter(|finding| !allowed.contains(&finding.rule));
    let unused = unused.into_iter().map(|rule| {
        let problem = format!("[[lint]] allows {rule}, but nothing here breaks that rule; take it out");
        Finding::of_path(LintRule::UnusedException, recording.origin.join(MANIFEST), problem)
    });
    left.chain(unused).collect()
}
