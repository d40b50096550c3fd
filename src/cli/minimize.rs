//! `responses-parity minimize`.

use super::exit::{COULD_NOT_RUN, FAILED, USAGE, fail, printed};
use super::progress::Rounds;
use super::subject::SubjectArgs;
use crate::hunt::{MinimizeOptions, Minimized, Minimizing, Processes, Size, Symptom, minimize};
use crate::recording::{Existing, Recording, WriteError, check_place, discover, write};
use crate::report::{failure, printable};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

#[derive(Debug, Args)]
pub(super) struct MinimizeArgs {
    /// A recording that goes wrong
    #[arg(value_name = "RECORDING")]
    recording: PathBuf,
    /// The folder of the new recording, which must not be there yet; `minimized/NAME` unless given
    #[arg(short, long, alias = "out", value_name = "FOLDER")]
    output: Option<PathBuf>,
    #[command(flatten)]
    subject: SubjectArgs,
    /// How long to look for something smaller
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..))]
    seconds: u64,
}

impl MinimizeArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
What stays wrong is the first kind of place where the sides differ; where none does, what kept the
replay from proving anything, or what failed. Bytes of events that stay are never written anew, save
for JSON that lost something.

Examples:
  responses-parity minimize recordings/new/thing
  responses-parity minimize thing.sse -o recordings/events/thing \\
      --app-server 'codex app-server'
  responses-parity minimize thing.sse --app-server 'old/codex app-server' \\
      --against 'new/codex app-server'

Exit status:
  0  nothing is wrong with the recording
  1  something is: the smallest recording that shows it was saved
  2  usage: an argument or a recording cannot be read, or the folder is taken
  3  could not run: an app-server or the harness itself failed, or what was wrong once was not wrong again";

    pub(super) fn run(self) -> ExitCode {
        let recording = match self.load() {
            Ok(recording) => recording,
            Err(error) => return fail(USAGE, error),
        };
        let folder = self.folder(&recording);
        // Said before the work, and not after it.
        if let Err(error) = check_place(&folder, Existing::Refuse) {
            return fail(USAGE, unfit(&error));
        }
        let options = match self.subject.options() {
            Ok(check) => MinimizeOptions { check, laws: Vec::new(), time: Duration::from_secs(self.seconds) },
            Err(error) => return fail(COULD_NOT_RUN, error),
        };
        let runtime = match tokio::runtime::Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return fail(COULD_NOT_RUN, error),
        };
        let rounds = Rounds::new();
        let done = runtime.block_on(minimize(&recording, &options, |progress| rounds.show(&progress)));
        rounds.finish();
        match done {
            Ok(Minimizing::Done(minimized)) => self.save(&minimized, &folder),
            Ok(Minimizing::NothingWrong) => printed(self.tell_nothing_wrong(), 0),
            Ok(Minimizing::Unsteady(symptoms)) => fail(COULD_NOT_RUN, unsteady(&symptoms)),
            Err(error) => fail(COULD_NOT_RUN, error),
        }
    }

    fn load(&self) -> Result<Recording, String> {
        let found = discover(&self.recording).map_err(|error| error.to_string())?;
        match found.as_slice() {
            [one] => one.load().map_err(|error| error.to_string()),
            several => Err(format!(
                "{} holds {} recordings; name one of them, such as {}",
                self.recording.display(),
                several.len(),
                several[0].path.display()
            )),
        }
    }

    fn folder(&self, recording: &Recording) -> PathBuf {
        let name = recording.origin.file_stem().unwrap_or_default();
        self.output.clone().unwrap_or_else(|| Path::new("minimized").join(name))
    }

    fn save(&self, minimized: &Minimized, folder: &Path) -> ExitCode {
        match write(&minimized.recording, folder, Existing::Refuse) {
            Ok(()) => printed(tell(minimized, folder, &self.subject.check_again(folder, &[])), FAILED),
            Err(error) => fail(COULD_NOT_RUN, format!("the recording could not be saved: {error}")),
        }
    }

    fn tell_nothing_wrong(&self) -> std::io::Result<()> {
        let recording = printable(&self.recording.display().to_string());
        writeln!(std::io::stdout().lock(), "{recording}: nothing is wrong with it")
    }
}

fn unsteady(symptoms: &[Symptom]) -> String {
    let symptoms = symptoms.iter().map(|symptom| format!("\n  {}", printable(&symptom.to_string())));
    format!(
        "what is wrong is not wrong every time, so that nothing smaller can be told by it:{}\n  next: `check --repeat 10` shows what a side does not do every time",
        symptoms.collect::<String>()
    )
}

fn unfit(error: &WriteError) -> String {
    match error {
        WriteError::Exists { path } => {
            format!("{} is there already; name another folder with -o", path.display())
        }
        _ => format!("-o {error}"),
    }
}

fn tell(minimized: &Minimized, folder: &Path, again: &str) -> std::io::Result<()> {
    let Minimized { recording, before, checks, is_smallest, processes, checked, .. } = minimized;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{}", failure(checked))?;
    writeln!(out, "before: {before}")?;
    writeln!(out, "now:    {}, after {checks} checks", Size::of(recording))?;
    if !is_smallest {
        writeln!(out, "The time was over; with more --seconds it may become smaller.")?;
    }
    if *processes == Processes::New {
        writeln!(out, "It goes wrong in new processes only: in their first conversation, or at their end.")?;
    }
    writeln!(out, "saved:  {}", folder.display())?;
    writeln!(out, "more:   {again}")
}
