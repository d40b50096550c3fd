//! Values of arguments that more than one verb takes.

use crate::wire::Dialect;

/// `None` asks the app-server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Protocol(pub(super) Option<Dialect>);

pub(super) fn parse_protocol(text: &str) -> Result<Protocol, String> {
    match text {
        "auto" => Ok(Protocol(None)),
        "v1" => Ok(Protocol(Some(Dialect::V1))),
        "v2" => Ok(Protocol(Some(Dialect::V2))),
        _ => Err("expected `v1`, `v2` or `auto`".to_owned()),
    }
}
