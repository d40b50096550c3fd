//! Checks recordings for their symptoms, many at once.

use super::law::{Law, differ_in_time_alone, unanswered};
use super::symptom::Symptom;
use crate::check::{CheckOptions, Checker};
use crate::recording::Recording;
use crate::replay::ReplayError;
use crate::report::{Checked, Failure};
use crate::session::SessionError;
use futures_util::{StreamExt, TryStreamExt};
use std::sync::Arc;
use tokio::sync::Mutex;

/// Which processes recordings are replayed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Processes {
    /// In the same ones, many conversations in each: fast.
    Shared,
    /// In new ones for every recording, for what an app-server does only to the first conversation, or only when it ends.
    New,
}

/// Checks recordings.
#[derive(Clone, Debug)]
pub(super) struct Examiner {
    options: CheckOptions,
    laws: Vec<Law>,
    shared: Option<Arc<Checker>>,
    quiet: Option<Arc<Quiet>>,
}

/// What came of one recording.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) checked: Checked,
    pub(super) symptoms: Vec<Symptom>,
}

impl Examiner {
    /// Looks for what breaks parity, or one of these laws.
    pub(super) async fn start(
        options: &CheckOptions,
        processes: Processes,
        laws: &[Law],
    ) -> Result<Examiner, ReplayError> {
        let options = CheckOptions { all_places: true, ..options.clone() };
        let shared = match processes {
            Processes::Shared => Some(Arc::new(Checker::start(&options).await?)),
            Processes::New => None,
        };
        let quiet = match laws.contains(&Law::Company) {
            true => Some(Arc::new(Quiet::start(&options).await?)),
            false => None,
        };
        Ok(Examiner { options, laws: laws.to_vec(), shared, quiet })
    }

    /// One by itself, whatever laws there are.
    pub(super) async fn check_one(&self, recording: &Recording) -> Result<Checked, ReplayError> {
        self.check(recording).await.map(|(checked, _)| checked)
    }

    /// One by itself.
    pub(super) async fn examine_one(&self, recording: &Recording) -> Result<Examined, ReplayError> {
        let (checked, strays) = self.check(recording).await?;
        let mut symptoms = Symptom::all_of(&checked);
        for law in &self.laws {
            symptoms.extend(self.broken(*law, recording, &checked).await?);
        }
        symptoms.extend(strays.iter().map(|stray| Symptom::stray(stray)));
        Ok(Examined { checked, symptoms })
    }

    /// In the order of the recordings, `options.jobs` of them at a time.
    pub(super) async fn examine(&self, recordings: Vec<Recording>) -> Result<Vec<Examined>, ReplayError> {
        let running = recordings.into_iter().map(|recording| {
            let examiner = self.clone();
            tokio::spawn(async move { examiner.examine_one(&recording).await })
        });
        let done = futures_util::stream::iter(running).buffered(self.options.jobs.max(1));
        // They are never aborted, so that they can only have panicked: a defect, to be shown as one.
        done.map(|done| done.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic())))
            .try_collect()
            .await
    }

    /// Where it breaks a law, given what a check of it came to. What differs in time alone must do so twice, as with the
    /// check itself.
    pub(super) async fn broken(
        &self,
        law: Law,
        recording: &Recording,
        checked: &Checked,
    ) -> Result<Vec<Symptom>, ReplayError> {
        let Some(other) = self.otherwise(law, recording).await? else {
            return Ok(if law == Law::NextTurn { unanswered(recording, checked) } else { Vec::new() });
        };
        let mut broken = law.broken_between(&other, checked);
        if differ_in_time_alone(&other, checked)
            && let Some(other) = self.otherwise(law, recording).await?
        {
            let again = law.broken_between(&other, &self.check_one(recording).await?);
            broken.retain(|symptom| again.contains(symptom));
        }
        Ok(broken)
    }

    /// What must come to the same: it told plainly, or where nothing else goes on.
    async fn otherwise(&self, law: Law, recording: &Recording) -> Result<Option<Checked>, ReplayError> {
        Ok(match (law, &self.quiet) {
            (Law::Cuts | Law::Spelling, _) => Some(self.check_one(&law.plainly(recording)).await?),
            (Law::Company, Some(quiet)) => Some(quiet.check(recording).await),
            (Law::Company, None) | (Law::NextTurn, _) => None,
        })
    }

    /// The check, and what was said that belongs to no conversation, where it is known whose fault that is.
    async fn check(&self, recording: &Recording) -> Result<(Checked, Vec<String>), ReplayError> {
        match &self.shared {
            Some(checker) => Ok((checker.check(recording).await, Vec::new())),
            None => in_new_processes(recording, &self.options).await,
        }
    }

    /// Ends the app-servers, and gives what they sent that belongs to no conversation.
    pub(super) async fn finish(self) -> Result<Vec<String>, SessionError> {
        let mut strays = match self.shared.and_then(Arc::into_inner) {
            Some(checker) => checker.finish().await?,
            None => Vec::new(),
        };
        if let Some(quiet) = self.quiet.and_then(Arc::into_inner) {
            strays.extend(quiet.checker.finish().await?);
        }
        Ok(strays)
    }
}

/// Processes in which one conversation goes on at a time.
#[derive(Debug)]
struct Quiet {
    checker: Checker,
    alone: Mutex<()>,
}

impl Quiet {
    async fn start(options: &CheckOptions) -> Result<Quiet, ReplayError> {
        let checker = Checker::start(&CheckOptions { jobs: 1, ..options.clone() }).await?;
        Ok(Quiet { checker, alone: Mutex::default() })
    }

    async fn check(&self, recording: &Recording) -> Checked {
        let _alone = self.alone.lock().await;
        self.checker.check(recording).await
    }
}

/// With what they said that belongs to no conversation.
async fn in_new_processes(
    recording: &Recording,
    options: &CheckOptions,
) -> Result<(Checked, Vec<String>), ReplayError> {
    let checker = Checker::start(&CheckOptions { jobs: 1, ..options.clone() }).await?;
    let mut checked = checker.check(recording).await;
    let strays = match checker.finish().await {
        Ok(strays) => strays,
        Err(error) => {
            if checked.result.is_ok() {
                let failure = Failure { side: "at the end".to_owned(), problem: error.to_string() };
                checked.result = Err(failure);
            }
            Vec::new()
        }
    };
    Ok((checked, strays))
}
