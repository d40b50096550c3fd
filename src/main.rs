//! The `responses-parity` command.

use include_dir::{Dir, include_dir};

/// What many threads allocate and free for each other is given back, and sooner: a check is mostly that.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// So that the program is of use in any folder.
static RECORDINGS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/recordings");

fn main() -> std::process::ExitCode {
    responses_parity::cli::main(&RECORDINGS)
}
