//! Header fields: which belong to a connection, and which to the message.

use crate::wire::{Header, header_text, is_connection_field};
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION, TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName, HeaderValue};

/// Takes off what concerns one connection only (RFC 9110, 7.6.1), and what `connection` names. The length stays: it
/// is the message's.
pub(super) fn without_hop_by_hop(fields: &mut HeaderMap) {
    let listed: Vec<HeaderName> = fields
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let own = fields.keys().filter(|name| is_connection_field(name.as_str()) && *name != CONTENT_LENGTH);
    let of_proxies = [PROXY_AUTHENTICATE, PROXY_AUTHORIZATION];
    let own: Vec<HeaderName> = own.cloned().chain(of_proxies).collect();
    for name in own.iter().chain(&listed) {
        fields.remove(name);
    }
}

/// What the upstream is asked instead of what the client asked the proxy.
///
/// It is asked for the stream itself, not for a compressed one: a recording holds the bytes of the stream, and replays
/// serve them to clients that can decompress nothing.
pub(super) fn for_upstream(fields: &mut HeaderMap, host: HeaderValue, credentials: Option<&HeaderValue>) {
    without_hop_by_hop(fields);
    fields.insert(HOST, host);
    fields.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let Some(credentials) = credentials.filter(|_| !fields.contains_key(AUTHORIZATION)) {
        fields.insert(AUTHORIZATION, credentials.clone());
    }
}

/// What the fields of a request show who it comes from with: each value, and each of its words, as `Bearer` may stand
/// before a key. An upstream may repeat it.
pub(super) fn credentials(fields: &HeaderMap) -> Vec<String> {
    const NAMES: [&str; 5] = ["authorization", "proxy-authorization", "cookie", "api-key", "x-api-key"];
    let values = NAMES.iter().flat_map(|name| fields.get_all(*name));
    let texts = values.map(|value| header_text(value.as_bytes()));
    texts.flat_map(|text| text.split([' ', ';']).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// What a recording keeps of a response head: all but what describes the connection, and the time of day.
pub(super) fn recorded(fields: &HeaderMap) -> Vec<Header> {
    let fields = fields.iter().filter(|(name, _)| !is_connection_field(name.as_str()) && *name != "date");
    fields.map(|(name, value)| (name.to_string(), header_text(value.as_bytes()))).collect()
}

/// Whether the length is told before the body.
pub(super) fn tells_length(fields: &HeaderMap) -> bool {
    fields.contains_key(CONTENT_LENGTH)
}

/// Whether the body comes in chunks.
pub(super) fn is_chunked(fields: &HeaderMap) -> bool {
    fields.contains_key(TRANSFER_ENCODING)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(fields: &[(&'static str, &'static str)]) -> HeaderMap {
        let fields = fields.iter();
        fields.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn what_concerns_a_connection_stays_there() {
        let mut fields = map(&[
            ("connection", "close, x-mine"),
            ("x-mine", "1"),
            ("transfer-encoding", "chunked"),
            ("content-length", "3"),
            ("upgrade", "websocket"),
            ("proxy-authorization", "Basic eA=="),
            ("x-yours", "2"),
        ]);
        without_hop_by_hop(&mut fields);
        assert_eq!(fields, map(&[("content-length", "3"), ("x-yours", "2")]));
    }

    #[test]
    fn credentials_of_the_client_go_before_ours() {
        let ours = HeaderValue::from_static("Bearer ours");
        let mut theirs = map(&[("authorization", "Bearer theirs"), ("accept-encoding", "gzip")]);
        for_upstream(&mut theirs, HeaderValue::from_static("h"), Some(&ours));
        assert_eq!(theirs[AUTHORIZATION], "Bearer theirs");
        assert_eq!(theirs[ACCEPT_ENCODING], "identity");
        let mut none = HeaderMap::new();
        for_upstream(&mut none, HeaderValue::from_static("h"), Some(&ours));
        assert_eq!(none[AUTHORIZATION], "Bearer ours");
    }

    #[test]
    fn the_time_of_day_is_not_recorded() {
        let fields = map(&[("date", "Mon"), ("x-request-id", "r"), ("connection", "close")]);
        assert_eq!(recorded(&fields), [("x-request-id".to_owned(), "r".to_owned())]);
    }
}
