//! Which servers there are, and where.

use libtest_mimic::Failed;
use responses_parity::compare::Allowances;
use responses_parity::session::ServerCommand;
use responses_parity::wire::Dialect;
use std::path::PathBuf;

/// A released app-server.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RealServer {
    pub(crate) version: &'static str,
    pub(crate) dialect: Dialect,
    /// Whether what it shows is kept in snapshots.
    pub(crate) has_snapshots: bool,
    /// A file with what it does in any order.
    pub(crate) races: Option<&'static str>,
}

/// The last one of the v1 dialect that is compared with, one of today's, and one between: the session of the v2 dialect
/// has to do for both.
pub(crate) const SERVERS: [RealServer; 3] = [
    RealServer {
        version: "0.53.0",
        dialect: Dialect::V1,
        has_snapshots: true,
        races: Some("tests/real_servers/races-of-0.53.0.toml"),
    },
    RealServer { version: "0.128.0", dialect: Dialect::V2, has_snapshots: false, races: None },
    RealServer { version: "0.169.0", dialect: Dialect::V2, has_snapshots: true, races: None },
];

impl RealServer {
    /// What it does in any order.
    pub(crate) fn races(self) -> Result<Allowances, Failed> {
        let text = self.races.map(std::fs::read_to_string).transpose()?;
        Ok(Allowances::parse(&text.unwrap_or_default())?)
    }

    /// How it is started.
    pub(crate) fn command(self) -> Result<ServerCommand, Failed> {
        let binary = folder().join(format!("codex-{}", self.version)).join("codex");
        if !binary.is_file() {
            let problem = format!(
                "{} is not there\n  next: run scripts/real-servers.sh, which fetches it from the npm registry (or set RESPONSES_PARITY_REAL_SERVERS to the folder that holds codex-{}/codex)",
                binary.display(),
                self.version
            );
            return Err(problem.into());
        }
        Ok(ServerCommand::new(binary).arg("app-server"))
    }
}

fn folder() -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || {
        let cache = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
        cache.unwrap_or_default().join("responses-parity/real-servers")
    };
    variable("RESPONSES_PARITY_REAL_SERVERS").unwrap_or_else(cache)
}
