//! What of a recorded response head belongs to the response.

use crate::wire::Header;

/// What describes the connection that a response came over, and not the response.
const OF_THE_CONNECTION: [&str; 5] =
    ["content-length", "transfer-encoding", "connection", "content-encoding", "date"];

/// The fields of the response itself: none that describes the connection, and none whose value a recorder blanked.
/// Names are in lower case.
pub(super) fn headers_of_response(fields: Vec<Header>) -> Vec<Header> {
    let of_the_response =
        |(name, value): &Header| !OF_THE_CONNECTION.contains(&name.as_str()) && !is_blanked(value);
    fields.into_iter().filter(of_the_response).collect()
}

/// Whether a recorder put a mark in the place of a value: `REDACTED`, `**REDACTED**`, `<REDACTED>`.
pub(super) fn is_blanked(value: &str) -> bool {
    value.trim_matches(|c: char| c.is_ascii_punctuation()) == "REDACTED"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanked_values_and_the_connection_go() {
        let fields =
            [("date", "now"), ("via", "**REDACTED**"), ("x-a", "REDACTED-not"), ("x-b", "<REDACTED>")];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(headers_of_response(fields.into()), [("x-a".to_owned(), "REDACTED-not".to_owned())]);
    }
}
