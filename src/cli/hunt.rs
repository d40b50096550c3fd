//! `responses-parity hunt`.

use super::carried::{Carried, load_share};
use super::exit::{COULD_NOT_RUN, FAILED, USAGE, fail, printed};
use super::progress::{Hunting, Rounds};
use super::subject::SubjectArgs;
use crate::check::CheckOptions;
use crate::hunt::{
    Case, Cases, Found, HuntOptions, Hunted, Law, MinimizeOptions, Minimized, Minimizing, Size, hunt,
    minimize,
};
use crate::recording::{Existing, Provenance, Recording, WriteError, check_place, write};
use crate::report::{counted, failure, printable};
use clap::Args;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use tokio::runtime::Runtime;

/// How many findings are made small. The others are often the same defect again.
const MINIMIZED: usize = 10;

/// How long each of them may take.
const TIME_TO_MINIMIZE: Duration = Duration::from_secs(60);

#[derive(Debug, Args)]
pub(super) struct HuntArgs {
    /// Recordings, or folders of them, to make cases of; the folder `recordings` unless given, and without one those that this program carries
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How many cases to look at; 2000 unless --seconds says how long
    #[arg(long, value_name = "N", conflicts_with = "seconds", value_parser = clap::value_parser!(u64).range(1..))]
    cases: Option<u64>,
    /// How long to go on
    #[arg(long, value_name = "S", value_parser = clap::value_parser!(u64).range(1..))]
    seconds: Option<u64>,
    /// What chance begins with; another one each time unless given
    #[arg(long, value_name = "X")]
    seed: Option<u64>,
    /// The number of the first case
    #[arg(long, value_name = "K", default_value_t = 0)]
    from: u64,
    /// The folder for what is found
    #[arg(short, long, alias = "out", value_name = "FOLDER", default_value = "hunt-found")]
    output: PathBuf,
    #[command(flatten)]
    subject: SubjectArgs,
}

impl HuntArgs {
    /// For `--help`.
    pub(super) const EXAMPLES: &str = "\
Cases are streams out of a grammar of the API's events, and recordings: cut at every byte, with events
and members dropped, doubled, swapped and changed, with refusals, resets, retries and interrupts. Each
must show the same on both paths. Told in pieces, with comments or other line ends it must show the
same as without; so it must while others go on in the same process; and the next turn must be answered.

A case depends on the seed, its number and the recordings, and on nothing else. What is found is made as
small as it can be, and saved as a recording.

Examples:
  responses-parity hunt --seconds 60
  responses-parity hunt --cases 20000 --seed 1
  responses-parity hunt --seed 1 --from 1234 --cases 1
  responses-parity hunt recordings/text --app-server 'codex app-server' \\
      --paths direct

Exit status:
  0  nothing was found
  1  something was
  2  usage: an argument or a recording cannot be read
  3  could not run: an app-server or the harness itself failed";

    pub(super) fn run(self, carried: Carried) -> ExitCode {
        // Before the work, and not after it: a case goes where this says.
        if let Err(error @ WriteError::NoPlace { .. }) =
            check_place(&self.output.join("case"), Existing::Replace)
        {
            return fail(USAGE, format!("-o {error}"));
        }
        let recordings = match load_share(&self.paths, None, carried) {
            Ok((recordings, _)) => recordings,
            Err(error) => return fail(error.status(), error),
        };
        let check = match self.subject.options() {
            Ok(check) => check,
            Err(error) => return fail(COULD_NOT_RUN, error),
        };
        let runtime = match Runtime::new() {
            Ok(runtime) => runtime,
            Err(error) => return fail(COULD_NOT_RUN, error),
        };
        let cases = Cases::new(self.seed.unwrap_or_else(new_seed), recordings);
        // Said first: whoever interrupts it can go on from here.
        if let Err(error) = tell_seed(&cases) {
            return printed(Err(error), COULD_NOT_RUN);
        }
        let options = self.hunt_options(check);
        let progress = Hunting::new(self.cases());
        let hunted = runtime.block_on(hunt(&cases, &options, |so_far| progress.show(&so_far)));
        progress.finish();
        match hunted {
            Ok(hunted) => self.conclude(&hunted, &options.check, &runtime),
            Err(error) => fail(COULD_NOT_RUN, error),
        }
    }

    /// `None` is as many as there is time for.
    fn cases(&self) -> Option<u64> {
        const USUAL: u64 = 2000;
        self.cases.or_else(|| self.seconds.is_none().then_some(USUAL))
    }

    fn hunt_options(&self, check: CheckOptions) -> HuntOptions {
        HuntOptions {
            check,
            first: self.from,
            cases: self.cases().unwrap_or(u64::MAX),
            time: self.seconds.map_or(Duration::MAX, Duration::from_secs),
        }
    }

    fn conclude(&self, hunted: &Hunted, check: &CheckOptions, runtime: &Runtime) -> ExitCode {
        let mut out = std::io::stdout().lock();
        for (number, found) in hunted.found.iter().enumerate() {
            let minimized = match (number < MINIMIZED).then(|| minimized(found, check, runtime)) {
                Some(Err(error)) => return fail(COULD_NOT_RUN, error),
                Some(Ok(minimized)) => minimized,
                None => None,
            };
            let folder = self.output.join(found.case.recording.name.replace('/', "-"));
            // Whatever keeps one of them from being saved, the others are to be told.
            let saved = save(found, minimized.as_ref(), &folder);
            let saved = saved.map_or_else(
                |error| format!("not saved: {error}"),
                |()| format!("saved: {}\nmore: {}", folder.display(), self.subject.check_again(&folder, &[])),
            );
            if let Err(error) = tell_found(&mut out, found, minimized.as_ref(), &saved) {
                return printed(Err(error), FAILED);
            }
        }
        let status = if hunted.found.is_empty() && hunted.strays.is_empty() { 0 } else { FAILED };
        printed(tell(&mut out, hunted), status)
    }
}

fn new_seed() -> u64 {
    // Short enough to be typed.
    u64::from(uuid::Uuid::new_v4().as_fields().0)
}

/// The case made small; `None` where it does not go wrong every time.
fn minimized(
    found: &Found,
    check: &CheckOptions,
    runtime: &Runtime,
) -> Result<Option<Minimized>, crate::replay::ReplayError> {
    let Case { recording, law, .. } = &found.case;
    let company = found.symptoms.iter().any(|symptom| symptom.breaks(Law::Company)).then_some(Law::Company);
    let laws = law.iter().copied().chain([Law::NextTurn]).chain(company).collect();
    let options = MinimizeOptions { check: check.clone(), laws, time: TIME_TO_MINIMIZE };
    let rounds = Rounds::new();
    let done = runtime.block_on(minimize(recording, &options, |progress| rounds.show(&progress)));
    rounds.finish();
    Ok(match done? {
        Minimizing::Done(minimized) => Some(*minimized),
        Minimizing::NothingWrong | Minimizing::Unsteady(_) => None,
    })
}

/// As it was found, where it could not be made smaller. What was saved under this name before was the same case.
fn save(found: &Found, minimized: Option<&Minimized>, folder: &Path) -> Result<(), WriteError> {
    let recording = minimized.map_or(&found.case.recording, |minimized| &minimized.recording);
    let provenance =
        Provenance { kind: found.case.recording.provenance.kind.clone(), ..recording.provenance.clone() };
    write(&Recording { provenance, ..recording.clone() }, folder, Existing::Replace)
}

fn tell_seed(cases: &Cases) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "seed: {}", cases.seed())?;
    out.flush()
}

fn tell_found(
    out: &mut impl Write,
    found: &Found,
    minimized: Option<&Minimized>,
    saved: &str,
) -> std::io::Result<()> {
    writeln!(out, "\ncase {}: {}", found.case.number, printable(&found.case.recording.description))?;
    for symptom in &found.symptoms {
        writeln!(out, "  {}", printable(&symptom.to_string()))?;
    }
    match minimized {
        Some(minimized) => {
            let Minimized { checked, recording, .. } = minimized;
            write!(out, "{}", failure(checked))?;
            writeln!(out, "{saved} ({})", Size::of(recording))
        }
        None => writeln!(out, "{saved} (as it was found: it could not be made smaller)"),
    }
}

fn tell(out: &mut impl Write, hunted: &Hunted) -> std::io::Result<()> {
    let Hunted { cases, elapsed, reached, found, strays } = hunted;
    for stray in strays {
        writeln!(out, "belongs to no conversation: {}", printable(stray))?;
    }
    let reached: Vec<_> =
        reached.iter().map(|(kind, cases)| format!("{} {cases}", printable(kind))).collect();
    writeln!(out, "\nreached, in how many cases: {}", reached.join(", "))?;
    let seconds = elapsed.as_secs_f64();
    let rate = *cases as f64 / seconds.max(f64::EPSILON);
    let verdict = match (found.len(), strays.len()) {
        (0, 0) => "nothing found".to_owned(),
        (0, strays) => format!("{} of no conversation", counted(strays, "message")),
        (found, _) => format!("{found} found"),
    };
    let cases = counted(usize::try_from(*cases).unwrap_or(usize::MAX), "case");
    writeln!(out, "hunt: {cases}, {verdict} ({seconds:.1} s, {rate:.0} cases a second)")
}
