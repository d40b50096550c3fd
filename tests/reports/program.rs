//! The program under test, and servers that differ.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// What it printed.
pub(crate) struct Ran {
    pub(crate) status: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

#[expect(clippy::disallowed_methods, reason = "the program under test is no app-server here, but itself")]
fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_responses-parity"))
}

/// Runs `check` with these arguments.
pub(crate) fn check(arguments: &[&str]) -> Ran {
    check_with(arguments, &[])
}

/// The same, with variables of the environment.
pub(crate) fn check_with(arguments: &[&str], environment: &[(&str, &str)]) -> Ran {
    let environment = environment.iter().copied();
    let Output { status, stdout, stderr } =
        command().arg("check").args(arguments).env_remove("NO_COLOR").envs(environment).output().unwrap();
    Ran {
        status: status.code().unwrap(),
        stdout: String::from_utf8(stdout).unwrap(),
        stderr: String::from_utf8(stderr).unwrap(),
    }
}

/// The bundled app-server, as an argument.
const BUNDLED: &str = "responses-parity app-server";

/// The bundled app-server behind `sed`: what it says is changed as a script says.
pub(crate) struct Changed {
    folder: TempDir,
}

impl Changed {
    /// What it is called.
    const PROGRAM: &str = "changed-app-server";

    pub(crate) fn new(script: &str) -> Changed {
        let folder = tempfile::tempdir().unwrap();
        let (changes, server) = (folder.path().join("changes.sed"), folder.path().join(Self::PROGRAM));
        std::fs::write(&changes, script).unwrap();
        let bundled = env!("CARGO_BIN_EXE_responses-parity");
        let text = format!("#!/bin/sh\n{bundled} app-server | sed -u -f {}\n", changes.display());
        std::fs::write(&server, text).unwrap();
        std::fs::set_permissions(&server, PermissionsExt::from_mode(0o755)).unwrap();
        Changed { folder }
    }

    /// Checks the bundled app-server against it. Both are found by their names, which are the same in every run.
    pub(crate) fn check(&self, arguments: &[&str]) -> Ran {
        let bundled = Path::new(env!("CARGO_BIN_EXE_responses-parity")).parent().unwrap();
        let path =
            format!("{}:{}:{}", bundled.display(), text(self.folder.path()), std::env::var("PATH").unwrap());
        let sides = ["--app-server", BUNDLED, "--against", Self::PROGRAM];
        check_with(&[arguments, &sides].concat(), &[("PATH", &path)])
    }
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
