//! The little that the wire needs to know of HTTP.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// One header field: its name in lower case, and its value.
pub type Header = (String, String);

/// How many header fields of a message are read: HTTP libraries stop at a hundred unless they are told otherwise.
pub const MAX_HEADER_FIELDS: usize = 1000;

/// Header fields, as JSON and TOML carry them: an object from name to value, or to all values where a field is
/// repeated. Names are in lower case; those of the same name keep their order; white space around a value is none of
/// it.
///
/// ```
/// use responses_parity::wire::Headers;
///
/// let headers: Headers = serde_json::from_str(r#"{"Via":["a","b"],"x-request-id":"r"}"#)?;
/// assert_eq!(headers.fields.len(), 3);
/// assert_eq!(serde_json::to_string(&headers)?, r#"{"via":["a","b"],"x-request-id":"r"}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema, ts_rs::TS))]
#[cfg_attr(feature = "protocol-export", ts(type = "{ [name: string]: string | string[] }"))]
#[serde(from = "BTreeMap<String, Values>", into = "BTreeMap<String, Values>")]
pub struct Headers {
    /// The fields.
    pub fields: Vec<Header>,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "protocol-export", derive(schemars::JsonSchema), schemars(inline))]
#[serde(untagged)]
enum Values {
    One(String),
    More(Vec<String>),
}

impl FromIterator<Header> for Headers {
    fn from_iter<I: IntoIterator<Item = Header>>(fields: I) -> Headers {
        let fields = fields.into_iter().map(|(name, value)| (name.to_ascii_lowercase(), value));
        Headers { fields: fields.collect() }
    }
}

impl From<BTreeMap<String, Values>> for Headers {
    fn from(map: BTreeMap<String, Values>) -> Headers {
        let fields = map.into_iter().flat_map(|(name, values)| {
            let values = match values {
                Values::One(value) => vec![value],
                Values::More(values) => values,
            };
            values.into_iter().map(move |value| (name.clone(), value.trim_matches([' ', '\t']).to_owned()))
        });
        fields.collect()
    }
}

impl From<Headers> for BTreeMap<String, Values> {
    fn from(headers: Headers) -> BTreeMap<String, Values> {
        let mut map = BTreeMap::<String, Vec<String>>::new();
        for (name, value) in headers.fields {
            map.entry(name).or_default().push(value);
        }
        let one_or_more = |mut values: Vec<String>| match values.len() {
            1 => Values::One(values.remove(0)),
            _ => Values::More(values),
        };
        map.into_iter().map(|(name, values)| (name, one_or_more(values))).collect()
    }
}

/// Whether a field describes a connection and not the message that came over it.
///
/// ```
/// use responses_parity::wire::is_connection_field;
///
/// assert!(is_connection_field("Transfer-Encoding") && !is_connection_field("content-type"));
/// ```
pub fn is_connection_field(name: &str) -> bool {
    const FIELDS: [&str; 8] = [
        "connection",
        "content-length",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    FIELDS.iter().any(|field| name.eq_ignore_ascii_case(field))
}

/// The value of a header field as text: one that is not UTF-8 is read as Latin-1, so that no byte of it is lost.
///
/// ```
/// use responses_parity::wire::header_text;
///
/// assert_eq!(header_text(b"caf\xc3\xa9"), header_text(b"caf\xe9"));
/// ```
pub fn header_text(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_owned(),
        Err(_) => value.iter().copied().map(char::from).collect(),
    }
}

/// Whether the host of a URL is this machine, by name or by address.
///
/// ```
/// use responses_parity::wire::is_loopback_host;
///
/// assert!(is_loopback_host("LocalHost") && is_loopback_host("[::1]"));
/// assert!(!is_loopback_host("127.0.0.1.example.org"));
/// ```
pub fn is_loopback_host(host: &str) -> bool {
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    address.map_or(host.eq_ignore_ascii_case("localhost"), |address| address.is_loopback())
}

/// Whether a status is a 2xx: a body that comes with one is a stream of events, any other an error's.
///
/// ```
/// use responses_parity::wire::is_success;
///
/// assert!(is_success(200) && !is_success(429));
/// ```
pub fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

/// The value of a header field, the first where it is repeated. `name` is in lower case.
///
/// A value that is not visible ASCII is none: real servers (0.53.0) read no other, and clients of the delegated path
/// differ in what they make of the rest.
///
/// ```
/// use responses_parity::wire::header_value;
///
/// let headers = [("Retry-After".to_owned(), "2".to_owned())];
/// assert_eq!(header_value(&headers, "retry-after"), Some("2"));
/// ```
pub fn header_value<'a>(headers: &'a [Header], name: &str) -> Option<&'a str> {
    let (_, value) = headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name))?;
    let visible = value.bytes().all(|byte| byte == b'\t' || (b' '..=b'~').contains(&byte));
    visible.then_some(value.as_str())
}
