//! Recording, from the first request to the verdict.

use super::report::{say, tell, told, verdict_status, verdict_told};
use super::{RecordArgs, Who};
use crate::check::{CheckOptions, Side, both_paths, check_all};
use crate::cli::exit::{COULD_NOT_RUN, USAGE, fail};
use crate::cli::signals::Signals;
use crate::record::{
    About, Finished, Journal, JournalError, ListenAddress, ProxyOptions, RecordError, RecordingProxy,
    TurnOptions, UpstreamUrl, record_turns, recover,
};
use crate::recording::{Existing, WriteError, check_place, load};
use crate::replay::ReplayError;
use crate::report::{Summary, counted};
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// How long the ends of answers are awaited once the app-server has all that it wants.
const LAST_ENDS: Duration = Duration::from_secs(5);

/// Why an exchange is cut that has not ended by itself.
const ENDED: &str = "the recorder was ended";

/// Why recording was over.
enum Over {
    /// Everything that was to be recorded was.
    Done,
    /// Somebody pressed Ctrl-C.
    Interrupted,
    /// It could not go on; what was recorded until then is kept.
    Failed(String),
}

impl RecordArgs {
    /// Makes a recording of what a killed recorder left.
    pub(super) async fn recover(&self, target: &Path) -> ExitCode {
        let begun = Instant::now();
        let mut signals = match Signals::listen() {
            Ok(signals) => signals,
            Err(error) => return fail(COULD_NOT_RUN, error),
        };
        match recover(target, target, self.existing()) {
            Ok(finished) => self.conclude(&finished, &Over::Done, begun, &mut signals).await,
            Err(error) => failed(&error),
        }
    }

    pub(super) async fn record(&self, upstream: UpstreamUrl, target: &Path, who: Who) -> ExitCode {
        let begun = Instant::now();
        let about = self.about(&upstream, &who);
        let (proxy, mut signals) = match self.begin(upstream, target, &who, &about).await {
            Ok(begun) => begun,
            Err(status) => return status,
        };
        let over = match &who {
            Who::AppServer(words) => self.ask(&proxy, words, &mut signals).await,
            Who::Anybody(_) => self.serve(&proxy, &mut signals).await,
        };
        let finished = proxy.finish(ENDED, target, &about, self.existing());
        if let Err(RecordError::Write(_)) = &finished {
            tell(&format!(
                "what was recorded is kept beside {0}; once it can be written, `responses-parity record --recover {0}` does so",
                target.display()
            ));
        }
        match (finished, over) {
            (Ok(finished), over) => self.conclude(&finished, &over, begun, &mut signals).await,
            (Err(error), Over::Failed(problem)) => fail(COULD_NOT_RUN, format!("{problem}\n{error}")),
            (Err(error), _) => failed(&error),
        }
    }

    /// Everything that can be refused is refused before anybody is asked for anything.
    async fn begin(
        &self,
        upstream: UpstreamUrl,
        target: &Path,
        who: &Who,
        about: &About,
    ) -> Result<(RecordingProxy, Signals), ExitCode> {
        check_place(target, self.existing()).map_err(|error| failed(&error.into()))?;
        let api_key = self.api_key().map_err(|problem| fail(USAGE, problem))?;
        let signals = Signals::listen().map_err(|error| fail(COULD_NOT_RUN, error))?;
        keep_leftover(target)?;
        let options = ProxyOptions {
            listen: if let Who::Anybody(address) = who { *address } else { ListenAddress::any_port() },
            upstream,
            api_key,
            longest_silence: self.longest_silence(),
            journal: Some(Journal::create(target, about).map_err(|error| failed(&error.into()))?),
        };
        let proxy = RecordingProxy::start(options).await.map_err(|error| failed(&error))?;
        Ok((proxy, signals))
    }

    /// Has an app-server ask the upstream.
    async fn ask(&self, proxy: &RecordingProxy, words: &[String], signals: &mut Signals) -> Over {
        let command = match self.app_server() {
            Ok(command) => command,
            Err(error) => return Over::Failed(format!("this program's own path is unknown: {error}")),
        };
        let options = TurnOptions {
            side: Side { dialect: self.protocol.0, ..Side::of_path(command, self.path) },
            model: self.model.clone(),
            longest_silence: self.longest_silence(),
            deadlines: self.deadlines(),
        };
        // It outlives what follows: once it is dropped, the app-server is gone, and every exchange with it.
        let mut asking = pin!(record_turns(proxy, words, &options));
        let turns = tokio::select! {
            turns = &mut asking => turns,
            () = signals.any() => {
                proxy.cut(ENDED);
                return Over::Interrupted;
            }
            () = proxy.stopped() => return Over::Done,
        };
        proxy.settled(LAST_ENDS).await;
        match turns {
            Ok(ended) => match ended.iter().position(|end| !end.is_an_end()) {
                None => Over::Done,
                Some(turn) => Over::Failed(format!("turn {} did not end", turn + 1)),
            },
            Err(error) => Over::Failed(error.to_string()),
        }
    }

    /// Serves whoever comes, and tells of every exchange.
    async fn serve(&self, proxy: &RecordingProxy, signals: &mut Signals) -> Over {
        let until = match self.exchanges {
            Some(1) => "an exchange is recorded, or Ctrl-C".to_owned(),
            Some(exchanges) => format!("{exchanges} exchanges are recorded, or Ctrl-C"),
            None => "Ctrl-C".to_owned(),
        };
        say(&format!("recording at {} until {until}", proxy.base_url()));
        for number in 0..self.exchanges.unwrap_or(usize::MAX) {
            tokio::select! {
                () = proxy.ended(number + 1) => {}
                () = proxy.stopped() => return Over::Done,
                () = signals.any() => return Over::Done,
            }
            if let Some((exchange, summary)) = proxy.nth_ended(number) {
                say(&format!("exchange {}: {summary}", exchange + 1));
            }
        }
        Over::Done
    }

    /// Loads what was written and replays it against itself: a recording that does not replay is of no use, and the
    /// moment to learn that is now.
    async fn conclude(
        &self,
        finished: &Finished,
        over: &Over,
        begun: Instant,
        signals: &mut Signals,
    ) -> ExitCode {
        say(&told(finished, begun.elapsed()));
        let verdict = tokio::select! {
            verdict = self.verify(finished) => verdict,
            () = signals.any() => Err("interrupted before it was replayed".to_owned()),
        };
        let status = match &verdict {
            Ok(summary) => verdict_status(summary),
            Err(_) => COULD_NOT_RUN,
        };
        say(&verdict.as_ref().map_or_else(String::clone, verdict_told));
        match (over, &finished.fault) {
            (_, Some(fault)) => fail(COULD_NOT_RUN, fault),
            (Over::Failed(problem), None) => fail(COULD_NOT_RUN, problem),
            (Over::Interrupted, None) => fail(COULD_NOT_RUN, "interrupted before everything was said"),
            (Over::Done, None) => ExitCode::from(status),
        }
    }

    async fn verify(&self, finished: &Finished) -> Result<Summary, String> {
        let recording = load(&finished.path, &finished.recording.name).map_err(|error| error.to_string())?;
        let command = self.app_server().map_err(|error| error.to_string())?;
        let sides = both_paths(command.clone());
        let sides = sides.into_iter().map(|side| Side { dialect: self.protocol.0, ..side }).collect();
        let mut options = CheckOptions::new(sides);
        let recordings = [recording];
        let checked = match check_all(&recordings, &options, |_| ()).await {
            // Most app-servers have none.
            Err(ReplayError::NoDelegatedPath { .. }) if self.app_server.is_some() => {
                options.sides.truncate(1);
                check_all(&recordings, &options, |_| ()).await
            }
            checked => checked,
        };
        checked.map_err(|error| error.to_string())
    }
}

/// What a recorder left behind at this place that was killed becomes a recording of its own.
fn keep_leftover(target: &Path) -> Result<(), ExitCode> {
    let to = free_name(target);
    match recover(target, &to, Existing::Refuse) {
        Ok(kept) => {
            let exchanges = counted(kept.recording.exchanges.len(), "exchange");
            tell(&format!(
                "an earlier recorder was killed here; what it had is in {} ({exchanges})",
                to.display()
            ));
            Ok(())
        }
        Err(RecordError::Journal(JournalError::Missing { .. }) | RecordError::Nothing(_)) => Ok(()),
        Err(error) => Err(failed(&error)),
    }
}

fn free_name(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let numbered = (2..).map(|number| format!("{name}-recovered-{number}"));
    let names = std::iter::once(format!("{name}-recovered")).chain(numbered);
    names
        .map(|name| target.with_file_name(name))
        .find(|path| !path.exists())
        .unwrap_or_else(|| target.to_owned())
}

/// What is wrong with the arguments is usage; everything else could not run.
fn failed(error: &RecordError) -> ExitCode {
    let status = match error {
        RecordError::Write(
            WriteError::Exists { .. } | WriteError::NoPlace { .. } | WriteError::NoRecording { .. },
        )
        | RecordError::Journal(JournalError::Missing { .. } | JournalError::NoName { .. })
        | RecordError::Itself { .. } => USAGE,
        _ => COULD_NOT_RUN,
    };
    match error {
        RecordError::Write(WriteError::Exists { .. }) => fail(status, format!("{error} (--force)")),
        RecordError::Write(WriteError::NoPlace { .. }) => fail(status, format!("-o {error}")),
        _ => fail(status, error),
    }
}
