//! Checks recordings for their symptoms, many at once.

use super::symptom::Symptom;
use crate::check::{CheckOptions, Checker};
use crate::recording::Recording;
use crate::replay::ReplayError;
use crate::report::{Checked, Failure};
use futures_util::{StreamExt, TryStreamExt};
use std::sync::Arc;

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
    shared: Option<Arc<Checker>>,
}

/// What came of one recording.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) checked: Checked,
    pub(super) symptoms: Vec<Symptom>,
}

impl Examiner {
    pub(super) async fn start(options: &CheckOptions, processes: Processes) -> Result<Examiner, ReplayError> {
        let options = CheckOptions { all_places: true, ..options.clone() };
        let shared = match processes {
            Processes::Shared => Some(Arc::new(Checker::start(&options).await?)),
            Processes::New => None,
        };
        Ok(Examiner { options, shared })
    }

    /// One by itself.
    pub(super) async fn examine_one(&self, recording: &Recording) -> Result<Examined, ReplayError> {
        match &self.shared {
            Some(checker) => Ok(examined(checker.check(recording).await)),
            None => in_new_processes(recording, self.options.clone()).await,
        }
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

    /// Ends the app-servers. One that does not end has nothing more to spoil.
    pub(super) async fn finish(self) {
        if let Some(checker) = self.shared.and_then(Arc::into_inner) {
            let _ = checker.finish().await;
        }
    }
}

fn examined(checked: Checked) -> Examined {
    let symptoms = Symptom::all_of(&checked);
    Examined { checked, symptoms }
}

/// With what they said that belongs to no conversation: here it is known whose fault that is.
async fn in_new_processes(recording: &Recording, options: CheckOptions) -> Result<Examined, ReplayError> {
    let checker = Checker::start(&CheckOptions { jobs: 1, ..options }).await?;
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
    let mut examined = examined(checked);
    examined.symptoms.extend(strays.iter().map(|stray| Symptom::stray(stray)));
    Ok(examined)
}
