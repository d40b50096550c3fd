//! Values of arguments that more than one verb takes.

use crate::upstream::Speed;
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

pub(super) fn parse_speed(text: &str) -> Result<Speed, String> {
    if text == "max" {
        return Ok(Speed::Max);
    }
    let factor = text.strip_suffix('x').and_then(|factor| factor.parse().ok());
    let factor = factor.filter(|factor: &f64| factor.is_finite() && *factor > 0.0);
    factor.map(Speed::Recorded).ok_or_else(|| "expected `max`, or a factor such as `1x` or `0.5x`".to_owned())
}
