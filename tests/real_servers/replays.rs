//! Every recording, on every server: replayed as recorded, and shown as in the snapshot.

use crate::servers::{RealServer, SERVERS};
use crate::support::{no_orphan_snapshots, settings, snapshot_name};
use libtest_mimic::{Failed, Trial};
use responses_parity::check::{CheckOptions, Checker, Side};
use responses_parity::observe::Observation;
use responses_parity::recording::{Found, discover};
use responses_parity::replay::Path as ApiPath;
use responses_parity::report::{Verdict, failure, snapshot, snapshot_beside};
use std::path::Path;
use std::sync::Arc;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

/// Its snapshot has all of its request; those of the others have what is different.
const REFERENCE: &str = "text/plain";

/// The servers that were started, for all tests of this process.
pub(crate) struct Pools {
    runtime: Arc<Runtime>,
    pools: Vec<Arc<Pool>>,
}

struct Pool {
    server: RealServer,
    checker: OnceCell<Checker>,
    reference: OnceCell<Observation>,
}

/// A test for each recording on each server, and the servers, to be ended when the tests are over.
pub(crate) fn trials() -> (Vec<Trial>, Pools) {
    let recordings = discover(Path::new("recordings")).unwrap_or_else(|error| panic!("{error}"));
    let runtime = Arc::new(Runtime::new().unwrap());
    let mut trials = Vec::new();
    let mut pools = Vec::new();
    for server in SERVERS {
        let pool = Arc::new(Pool { server, checker: OnceCell::new(), reference: OnceCell::new() });
        for found in &recordings {
            let (name, found) = (format!("{} {}", server.version, found.name), found.clone());
            let (runtime, pool) = (runtime.clone(), pool.clone());
            trials.push(Trial::test(name, move || runtime.block_on(pool.test(&found))));
        }
        if server.has_snapshots {
            let name = format!("{}: no snapshot without a recording", server.version);
            let recordings = recordings.clone();
            trials.push(Trial::test(name, move || no_orphan_snapshots(&folder_of(server), &recordings)));
        }
        pools.push(pool);
    }
    (trials, Pools { runtime, pools })
}

impl Pools {
    /// Ends the servers.
    pub(crate) fn finish(self) {
        for pool in self.pools {
            let Ok(pool) = Arc::try_unwrap(pool) else { continue };
            let Some(checker) = pool.checker.into_inner() else { continue };
            let strays = self.runtime.block_on(checker.finish()).unwrap_or_else(|error| panic!("{error}"));
            assert!(strays.is_empty(), "messages that belong to no conversation:\n{}", strays.join("\n"));
        }
    }
}

impl Pool {
    async fn test(&self, found: &Found) -> Result<(), Failed> {
        let observation = self.shown(found).await?;
        if !self.server.has_snapshots {
            return Ok(());
        }
        let text = match found.name.as_str() {
            REFERENCE => snapshot(&observation),
            _ => snapshot_beside(&observation, self.reference().await?),
        };
        let settings = settings(&folder_of(self.server), found, &found.load()?);
        settings.bind(|| insta::assert_snapshot!(snapshot_name(&found.name), text));
        Ok(())
    }

    /// What the server shows of a recording, replayed as recorded; what it does in any order stands at the end.
    async fn shown(&self, found: &Found) -> Result<Observation, Failed> {
        let checker = self.checker.get_or_try_init(|| self.start()).await?;
        let recording = found.load()?;
        let mut checked = checker.check(&recording).await;
        if checked.verdict() != Verdict::Identical {
            return Err(failure(&checked).into());
        }
        let seen = checked.result.as_mut().ok().and_then(|compared| compared.seen.pop());
        let mut observation = seen.ok_or("a replay shows something")?.observation;
        let mut same = observation.clone();
        self.server.races()?.apply(&recording, &mut observation, &mut same);
        Ok(observation)
    }

    async fn reference(&self) -> Result<&Observation, Failed> {
        let path = Path::new("recordings").join(REFERENCE);
        let found = Found { name: REFERENCE.to_owned(), path };
        self.reference.get_or_try_init(|| self.shown(&found)).await
    }

    async fn start(&self) -> Result<Checker, Failed> {
        let side = Side::of_path(self.server.command()?, ApiPath::Direct);
        let side = Side { dialect: Some(self.server.dialect), ..side };
        let options = CheckOptions { jobs: 16, ..CheckOptions::new(vec![side]) };
        Ok(Checker::start(&options).await?)
    }
}

fn folder_of(server: RealServer) -> String {
    format!("snapshots/codex-{}", server.version)
}
