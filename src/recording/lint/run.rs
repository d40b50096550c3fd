//! All recordings at some paths.

use super::attributes;
use super::exceptions::without_allowed;
use super::finding::Finding;
use super::recording::lint_recording;
use super::rule::{LintRule, Severity};
use crate::recording::discover::{Found, Survey, survey};
use crate::recording::error::LoadError;
use crate::recording::files::exists;
use crate::recording::folder::MANIFEST;
use crate::recording::model::Recording;
use crate::recording::write::{Existing, write};
use bytes::Bytes;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

/// What a lint says of some recordings.
#[derive(Debug)]
pub struct LintReport {
    /// How many recordings were looked at.
    pub recordings: usize,
    /// What was found, by path.
    pub findings: Vec<Finding>,
}

impl LintReport {
    /// How many findings matter so much.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity() == severity).count()
    }
}

/// Looks at everything at and below some paths, and goes on after whatever is wrong.
///
/// What is wrong with a recording is a finding, also where it cannot be loaded.
///
/// # Errors
/// Where no temporary folder can be made, in which recordings are written to see whether they come back the same.
///
/// ```no_run
/// use responses_parity::recording::{Severity, lint};
///
/// let report = lint(&["recordings"])?;
/// for finding in &report.findings {
///     println!("{}: {finding}", finding.severity());
/// }
/// assert_eq!(report.count(Severity::Error), 0);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn lint(paths: &[impl AsRef<Path>]) -> io::Result<LintReport> {
    let mut looked = Vec::new();
    let mut findings = Vec::new();
    let mut seen = BTreeSet::new();
    let scratch = tempfile::tempdir()?;
    for path in paths {
        let Survey { found, problems, strays } = survey(path.as_ref());
        findings.extend(problems.into_iter().map(unreadable));
        findings.extend(strays.into_iter().map(orphan));
        for found in found {
            // One that several paths lead to is no duplicate of itself.
            if !seen.insert(found.path.canonicalize().unwrap_or_else(|_| found.path.clone())) {
                continue;
            }
            match found.examine() {
                Ok(recording) => looked.push(Looked::at(found, recording, scratch.path())),
                Err(problems) => findings.extend(problems.into_iter().map(unreadable)),
            }
        }
    }
    tell_duplicates(&mut looked);
    let recordings = looked.len();
    let paths: Vec<PathBuf> = looked.iter().map(|looked| looked.found.path.clone()).collect();
    for Looked { recording, findings: own, .. } in looked {
        findings.extend(without_allowed(&recording, own));
    }
    findings.extend(attributes::check(&paths));
    // Those of one path stay in the order in which they were made: that of the events.
    findings.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(LintReport { recordings, findings })
}

/// A recording and what was found in it so far.
struct Looked {
    found: Found,
    recording: Recording,
    findings: Vec<Finding>,
}

impl Looked {
    fn at(found: Found, recording: Recording, scratch: &Path) -> Looked {
        let mut findings = lint_recording(&recording);
        findings.extend(undescribed(&found.path, &recording));
        findings.extend(not_the_same_again(&recording, scratch));
        Looked { found, recording, findings }
    }
}

fn unreadable(problem: LoadError) -> Finding {
    let LoadError { path, line, problem } = problem;
    Finding { line, ..Finding::of_path(LintRule::Unreadable, path, problem) }
}

fn orphan(stray: PathBuf) -> Finding {
    Finding::of_path(LintRule::OrphanFile, stray, "belongs to no recording; move it away, or delete it")
}

/// Only a `recording.toml` has room for either.
fn undescribed(folder: &Path, recording: &Recording) -> Vec<Finding> {
    let manifest = folder.join(MANIFEST);
    if !exists(&manifest) {
        return Vec::new();
    }
    let wanted = [
        (LintRule::NoDescription, &recording.description, "has no description: what does it show?"),
        (LintRule::NoProvenance, &recording.provenance.kind, "has no [provenance]: where does it come from?"),
    ];
    let missing = wanted.into_iter().filter(|(_, text, _)| text.trim().is_empty());
    missing.map(|(rule, _, problem)| Finding::of_path(rule, manifest.clone(), problem)).collect()
}

/// Writing checks by itself that what it wrote loads as what was to be written.
fn not_the_same_again(recording: &Recording, scratch: &Path) -> Option<Finding> {
    let error = write(recording, &scratch.join("again"), Existing::Replace).err()?;
    let problem = format!("is not the same once it is written and loaded again: {error}");
    Some(Finding::of_path(LintRule::RoundTrip, recording.origin.clone(), problem))
}

/// Two recordings of which a replay is the same prove the same.
fn tell_duplicates(looked: &mut [Looked]) {
    let mut by_bodies = BTreeMap::<Vec<Bytes>, Vec<usize>>::new();
    for index in 0..looked.len() {
        let bodies = looked[index].recording.exchanges.iter().map(|exchange| exchange.body.clone());
        let alike = by_bodies.entry(bodies.collect()).or_default();
        let first = alike.iter().find(|first| is_same_replay(&looked[**first], &looked[index]));
        if let Some(first) = first {
            let problem =
                format!("has the same turns and answers as {}", looked[*first].found.path.display());
            let path = looked[index].found.path.clone();
            looked[index].findings.push(Finding::of_path(LintRule::Duplicate, path, problem));
        }
        alike.push(index);
    }
}

fn is_same_replay(left: &Looked, right: &Looked) -> bool {
    let (left, right) = (&left.recording, &right.recording);
    left.turns == right.turns && left.provider == right.provider && left.exchanges == right.exchanges
}
