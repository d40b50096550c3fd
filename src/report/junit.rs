//! A run as JUnit XML, for the test reports of CI servers.

use super::brief::brief;
use super::case::Checked;
use super::failure::failure;
use super::run::Run;
use super::verdict::Verdict;
use crate::recording::redact;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

const NAME: &str = "responses-parity";

/// One suite with a test for each recording, named after it, and one for what belongs to no recording. What could not run
/// is an error, everything else that is not identical a failure. No secrets are said.
///
/// # Panics
/// Never: writing to memory does not fail.
pub fn junit(run: &Run<'_>) -> String {
    let mut suite = TestSuite::new(NAME);
    suite.set_time(run.summary.elapsed);
    suite.add_test_cases(run.summary.checked.iter().map(case));
    if let Some(rest) = rest(run) {
        suite.add_test_case(rest);
    }
    let mut report = Report::new(NAME);
    report.set_time(run.summary.elapsed);
    report.add_test_suite(suite);
    report.to_string().expect("XML in memory")
}

fn case(checked: &Checked) -> TestCase {
    let verdict = checked.verdict();
    let status = match verdict {
        Verdict::Identical => TestCaseStatus::success(),
        Verdict::CouldNotRun => {
            failed(NonSuccessKind::Error, &verdict.to_string(), &brief(checked), &failure(checked))
        }
        _ => failed(NonSuccessKind::Failure, &verdict.to_string(), &brief(checked), &failure(checked)),
    };
    let mut case = TestCase::new(redact(&checked.name).into_owned(), status);
    // Names may be the same in two folders.
    let folder = checked.origin.parent().map(|folder| folder.display().to_string()).unwrap_or_default();
    case.set_classname(redact(&folder).into_owned()).set_time(checked.elapsed);
    case
}

/// What keeps a run from being a parity beside its recordings.
fn rest(run: &Run<'_>) -> Option<TestCase> {
    let unused = run.unused().into_iter().map(|index| {
        let allowance = &run.allowed.entries[index];
        format!("allowed and not needed: {allowance} ({})", allowance.reason)
    });
    let strays = run.summary.strays.iter().map(|stray| format!("belongs to no conversation: {stray}"));
    let text = redact(&strays.chain(unused).collect::<Vec<_>>().join("\n")).into_owned();
    let first = text.lines().next()?;
    let status = failed(NonSuccessKind::Failure, "left over", first, &text);
    let mut case = TestCase::new("what belongs to no recording", status);
    case.set_classname(NAME);
    Some(case)
}

fn failed(kind: NonSuccessKind, what: &str, brief: &str, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    let message = brief.lines().next().unwrap_or_default();
    status.set_type(what.to_owned()).set_message(message.to_owned()).set_description(text.to_owned());
    status
}
