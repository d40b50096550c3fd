//! The `responses-parity` command.

use include_dir::{Dir, include_dir};

/// So that the program is of use in any folder.
static RECORDINGS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/recordings");

fn main() -> std::process::ExitCode {
    responses_parity::cli::main(&RECORDINGS)
}
