//! The little that the wire needs to know of HTTP.

/// One header field: its name in lower case, and its value.
pub type Header = (String, String);

/// The value of a header field, the first where it is repeated. `name` is in lower case.
///
/// ```
/// use responses_parity::wire::header_value;
///
/// let headers = [("Retry-After".to_owned(), "2".to_owned())];
/// assert_eq!(header_value(&headers, "retry-after"), Some("2"));
/// ```
pub fn header_value<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}
