//! `check` beside what does less, or does it otherwise.

use crate::Bench;
use crate::bare::bare_loop as loop_over;
use crate::process::{command, timed};
use crate::recordings::set_of;
use crate::row::{Row, median};
use crate::spawned::each_spawned;
use responses_parity::replay::Path;
use responses_parity::session::ServerCommand;
use responses_parity::wire::Dialect;
use std::path::PathBuf;

/// What is compared is measured in turns, so often.
const TURNS: usize = 3;

/// The bundled server, against a process each.
pub(crate) fn spawned(bench: &Bench) -> Vec<Row> {
    let set = set_of(100);
    let server = ServerCommand::new(&bench.program).arg("app-server");
    let [mut check, mut spawned] = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        check.push(timed(command(&bench.program).arg("check").arg(set.folder.path())));
        spawned.push(each_spawned(bench, &set, &server, Dialect::V1, &[Path::Direct, Path::Delegated]));
    }
    let what = "`check` of 100 recordings, both paths, bundled server";
    vec![Row::faster(what, "a process for each recording and path", 5.0, median(check), median(spawned))]
}

/// Released servers, against a process each.
pub(crate) fn spawned_real(bench: &Bench) -> Vec<Row> {
    let set = set_of(100);
    let row = |(version, dialect, goal): (&str, Dialect, f64)| {
        let program = real_server(version);
        let server = ServerCommand::new(&program).arg("app-server");
        let line = format!("{} app-server", program.display());
        let check = timed(command(&bench.program).arg("check").arg(set.folder.path()).args([
            "--paths",
            "direct",
            "--app-server",
            &line,
        ]));
        let spawned = each_spawned(bench, &set, &server, dialect, &[Path::Direct]);
        let what = format!("the same, direct path, real {version}");
        Row::faster(&what, "a process for each recording", goal, check, spawned)
    };
    [("0.53.0", Dialect::V1, 2.2), ("0.169.0", Dialect::V2, 4.0)].map(row).into()
}

fn real_server(version: &str) -> PathBuf {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = || {
        let cache = variable("XDG_CACHE_HOME").or_else(|| Some(variable("HOME")?.join(".cache")));
        cache.unwrap_or_default().join("responses-parity/real-servers")
    };
    let folder = variable("RESPONSES_PARITY_REAL_SERVERS").unwrap_or_else(cache);
    let program = folder.join(format!("codex-{version}")).join("codex");
    assert!(program.is_file(), "{} is not there; next: run scripts/real-servers.sh", program.display());
    program
}

/// The bundled server, against a client that only says and hears what must be.
pub(crate) fn bare_loop(bench: &Bench) -> Vec<Row> {
    let set = set_of(300);
    let [mut check, mut bare] = [Vec::new(), Vec::new()];
    for _ in 0..TURNS {
        check.push(timed(command(&bench.program).arg("check").arg(set.folder.path())));
        bare.push(loop_over(bench, &set));
    }
    let what = "`check` of 300 recordings, both paths, bundled server";
    let against = "the same requests, with no observation, comparison or report";
    vec![Row::slower(what, against, 1.25, median(check), median(bare))]
}
