//! Which place a path leads to, and how the address of a place is written.

use percent_encoding::percent_decode_str;
use reqwest::Url;
use std::net::SocketAddr;

/// What stands before the name of a conversation.
const CONVERSATION: char = '@';

/// One way to read a path: `/@CONVERSATION/NAME/v1/REST`, where the first two may be missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The conversation, without its mark; empty for the one that is nobody's.
    pub(super) conversation: String,
    /// The recording; empty for all of them.
    pub(super) name: String,
    /// What stands after `/v1`: empty, or with a slash at its start.
    pub(super) rest: String,
}

/// Every way to read a path as an address, the longest name first: names may have a part that is called `v1`, or that
/// looks like a conversation.
pub(super) fn readings(path: &str) -> Vec<Address> {
    let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
    let mut readings = Vec::new();
    for (at, version) in path.rmatch_indices("/v1") {
        let rest = &path[at + version.len()..];
        if !(rest.is_empty() || rest.starts_with('/')) {
            continue;
        }
        let prefix = path[..at].trim_start_matches('/');
        let reading = |conversation: &str, name: &str| Address {
            conversation: conversation.to_owned(),
            name: name.to_owned(),
            rest: rest.to_owned(),
        };
        readings.push(reading("", prefix));
        let (first, name) = prefix.split_once('/').unwrap_or((prefix, ""));
        if let Some(conversation) = first.strip_prefix(CONVERSATION).filter(|name| !name.is_empty()) {
            readings.push(reading(conversation, name));
        }
    }
    readings
}

/// The base URL of a name.
pub(super) fn base_url(address: SocketAddr, name: &str) -> String {
    let plain = format!("http://{address}/v1");
    let Ok(mut url) = Url::parse(&plain) else { return plain };
    if let Ok(mut segments) = url.path_segments_mut() {
        segments.clear().extend(name.split('/').filter(|part| !part.is_empty())).push("v1");
    }
    url.into()
}

/// A recording's name as it stands in an address: without what clients leave out of paths before they send them.
pub(super) fn in_address(name: &str) -> String {
    let parts = name.split('/').filter(|part| !["", ".", ".."].contains(part));
    parts.collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(path: &str) -> Vec<(String, String, String)> {
        let readings = readings(path).into_iter();
        readings.map(|Address { conversation, name, rest }| (conversation, name, rest)).collect()
    }

    fn owned(readings: &[[&str; 3]]) -> Vec<(String, String, String)> {
        readings.iter().map(|[a, b, c]| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect()
    }

    #[test]
    fn a_path_names_conversation_and_recording() {
        assert_eq!(read("/v1/responses"), owned(&[["", "", "/responses"]]));
        assert_eq!(read("/text/plain/v1"), owned(&[["", "text/plain", ""]]));
        let both = [["", "@ann/text/plain", "/models"], ["ann", "text/plain", "/models"]];
        assert_eq!(read("/@ann/text/plain/v1/models"), owned(&both));
        assert_eq!(read("/@ann/v1"), owned(&[["", "@ann", ""], ["ann", "", ""]]));
    }

    #[test]
    fn every_v1_may_be_the_one() {
        let two = [["", "v1", "/responses"], ["", "", "/v1/responses"]];
        assert_eq!(read("/v1/v1/responses"), owned(&two));
        assert_eq!(read("/v12/responses"), owned(&[]));
        assert_eq!(read("/responses"), owned(&[]));
        assert_eq!(read("/@/v1"), owned(&[["", "@", ""]]));
    }

    #[test]
    fn what_is_written_is_read() {
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        for name in ["", "plain", "a b/ü?#%/c", "@x"] {
            let url = base_url(address, name);
            let path =
                url.strip_prefix("http://127.0.0.1:80").or(url.strip_prefix("http://127.0.0.1")).unwrap();
            assert!(url.is_ascii(), "{url}");
            assert_eq!(readings(path)[0].name, name, "{url}");
        }
    }

    #[test]
    fn names_that_clients_would_shorten_are_shortened() {
        assert_eq!(in_address("/home/me/thing"), "home/me/thing");
        assert_eq!(in_address("./../x//y"), "x/y");
    }
}
