//! Cases, one after the other and many at a time, until one goes wrong.

use super::cases::{Case, Cases, TOGETHER};
use super::examiner::{Examiner, Processes};
use super::law::{Law, differ_in_time_alone, unanswered};
use super::symptom::Symptom;
use crate::check::CheckOptions;
use crate::observe::Channel;
use crate::recording::{Recording, Retries};
use crate::replay::ReplayError;
use crate::report::Checked;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

/// One case in so many is replayed again where nothing else goes on.
const ALONE: u64 = 37;

/// What to look through.
#[derive(Clone, Debug)]
pub struct HuntOptions {
    /// What cases are checked with; `jobs` groups of them at a time.
    pub check: CheckOptions,
    /// The number of the first case.
    pub first: u64,
    /// How many there are to be.
    pub cases: u64,
    /// After how long no further one is begun.
    pub time: Duration,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default)]
pub struct HuntProgress {
    /// How many cases have been looked at.
    pub cases: u64,
    /// How many kinds of events app-servers have shown.
    pub kinds: usize,
    /// How many kinds of things have gone wrong.
    pub found: usize,
}

/// What came of it.
#[derive(Debug)]
pub struct Hunted {
    /// How many cases were looked at.
    pub cases: u64,
    /// How long that took.
    pub elapsed: Duration,
    /// The kinds of events that the first side showed, and in how many cases: `ResponseEvent`s where it shows them, else
    /// notifications.
    pub reached: BTreeMap<String, u64>,
    /// The first case for each thing that goes wrong, in their order.
    pub found: Vec<Found>,
    /// What app-servers sent that belongs to no conversation, and to no case.
    pub strays: Vec<String>,
}

/// A case that goes wrong.
#[derive(Debug)]
pub struct Found {
    /// The case.
    pub case: Case,
    /// What goes wrong in it and in no case before it.
    pub symptoms: Vec<Symptom>,
}

/// Checks cases: each for parity, that it tells the same as the first of its group, that the next turn is answered; and
/// some of them, that they show the same where nothing else goes on. Tells `on_progress` after each group.
///
/// What goes wrong in a case that waits for something must go wrong twice: a busy machine can make any wait too long.
///
/// Needs a tokio runtime.
///
/// # Errors
/// Those of [`Checker::start`](crate::check::Checker::start), and where an app-server does not end.
pub async fn hunt(
    cases: &Cases,
    options: &HuntOptions,
    mut on_progress: impl FnMut(HuntProgress),
) -> Result<Hunted, ReplayError> {
    let begun = Instant::now();
    let examiner = Examiner::start(&options.check, Processes::Shared, &[Law::Company]).await?;
    let hunter = Arc::new(Hunter { cases: cases.clone(), examiner });
    let mut waiting = groups(options.first..options.first.saturating_add(options.cases));
    let mut running = JoinSet::new();
    let mut bag = Bag::default();
    loop {
        while running.len() < options.check.jobs.max(1) && begun.elapsed() < options.time {
            let Some(numbers) = waiting.next() else { break };
            let hunter = Arc::clone(&hunter);
            running.spawn(async move { hunter.group(numbers).await });
        }
        let Some(done) = running.join_next().await else { break };
        // They are never aborted, so that they can only have panicked: a defect, to be shown as one.
        for looked in done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))? {
            bag.add(looked);
        }
        on_progress(bag.progress());
    }
    let strays = match Arc::into_inner(hunter) {
        Some(hunter) => hunter.examiner.finish().await?,
        None => Vec::new(),
    };
    Ok(bag.emptied(begun.elapsed(), strays))
}

/// The numbers, group by group.
fn groups(numbers: Range<u64>) -> impl Iterator<Item = Range<u64>> {
    let mut next = numbers.start;
    std::iter::from_fn(move || {
        let end = (next - next % TOGETHER).saturating_add(TOGETHER).min(numbers.end);
        let group = next..end;
        next = end;
        (!group.is_empty()).then_some(group)
    })
}

struct Hunter {
    cases: Cases,
    examiner: Examiner,
}

/// A case that was looked at.
struct Looked {
    case: Case,
    symptoms: Vec<Symptom>,
    shown: BTreeSet<String>,
}

impl Hunter {
    async fn group(&self, numbers: Range<u64>) -> Result<Vec<Looked>, ReplayError> {
        let (first, others) = self.cases.group(numbers.clone());
        let plainly = self.examiner.check_one(&first.recording).await?;
        let mut looked = Vec::new();
        if numbers.contains(&first.number) {
            looked.push(self.look_at(first, &plainly, &plainly).await?);
        }
        for case in others {
            let checked = self.examiner.check_one(&case.recording).await?;
            looked.push(self.look_at(case, &checked, &plainly).await?);
        }
        Ok(looked)
    }

    async fn look_at(&self, case: Case, checked: &Checked, plainly: &Checked) -> Result<Looked, ReplayError> {
        let mut symptoms = self.wrong_with(&case, checked, plainly).await?;
        if !symptoms.is_empty() && (waits(&case.recording) || differ_in_time_alone(plainly, checked)) {
            let checked = self.examiner.check_one(&case.recording).await?;
            let again = match case.law {
                Some(law) => {
                    let plainly = self.examiner.check_one(&law.plainly(&case.recording)).await?;
                    self.wrong_with(&case, &checked, &plainly).await?
                }
                None => self.wrong_with(&case, &checked, &checked).await?,
            };
            symptoms.retain(|symptom| again.contains(symptom));
        }
        Ok(Looked { shown: shown(checked), symptoms, case })
    }

    async fn wrong_with(
        &self,
        case: &Case,
        checked: &Checked,
        plainly: &Checked,
    ) -> Result<Vec<Symptom>, ReplayError> {
        let mut symptoms = Symptom::all_of(checked);
        if let Some(law) = case.law {
            symptoms.extend(law.broken_between(plainly, checked));
        }
        symptoms.extend(unanswered(&case.recording, checked));
        if case.number.is_multiple_of(ALONE) {
            symptoms.extend(self.examiner.broken(Law::Company, &case.recording, checked).await?);
        }
        Ok(symptoms)
    }
}

/// Whether its replay waits for time to pass.
fn waits(recording: &Recording) -> bool {
    let provider = &recording.provider;
    let retries = [provider.request_max_retries, provider.stream_max_retries];
    provider.stream_idle_timeout_ms.is_some() || retries != [Retries::Times(0); 2]
}

/// The kinds of events that the first side showed.
fn shown(checked: &Checked) -> BTreeSet<String> {
    let Some(first) = checked.result.as_ref().ok().and_then(|compared| compared.seen.first()) else {
        return BTreeSet::new();
    };
    let labels = |channel| first.observation.channel(channel).iter().map(|observed| observed.label.as_str());
    let events: BTreeSet<String> = labels(Channel::ResponseEvents).map(str::to_owned).collect();
    if !events.is_empty() {
        return events;
    }
    let kind = |label: &str| label.split(" #").next().unwrap_or_default().to_owned();
    labels(Channel::Notifications).map(kind).collect()
}

/// What was looked at so far.
#[derive(Default)]
struct Bag {
    cases: u64,
    reached: BTreeMap<String, u64>,
    /// The first case for each symptom.
    found: BTreeMap<Symptom, Arc<Looked>>,
}

impl Bag {
    fn add(&mut self, looked: Looked) {
        self.cases += 1;
        for kind in &looked.shown {
            *self.reached.entry(kind.clone()).or_default() += 1;
        }
        let looked = Arc::new(looked);
        for symptom in &looked.symptoms {
            let first = self.found.entry(symptom.clone()).or_insert_with(|| Arc::clone(&looked));
            if looked.case.number < first.case.number {
                *first = Arc::clone(&looked);
            }
        }
    }

    fn progress(&self) -> HuntProgress {
        HuntProgress { cases: self.cases, kinds: self.reached.len(), found: self.found.len() }
    }

    fn emptied(self, elapsed: Duration, strays: Vec<String>) -> Hunted {
        let mut by_case = BTreeMap::<u64, Found>::new();
        for (symptom, looked) in self.found {
            let Looked { case, .. } = &*looked;
            let new = || Found { case: case.clone(), symptoms: Vec::new() };
            by_case.entry(case.number).or_insert_with(new).symptoms.push(symptom);
        }
        let found = by_case.into_values().collect();
        Hunted { cases: self.cases, elapsed, reached: self.reached, found, strays }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_whole_where_they_can_be() {
        let all: Vec<_> = groups(3..14).collect();
        assert_eq!(all, [3..4, 4..8, 8..12, 12..14]);
        assert_eq!(groups(5..5).count(), 0);
    }
}
