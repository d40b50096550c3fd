//! What goes wrong is found, and made small. Defects are made by a relay between harness and app-server.
//!
//! The relay is this very program, started with `relay DEFECT PROGRAM ARGUMENTS…`.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod hunting;
mod minimizing;
mod relay;
#[path = "../support/relay.rs"]
mod subject;

use libtest_mimic::{Arguments, Trial};
use relay::Defect;
use responses_parity::session::ServerCommand;

fn main() {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [first, defect, command @ ..] = arguments.as_slice()
        && first == "relay"
    {
        relay::run(Defect::named(defect).unwrap(), command);
        return;
    }
    let trials = minimizing::trials().into_iter().chain(hunting::trials()).collect();
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn trial(name: &str, test: fn()) -> Trial {
    Trial::test(name, move || {
        test();
        Ok(())
    })
}

/// The bundled app-server behind the relay.
fn subject(defect: Defect) -> ServerCommand {
    let relay = std::env::current_exe().unwrap();
    ServerCommand::new(relay).args([
        "relay",
        &defect.name(),
        env!("CARGO_BIN_EXE_responses-parity"),
        "app-server",
    ])
}
