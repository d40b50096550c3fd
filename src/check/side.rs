//! One side of a check: an app-server, and the path it is to take.

use crate::replay::Path;
use crate::session::ServerCommand;
use crate::wire::Dialect;

/// What is replayed on one side.
#[derive(Clone, Debug)]
pub struct Side {
    /// What reports call it.
    pub name: String,
    /// The app-server.
    pub command: ServerCommand,
    /// How it is to reach the upstream.
    pub path: Path,
    /// The dialect it speaks; `None` asks it.
    pub dialect: Option<Dialect>,
}

impl Side {
    /// A side named after its path, for an app-server that will be asked for its dialect.
    pub fn of_path(command: ServerCommand, path: Path) -> Side {
        Side { name: path.name().to_owned(), command, path, dialect: None }
    }
}

/// The two sides that a parity check has: the same app-server down both paths.
pub fn both_paths(command: ServerCommand) -> Vec<Side> {
    [Path::Direct, Path::Delegated].map(|path| Side::of_path(command.clone(), path)).into()
}
