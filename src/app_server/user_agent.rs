//! What the server calls itself.

use crate::wire::ClientInfo;

/// Names the server and the client it works for, as a header value.
pub(super) fn user_agent(client: &ClientInfo) -> String {
    let text = format!(
        "responses-parity/{} ({}; {}) ({}; {})",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        client.name,
        client.version
    );
    // The client's words end up in a header.
    text.chars().map(|c| if (' '..='~').contains(&c) { c } else { '_' }).collect()
}
