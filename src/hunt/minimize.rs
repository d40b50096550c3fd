//! The smallest recording that still goes wrong in the same way.

use super::examiner::{Examined, Examiner, Processes};
use super::law::Law;
use super::oracle::Oracle;
use super::reduce::reduce;
use super::size::Size;
use super::symptom::Symptom;
use crate::check::CheckOptions;
use crate::observe::Channel;
use crate::recording::{Provenance, Recording};
use crate::replay::ReplayError;
use crate::report::Checked;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How to look for something smaller.
#[derive(Clone, Debug)]
pub struct MinimizeOptions {
    /// What a recording is checked with; `jobs` of them at a time.
    pub check: CheckOptions,
    /// What must hold on each side beside parity.
    pub laws: Vec<Law>,
    /// How long to go on. After that, the smallest that was found so far has to do.
    pub time: Duration,
}

/// What came of it.
#[derive(Debug)]
pub enum Minimizing {
    /// Nothing is wrong with the recording.
    NothingWrong,
    /// Something was wrong with it once and not again, in the same processes and in new ones.
    Unsteady(Vec<Symptom>),
    /// It is as small as could be had.
    Done(Box<Minimized>),
}

/// A recording that still goes wrong.
#[derive(Debug)]
pub struct Minimized {
    /// The smallest one. Its provenance says what it was made from, and what goes wrong.
    pub recording: Recording,
    /// What goes wrong with it, as with the one it was made from.
    pub symptom: Symptom,
    /// How large that one was.
    pub before: Size,
    /// How many recordings were checked on the way.
    pub checks: usize,
    /// Whether nothing could be left out in the end; else the time was over.
    pub is_smallest: bool,
    /// The processes it takes.
    pub processes: Processes,
    /// What a check of the smallest one shows.
    pub checked: Checked,
}

/// How far it is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// How many recordings have been checked.
    pub checks: usize,
    /// The smallest one so far that goes wrong.
    pub smallest: Size,
}

/// Makes `recording` as small as it can be while it goes wrong in the same way, and tells `on_progress` of every round.
///
/// That is the first kind of place where the sides differ: in the same channel, in the same kind of entry, at the same
/// path, whatever the values. Where none does, it is what kept the replay from proving anything, or what failed. What
/// is made smaller must bring no trouble of its own: a recording is refused that leaves requests unanswered, or is not
/// asked for, where the one it was made of did neither.
///
/// What happens only in new processes (to the first conversation of each, or at their end) is looked for there.
///
/// Needs a tokio runtime.
///
/// # Errors
/// Those of [`Checker::start`](crate::check::Checker::start).
pub async fn minimize(
    recording: &Recording,
    options: &MinimizeOptions,
    on_progress: impl FnMut(Progress),
) -> Result<Minimizing, ReplayError> {
    let begun = Instant::now();
    let mut seen = Vec::new();
    for processes in [Processes::Shared, Processes::New] {
        let examiner = Examiner::start(&options.check, processes, &options.laws).await?;
        let known = Known::of(&examiner, recording, &mut seen).await?;
        if let Some(known) = known {
            let mut witness = Witness {
                examiner: &examiner,
                over: begun + options.time,
                cut_short: false,
                progress: Progress { checks: 2, smallest: Size::of(recording) },
                on_progress,
                known,
            };
            let requests = requests_of_turns(&witness.known.checked);
            let smallest = reduce(recording.clone(), &requests, &mut witness).await?;
            let minimized = witness.conclude(recording, smallest, processes).await?;
            // It is known what is wrong. An app-server that does not end well adds nothing to that.
            let _ = examiner.finish().await;
            return Ok(Minimizing::Done(Box::new(minimized)));
        }
        let _ = examiner.finish().await;
    }
    Ok(if seen.is_empty() { Minimizing::NothingWrong } else { Minimizing::Unsteady(seen) })
}

/// What is known of the recording as it was.
struct Known {
    /// What is wrong with it every time.
    symptom: Symptom,
    /// Everything that is.
    symptoms: Vec<Symptom>,
    checked: Checked,
}

impl Known {
    /// What is wrong with it twice, if anything is. All that was seen is added to `seen`.
    async fn of(
        examiner: &Examiner,
        recording: &Recording,
        seen: &mut Vec<Symptom>,
    ) -> Result<Option<Known>, ReplayError> {
        let once = examiner.examine_one(recording).await?;
        let Examined { checked, symptoms } = examiner.examine_one(recording).await?;
        for symptom in once.symptoms.iter().chain(&symptoms) {
            if !seen.contains(symptom) {
                seen.push(symptom.clone());
            }
        }
        let steady = once.symptoms.into_iter().find(|symptom| symptoms.contains(symptom));
        Ok(steady.map(|symptom| Known { symptom, symptoms, checked }))
    }

    /// Whether the same is wrong, and no trouble is new. Other divergences are welcome: each may be the same defect.
    fn is_shown_by(&self, symptoms: &[Symptom]) -> bool {
        let is_new = |symptom: &Symptom| !symptom.is_divergence() && !self.symptoms.contains(symptom);
        symptoms.contains(&self.symptom) && !symptoms.iter().any(is_new)
    }
}

/// How many requests each turn took, where the first side shows that.
fn requests_of_turns(checked: &Checked) -> Vec<usize> {
    let Ok(compared) = &checked.result else { return Vec::new() };
    let outcome = compared.seen.first().map(|seen| seen.observation.channel(Channel::Outcome));
    let values = outcome.unwrap_or_default().iter().map(|observed| observed.value.value());
    values.filter_map(|value| value.get("requests")?.as_u64()?.try_into().ok()).collect()
}

/// Knows what is wrong, and sees whether it still is.
struct Witness<'a, F> {
    examiner: &'a Examiner,
    known: Known,
    over: Instant,
    cut_short: bool,
    progress: Progress,
    on_progress: F,
}

impl<F: FnMut(Progress)> Oracle<Recording> for Witness<'_, F> {
    type Error = ReplayError;

    async fn hold(&mut self, candidates: Vec<Recording>) -> Result<Vec<bool>, ReplayError> {
        if Instant::now() >= self.over {
            self.cut_short = true;
            return Ok(vec![false; candidates.len()]);
        }
        let sizes: Vec<Size> = candidates.iter().map(Size::of).collect();
        self.progress.checks += candidates.len();
        let examined = self.examiner.examine(candidates).await?;
        let holds: Vec<bool> =
            examined.iter().map(|examined| self.known.is_shown_by(&examined.symptoms)).collect();
        let holding = sizes.into_iter().zip(&holds).filter(|(_, holds)| **holds).map(|(size, _)| size);
        self.progress.smallest =
            holding.fold(
                self.progress.smallest,
                |smallest, size| {
                    if size.bytes < smallest.bytes { size } else { smallest }
                },
            );
        (self.on_progress)(self.progress);
        Ok(holds)
    }
}

impl<F> Witness<'_, F> {
    async fn conclude(
        self,
        original: &Recording,
        smallest: Recording,
        processes: Processes,
    ) -> Result<Minimized, ReplayError> {
        let symptom = self.known.symptom;
        let recording = Recording {
            origin: PathBuf::new(),
            description: symptom.to_string(),
            // What loading added is one of its own exchanges now.
            added: 0,
            provenance: provenance(original, processes),
            ..smallest
        };
        let Examined { checked, .. } = self.examiner.examine_one(&recording).await?;
        Ok(Minimized {
            recording,
            symptom,
            before: Size::of(original),
            checks: self.progress.checks + 1,
            is_smallest: !self.cut_short,
            processes,
            checked,
        })
    }
}

/// What the smallest recording was made from.
fn provenance(original: &Recording, processes: Processes) -> Provenance {
    let Recording { name, origin, provenance, .. } = original;
    let on_disk = Some(origin.display().to_string()).filter(|path| !path.is_empty());
    let source = on_disk.or_else(|| provenance.source.clone()).unwrap_or_else(|| name.clone());
    let mut notes = vec![format!("Made from {}.", Size::of(original))];
    if processes == Processes::New {
        notes.push("To be seen in new processes only.".to_owned());
    }
    notes.extend(provenance.notes.clone());
    Provenance { kind: "minimized".to_owned(), source: Some(source), notes: Some(notes.join(" ")) }
}
