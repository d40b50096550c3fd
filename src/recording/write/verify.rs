//! Whether what was written is what was to be written.

use super::error::WriteError;
use super::manifest::whole_milliseconds;
use super::place::Staging;
use crate::recording::closing::add_closing_exchange;
use crate::recording::load;
use crate::recording::model::{Delivery, Exchange, Recording};
use crate::wire::Header;
use std::time::Duration;

/// Loads what was written for these exchanges and compares it with them.
pub(super) fn loads_as(
    recording: &Recording,
    exchanges: &[Exchange],
    staging: &Staging,
) -> Result<(), WriteError> {
    let loaded = load(staging.path(), &recording.name);
    let loaded = loaded.map_err(|error| WriteError::Refused(staging.as_in_place(error)))?;
    let mut expected = exchanges.to_vec();
    add_closing_exchange(&mut expected);
    match difference(recording, &expected, &loaded) {
        None => Ok(()),
        Some(what) => {
            let problem = format!("its {what} would not be read as they are");
            Err(WriteError::unwritable(staging.target(), &problem))
        }
    }
}

fn difference(recording: &Recording, exchanges: &[Exchange], loaded: &Recording) -> Option<String> {
    let parts = [
        ("description", recording.description == loaded.description),
        ("provenance", recording.provenance == loaded.provenance),
        ("provider settings", recording.provider == loaded.provider),
        ("turns", recording.turns == loaded.turns),
        ("exchanges", exchanges.len() == loaded.exchanges.len()),
    ];
    if let Some((what, _)) = parts.iter().find(|(_, same)| !same) {
        return Some((*what).to_owned());
    }
    let mut pairs = exchanges.iter().zip(&loaded.exchanges).enumerate();
    pairs.find_map(|(index, (exchange, loaded))| {
        different_part(exchange, loaded).map(|what| format!("{what} of exchange {}", index + 1))
    })
}

fn different_part(exchange: &Exchange, loaded: &Exchange) -> Option<&'static str> {
    let Exchange { status, headers, body, delivery, request, may_stay_unasked } = exchange;
    let parts = [
        ("status", *status == loaded.status),
        ("header fields", sorted(headers) == sorted(&loaded.headers)),
        ("body", *body == loaded.body),
        ("times and framing", in_whole_milliseconds(delivery) == loaded.delivery),
        ("request", *request == loaded.request),
        ("rights", *may_stay_unasked == loaded.may_stay_unasked),
    ];
    parts.iter().find(|(_, same)| !same).map(|(what, _)| *what)
}

/// As a table keeps them: by name, and those of one name in their order; without white space around values.
fn sorted(headers: &[Header]) -> Vec<Header> {
    let fields = headers.iter();
    let mut fields: Vec<Header> = fields
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim_matches([' ', '\t']).to_owned()))
        .collect();
    fields.sort_by(|(left, _), (right, _)| left.cmp(right));
    fields
}

fn in_whole_milliseconds(delivery: &Delivery) -> Delivery {
    let whole = |delay| Duration::from_millis(whole_milliseconds(delay));
    Delivery {
        head_delay: whole(delivery.head_delay),
        end_delay: whole(delivery.end_delay),
        ..delivery.clone()
    }
}
