//! What the relays of tests have in common.

use std::process::{Child, Command, Stdio};

/// Starts the app-server that a relay stands before; its input and output are pipes.
pub(crate) fn start(command: &[String]) -> Child {
    #[expect(
        clippy::disallowed_methods,
        reason = "the relay stands where the app-server would, and starts it as it is"
    )]
    let mut command_line = Command::new(&command[0]);
    command_line.args(&command[1..]).stdin(Stdio::piped()).stdout(Stdio::piped());
    command_line.spawn().expect("the app-server starts")
}
