//! From the tape to the disk.

use super::credentials::Credentials;
use super::error::RecordError;
use super::journal::{JournalError, leftover};
use super::proxy::RecordingProxy;
use super::recorded::{self, About};
use super::summary::ExchangeSummary;
use super::tape::Reel;
use crate::recording::{Existing, Recording, Removed, scrub_knowing, write};
use std::path::{Path, PathBuf};

/// A recording that was written.
#[derive(Debug)]
pub struct Finished {
    /// Where.
    pub path: PathBuf,
    /// What, as it was written.
    pub recording: Recording,
    /// The secrets that were removed before.
    pub removed: Vec<Removed>,
    /// Its exchanges, in numbers.
    pub exchanges: Vec<ExchangeSummary>,
    /// Why recording ended before anybody ended it, where it did: the disk was full.
    pub fault: Option<String>,
    /// Requests that were passed on and are no part of it, as `GET /v1/models`.
    pub others: Vec<String>,
}

impl RecordingProxy {
    /// Ends the recording and writes it to `target`. What has not ended is cut here, for the reason `why`.
    ///
    /// # Errors
    /// [`RecordError::Nothing`] where nothing was recorded; [`RecordError::Write`] where it cannot be written. The
    /// journal is still there then, and [`recover`] makes it a recording.
    pub fn finish(
        self,
        why: &str,
        target: &Path,
        about: &About,
        existing: Existing,
    ) -> Result<Finished, RecordError> {
        self.cut(why);
        let tape = self.tape();
        let (reel, fault, journal) = (tape.reel(), tape.fault(), tape.take_journal());
        let written = write_reel(&reel, &tape.known_credentials(), target, about, existing);
        if !matches!(written, Err(RecordError::Write(_)))
            && let Some(journal) = journal
        {
            journal.discard()?;
        }
        let Written { recording, exchanges, removed } = written?;
        Ok(Finished { path: target.to_owned(), recording, exchanges, removed, fault, others: reel.others })
    }
}

/// Makes the journal that a recorder left beside `target` a recording, at `to`.
///
/// # Errors
/// [`JournalError::Missing`] where there is none, [`JournalError::InUse`] where its recorder still lives,
/// [`RecordError::Nothing`] where it holds nothing (it is removed then), [`RecordError::Write`].
pub fn recover(target: &Path, to: &Path, existing: Existing) -> Result<Finished, RecordError> {
    let Some(left) = leftover(target)? else {
        return Err(JournalError::Missing { path: target.to_owned() }.into());
    };
    let written = write_reel(&left.reel, &Credentials::default(), to, &left.about, existing);
    let others = left.reel.others.clone();
    if !matches!(written, Err(RecordError::Write(_))) {
        left.discard()?;
    }
    let Written { recording, exchanges, removed } = written?;
    Ok(Finished { path: to.to_owned(), recording, exchanges, removed, fault: None, others })
}

struct Written {
    recording: Recording,
    exchanges: Vec<ExchangeSummary>,
    removed: Vec<Removed>,
}

fn write_reel(
    reel: &Reel,
    credentials: &Credentials,
    to: &Path,
    about: &About,
    existing: Existing,
) -> Result<Written, RecordError> {
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let mut recording = recorded::recording(reel, about, &name)?;
    let removed = scrub_knowing(&mut recording, credentials.iter());
    write(&recording, to, existing)?;
    let kept = reel.takes.iter().filter(|take| !take.is_unknown());
    Ok(Written { recording, exchanges: kept.map(ExchangeSummary::of).collect(), removed })
}
