//! What a server finds around it: folders of its own, and an environment that says nothing of the user's.

use super::command::ServerCommand;
use super::error::SessionError;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Where a server runs. These differ from run to run and mean nothing; whoever compares runs takes them out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Surroundings {
    /// `CODEX_HOME`: `config.toml`, where one was given, and what the server writes there.
    pub codex_home: PathBuf,
    /// `HOME`. Empty at the start.
    pub home: PathBuf,
    /// The working folder. Empty at the start, outside any git repository.
    pub work_dir: PathBuf,
    /// `TMPDIR`. Empty at the start.
    pub temp_dir: PathBuf,
    /// The process id of what was started; of a wrapper, where the command is one.
    pub pid: u32,
}

/// The folders of one server. Dropping them removes them.
#[derive(Debug)]
pub(super) struct Folders {
    root: TempDir,
    /// The root, without symbolic links: servers report resolved paths.
    resolved: PathBuf,
}

impl Folders {
    /// Makes them, under the system's folder for temporary files (`TMPDIR`, else `/tmp`).
    pub(super) fn create(command: &ServerCommand) -> Result<Folders, SessionError> {
        let folders = Folders::make().map_err(|cause| SessionError::Surroundings {
            problem: format!("temporary folders could not be made: {cause}"),
        })?;
        folders.refuse_git_repository()?;
        folders.write_config(command).map_err(|cause| SessionError::Surroundings {
            problem: format!("CODEX_HOME could not be filled: {cause}"),
        })?;
        Ok(folders)
    }

    fn make() -> io::Result<Folders> {
        let root = tempfile::Builder::new().prefix("responses-parity-").tempdir()?;
        let resolved = root.path().canonicalize()?;
        let folders = Folders { root, resolved };
        let Surroundings { codex_home, home, work_dir, temp_dir, pid: _ } = folders.surroundings(0);
        [codex_home, home, work_dir, temp_dir].iter().try_for_each(std::fs::create_dir)?;
        Ok(folders)
    }

    /// App-servers look for `.git` in all parents and treat what they find as the project.
    fn refuse_git_repository(&self) -> Result<(), SessionError> {
        match self.resolved.ancestors().find(|folder| folder.join(".git").exists()) {
            None => Ok(()),
            Some(repository) => Err(SessionError::Surroundings {
                problem: format!(
                    "the folder for temporary files is in the git repository {}",
                    repository.display()
                ),
            }),
        }
    }

    fn write_config(&self, command: &ServerCommand) -> io::Result<()> {
        let codex_home = self.surroundings(0).codex_home;
        command.home_files().iter().try_for_each(|(name, text)| {
            let text = text.replace("{CODEX_HOME}", &codex_home.display().to_string());
            std::fs::write(codex_home.join(name), text)
        })
    }

    pub(super) fn root(&self) -> &Path {
        self.root.path()
    }

    pub(super) fn surroundings(&self, pid: u32) -> Surroundings {
        Surroundings {
            codex_home: self.resolved.join("codex-home"),
            home: self.resolved.join("home"),
            work_dir: self.resolved.join("work"),
            temp_dir: self.resolved.join("tmp"),
            pid,
        }
    }

    /// The whole environment of the server; nothing else is passed on.
    ///
    /// Left out on purpose: proxies (app-servers send even loopback requests through `HTTP_PROXY`), API keys and
    /// other credentials, the user's name and locale, and `CODEX_*` and `RUST_*` variables, which change what a
    /// server does or prints.
    pub(super) fn environment(&self, command: &ServerCommand) -> Vec<(OsString, OsString)> {
        let own = self.surroundings(0);
        let fixed: [(&str, OsString); 10] = [
            // Where the server, and the shell and git that it runs, are found.
            ("PATH", search_path()),
            // Its configuration and its state, in place of the user's.
            ("CODEX_HOME", own.codex_home.into()),
            // Dot files of git and shells are the user's too.
            ("HOME", own.home.into()),
            // What it leaves in its folder for temporary files goes with the rest.
            ("TMPDIR", own.temp_dir.into()),
            // Times in messages to the model are local ones.
            ("TZ", "UTC".into()),
            // Messages of the system and of tools: English, in UTF-8.
            ("LC_ALL", "C.UTF-8".into()),
            // Stands in the user agent.
            ("TERM", "dumb".into()),
            // Stderr is shown in errors, where colours are noise.
            ("NO_COLOR", "1".into()),
            // Should a proxy be configured anywhere else: the upstream is local. Programs differ in which they read.
            ("NO_PROXY", "127.0.0.1,localhost".into()),
            ("no_proxy", "127.0.0.1,localhost".into()),
        ];
        let fixed = fixed.into_iter().map(|(name, value)| (name.into(), value));
        fixed.chain(command.environment().iter().cloned()).collect()
    }
}

fn search_path() -> OsString {
    std::env::var_os("PATH").unwrap_or_else(|| "/usr/local/bin:/usr/bin:/bin".into())
}
