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
use std::path::{Path, PathBuf};
use std::thread::{self, ScopedJoinHandle};
use std::{fs, io};

/// How many recordings are looked at at once.
const AT_ONCE: usize = 8;

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
    let (found, mut findings) = search(paths);
    let files: Vec<PathBuf> = found.iter().map(|found| found.path.clone()).collect();
    let mut looked = Vec::with_capacity(found.len());
    for result in look_at_all(found)? {
        match result {
            Ok(one) => looked.push(one),
            Err(problems) => findings.extend(problems.into_iter().map(unreadable)),
        }
    }
    tell_duplicates(&mut looked);
    let recordings = looked.len();
    for Looked { recording, findings: own, .. } in looked {
        findings.extend(without_allowed(&recording, own));
    }
    findings.extend(attributes::check(&files));
    // Those of one path stay in the order in which they were made: that of the events.
    findings.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(LintReport { recordings, findings })
}

/// Every recording once, and what is wrong around them.
fn search(paths: &[impl AsRef<Path>]) -> (Vec<Found>, Vec<Finding>) {
    let (mut all, mut findings) = (Vec::new(), Vec::new());
    let mut seen = BTreeSet::new();
    for path in paths {
        let Survey { found, problems, strays } = survey(path.as_ref());
        findings.extend(problems.into_iter().map(unreadable));
        findings.extend(strays.into_iter().map(orphan));
        // One that several paths lead to is no duplicate of itself.
        let is_new = |found: &Found| seen.insert(fs::canonicalize(&found.path).unwrap_or(found.path.clone()));
        all.extend(found.into_iter().filter(is_new));
    }
    (all, findings)
}

/// Looks at several at once, for most of the time goes by waiting for the disk; they stay in their order.
fn look_at_all(found: Vec<Found>) -> io::Result<Vec<Result<Looked, Vec<LoadError>>>> {
    let share = found.len().div_ceil(AT_ONCE).max(1);
    let scratches = found.chunks(share).map(|_| tempfile::tempdir()).collect::<io::Result<Vec<_>>>()?;
    let looked = thread::scope(|scope| {
        let workers = found.chunks(share).zip(&scratches).map(|(share, scratch)| {
            scope.spawn(|| share.iter().map(|found| Looked::at(found, scratch.path())).collect::<Vec<_>>())
        });
        let workers: Vec<_> = workers.collect();
        workers.into_iter().flat_map(joined).collect()
    });
    Ok(looked)
}

/// What a worker leaves behind; where it panicked, so does this.
fn joined<T>(worker: ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// A recording and what was found in it so far.
struct Looked {
    found: Found,
    recording: Recording,
    findings: Vec<Finding>,
}

impl Looked {
    fn at(found: &Found, scratch: &Path) -> Result<Looked, Vec<LoadError>> {
        let recording = found.examine()?;
        let mut findings = lint_recording(&recording);
        findings.extend(undescribed(&found.path, &recording));
        findings.extend(not_the_same_again(&recording, scratch));
        Ok(Looked { found: found.clone(), recording, findings })
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
    let again = scratch.join("again");
    let error = write(recording, &again, Existing::Replace).err()?.to_string();
    // Where it was written means nothing to anybody.
    let error = error.replace(&again.display().to_string(), "the copy");
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
