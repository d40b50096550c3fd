//! Released app-servers: each replays every recording, and shows what its snapshots say.
//!
//! ```sh
//! scripts/real-servers.sh                 # fetches them, once
//! cargo test --test real_servers
//! ```
//!
//! `cargo test` alone does not run this. Where it is asked for and a server is missing, every test of that server fails
//! and says how to get it. `RESPONSES_PARITY_REAL_SERVERS` names another folder than that of the script.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod harmless;
mod replays;
mod servers;
#[path = "../support/mod.rs"]
mod support;

use libtest_mimic::Arguments;

fn main() {
    let mut arguments = Arguments::from_args();
    // Most of what they do is wait.
    arguments.test_threads = arguments.test_threads.or(Some(16));
    let (mut trials, pools) = replays::trials();
    trials.extend(harmless::trials());
    let conclusion = libtest_mimic::run(&arguments, trials);
    pools.finish();
    conclusion.exit();
}
