//! What HTTP can carry and a replay can wait for. What it cannot is refused when a recording is loaded.

use super::error::LoadError;
use super::files::MAX_BODY_BYTES;
use super::model::{Delivery, Exchange};
use super::redirects::check_location;
use crate::wire::Header;
use http::{HeaderName, HeaderValue};
use std::path::Path;
use std::time::Duration;

/// The longest wait within an answer. No app-server waits as long.
const MAX_DELAY: Duration = Duration::from_secs(60 * 60);
/// How many header fields are relayed, those of the connection aside. HTTP libraries, and app-servers with them, read a
/// hundred, of which the upstream adds a date, a length and the like.
const MAX_FIELDS: usize = 96;
/// More than a response head has beside the recorded fields: the status line, the date, the framing.
const REST_OF_HEAD: usize = 512;

/// The status of a final response: one below 200 ends none, and none is beyond 999.
pub(super) fn status(status: i64) -> Result<u16, String> {
    let valid = u16::try_from(status).ok().filter(|status| (200..1000).contains(status));
    valid.ok_or_else(|| format!("status {status} is not that of a final response: expected 200 to 999"))
}

/// Whether HTTP carries these fields.
pub(super) fn check_headers(headers: &[Header]) -> Result<(), String> {
    if headers.len() > MAX_FIELDS {
        return Err(format!("{} header fields, but at most {MAX_FIELDS} are relayed", headers.len()));
    }
    headers.iter().try_for_each(check_field)
}

fn check_field((name, value): &Header) -> Result<(), String> {
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        return Err(format!(
            "{name:?} cannot be the name of a header field: expected letters, digits and hyphens"
        ));
    }
    if HeaderValue::from_bytes(value.as_bytes()).is_err() {
        return Err(format!(
            "header field {name:?} cannot have the value {value:?}: expected no line ends and no control characters"
        ));
    }
    Ok(())
}

/// Whether a replay can wait so long.
pub(super) fn check_delay(what: &str, delay: Duration) -> Result<(), String> {
    if delay <= MAX_DELAY {
        return Ok(());
    }
    Err(format!(
        "{what} is {} ms, but at most {} (an hour) are waited",
        delay.as_millis(),
        MAX_DELAY.as_millis()
    ))
}

/// Whether a response head with these fields has as many bytes, and more.
pub(super) fn check_head_cut(cut: usize, headers: &[Header]) -> Result<(), String> {
    let fields: usize = headers.iter().map(|(name, value)| name.len() + value.len() + ": \r\n".len()).sum();
    let longest = fields + REST_OF_HEAD;
    match cut {
        0 => Err("head_cut is 0; where nothing of the head arrives, say `headless = true`".to_owned()),
        _ if cut > longest => {
            Err(format!("head_cut is {cut}, but the response head has less than {longest} bytes"))
        }
        _ => Ok(()),
    }
}

/// Whether everything of an exchange can be sent, and leads nowhere else. The file is the one that describes it.
pub(super) fn check(exchange: &Exchange, file: &Path) -> Result<(), LoadError> {
    let checked = problem(exchange).and_then(|()| check_location(&exchange.headers));
    checked.map_err(|problem| LoadError::new(file, problem))
}

/// What of an exchange cannot be sent, as an error.
pub(super) fn problem(exchange: &Exchange) -> Result<(), String> {
    status(exchange.status.into())?;
    check_headers(&exchange.headers)?;
    let size = exchange.body.len();
    if size > MAX_BODY_BYTES {
        return Err(format!("makes a body of {size} bytes, but a body may have {MAX_BODY_BYTES}"));
    }
    check_delivery(&exchange.delivery, exchange)
}

fn check_delivery(delivery: &Delivery, exchange: &Exchange) -> Result<(), String> {
    check_delay("the time before the head", delivery.head_delay)?;
    check_delay("the time before the end", delivery.end_delay)?;
    for (index, piece) in delivery.pieces.iter().enumerate() {
        check_delay(&format!("the time of piece {}", index + 1), piece.at)?;
    }
    delivery.head_cut.map_or(Ok(()), |cut| check_head_cut(cut, &exchange.headers))
}
