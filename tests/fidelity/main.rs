//! The bundled app-server shows what a real one shows, on the direct path: the same notifications in the same order,
//! the same history, the same requests, the same retries, the same words.
//!
//! `expected/` holds what `@openai/codex` 0.53.0 showed, captured by this very test from the released binary:
//!
//! ```sh
//! FIDELITY_CAPTURE='path/to/codex app-server' cargo test --test fidelity
//! ```
//!
//! Without that variable the bundled server alone is run, and compared with what was captured. What may differ stands
//! in `allowed.toml`, case by case, with its reason; what the bundled server shows of these is in `bundled/`, written
//! with `FIDELITY_ACCEPT=1`, so that it cannot change unseen. An exception that is not needed fails.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod allowed;
mod shown;

use allowed::Allowed;
use libtest_mimic::{Arguments, Failed, Trial};
use pretty_assertions::StrComparison;
use responses_parity::check::config_toml;
use responses_parity::observe::observe;
use responses_parity::recording::{Found, discover};
use responses_parity::replay::{Path as ApiPath, ReplayOptions, local_http_client, replay};
use responses_parity::session::{Deadlines, McpProcess, ServerCommand};
use responses_parity::upstream::{Speed, Upstream};
use responses_parity::wire::Dialect;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;
use walkdir::WalkDir;

/// Where cases come from: their prefix in `expected/`, and the folder.
const CASES: [(&str, &str); 2] = [("recordings", "recordings"), ("scenarios", "tests/fidelity/scenarios")];
/// What the real server showed.
const EXPECTED: &str = "tests/fidelity/expected";
/// What the bundled server shows where it may show something else.
const BUNDLED: &str = "tests/fidelity/bundled";

struct Harness {
    runtime: Runtime,
    started: OnceCell<Started>,
    allowed: Allowed,
    /// The real server's command line, where it is to be captured.
    capture: Option<String>,
}

struct Started {
    server: McpProcess,
    upstream: Upstream,
}

/// One recording, and where its expectation is.
#[derive(Clone)]
struct Case {
    name: String,
    found: Found,
}

fn main() {
    let mut arguments = Arguments::from_args();
    // Most of what they do is wait.
    arguments.test_threads = arguments.test_threads.or(Some(16));
    let harness = Arc::new(Harness {
        runtime: Runtime::new().unwrap(),
        started: OnceCell::new(),
        allowed: Allowed::load(),
        capture: std::env::var("FIDELITY_CAPTURE").ok(),
    });
    let cases = cases();
    let names: BTreeSet<_> = cases.iter().map(|case| case.name.clone()).collect();
    let mut trials: Vec<_> = cases.into_iter().map(|case| trial(case, harness.clone())).collect();
    let (allowed, all) = (harness.allowed.clone(), names.clone());
    trials.push(Trial::test("every exception is of a case", move || allowed.all_known(&names)));
    trials.push(Trial::test("nothing is expected of no case", move || no_orphans(&all)));
    libtest_mimic::run(&arguments, trials).exit();
}

fn cases() -> Vec<Case> {
    let all = CASES.iter().flat_map(|(prefix, folder)| {
        let found = discover(Path::new(folder)).unwrap_or_else(|error| panic!("{error}"));
        found.into_iter().map(move |found| Case { name: format!("{prefix}/{}", found.name), found })
    });
    all.collect()
}

fn trial(case: Case, harness: Arc<Harness>) -> Trial {
    Trial::test(case.name.clone(), move || {
        let shown = harness.runtime.block_on(harness.show(&case.found))?;
        match harness.capture {
            Some(_) => write(&case.expectation(), &shown),
            None => judge(&case, harness.allowed.reason(&case.name), &shown),
        }
    })
}

impl Case {
    fn expectation(&self) -> PathBuf {
        Path::new(EXPECTED).join(format!("{}.txt", self.name))
    }

    fn exception(&self) -> PathBuf {
        Path::new(BUNDLED).join(format!("{}.txt", self.name))
    }
}

/// The case must show what the real server does, or, where it is an exception, what it showed when that was accepted.
fn judge(case: &Case, exception: Option<&str>, shown: &str) -> Result<(), Failed> {
    let real = read(&case.expectation(), "FIDELITY_CAPTURE='…/codex app-server'")?;
    let Some(reason) = exception else { return same("real", &real, shown) };
    if real == shown {
        return Err(format!("this case does not need its exception: {reason}").into());
    }
    if std::env::var_os("FIDELITY_ACCEPT").is_some() {
        return write(&case.exception(), shown);
    }
    same("accepted", &read(&case.exception(), "FIDELITY_ACCEPT=1")?, shown)
}

fn same(name: &str, expected: &str, shown: &str) -> Result<(), Failed> {
    if expected == shown {
        return Ok(());
    }
    Err(format!("{name} (left) and bundled (right) differ:\n{}", StrComparison::new(expected, shown)).into())
}

/// What is expected of no case would be checked by nobody.
fn no_orphans(names: &BTreeSet<String>) -> Result<(), Failed> {
    let folders = [EXPECTED, BUNDLED].into_iter();
    let files = folders.flat_map(|folder| {
        WalkDir::new(folder).into_iter().map(move |entry| (folder, entry.unwrap().into_path()))
    });
    let texts = files.filter(|(_, path)| path.extension().is_some_and(|ending| ending == "txt"));
    let orphans = texts.filter(|(folder, path)| {
        let below = path.strip_prefix(folder).unwrap().with_extension("");
        !names.contains(below.to_str().unwrap())
    });
    let orphans: Vec<_> =
        orphans.map(|(_, path)| format!("{}: there is no such case; delete it", path.display())).collect();
    if orphans.is_empty() { Ok(()) } else { Err(orphans.join("\n").into()) }
}

impl Harness {
    /// What the server shows of one recording, as text.
    async fn show(&self, found: &Found) -> Result<String, Failed> {
        let recording = found.load()?;
        let Started { server, upstream } = self.started.get_or_try_init(|| self.start()).await?;
        let options = ReplayOptions {
            http: local_http_client()?,
            dialect: Dialect::V1,
            allow_tools: false,
            speed: Speed::Max,
            turn_deadline: Duration::from_secs(60),
        };
        let replayed = replay(&recording, server, upstream, &options).await?;
        Ok(shown::text(&observe(&replayed)))
    }

    async fn start(&self) -> Result<Started, Failed> {
        let command = match &self.capture {
            Some(command) => ServerCommand::parse(command)?,
            None => ServerCommand::new(env!("CARGO_BIN_EXE_responses-parity")).arg("app-server"),
        };
        let command = command.config_toml(config_toml(ApiPath::Direct, Dialect::V1, false));
        let server = McpProcess::spawn(&command, Deadlines::default()).await?;
        server.initialize().await?;
        Ok(Started { server, upstream: Upstream::start().await? })
    }
}

fn write(path: &Path, text: &str) -> Result<(), Failed> {
    std::fs::create_dir_all(path.parent().unwrap())?;
    Ok(std::fs::write(path, text)?)
}

fn read(path: &Path, how: &str) -> Result<String, Failed> {
    std::fs::read_to_string(path).map_err(|error| {
        format!("{}: {error}\nnext: {how} cargo test --test fidelity", path.display()).into()
    })
}
