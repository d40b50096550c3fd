//! What this costs, beside what it is compared with, as a table for people. `scripts/performance` runs it, from the
//! root of the project.
//!
//! Whatever is compared is measured in one run and the one after the other, so that a slow machine is slow for both.

#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a benchmark prints what it measured")]

mod bare;
mod builds;
mod checks;
mod growth;
mod hunt;
mod machine;
mod mapping;
mod process;
mod record;
mod recordings;
mod row;
mod spawned;
mod start;

use row::Row;
use std::path::PathBuf;
use tokio::runtime::Runtime;

/// What the measurements share.
struct Bench {
    /// The release build of the program.
    program: PathBuf,
    /// Where cargo builds.
    target: PathBuf,
    runtime: Runtime,
}

/// A name to ask for it by, and how it is measured.
type Measurement = (&'static str, fn(&Bench) -> Vec<Row>);

const MEASUREMENTS: [Measurement; 11] = [
    ("direct", mapping::direct),
    ("delegated", mapping::delegated),
    ("spawned", checks::spawned),
    ("spawned-real", checks::spawned_real),
    ("bare-loop", checks::bare_loop),
    ("first-verdict", start::first_verdict),
    ("growth", growth::times),
    ("memory", growth::memory),
    ("hunt", hunt::generated),
    ("record", record::pace),
    ("builds", builds::all),
];

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let names = MEASUREMENTS.map(|(name, _)| name);
    if let Some(unknown) = wanted.iter().find(|wanted| !names.contains(&wanted.as_str())) {
        eprintln!("error: nothing is called {unknown:?}; there are {}", names.join(", "));
        std::process::exit(2);
    }
    let target = PathBuf::from(std::env::var_os("CARGO_TARGET_DIR").unwrap_or("target".into()));
    let program = std::path::absolute(target.join("release/responses-parity")).unwrap();
    assert!(program.is_file(), "{} is not there; run scripts/performance", program.display());
    let bench = Bench { program, target, runtime: Runtime::new().unwrap() };
    println!("{}\n\n{}", machine::described(), Row::HEAD);
    for (name, measure) in MEASUREMENTS {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            eprintln!("measuring {name} …");
            for row in measure(&bench) {
                println!("{row}");
            }
        }
    }
}
