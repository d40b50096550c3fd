//! Where the upstream is, and where the proxy listens.

use crate::wire::is_loopback_host;
use http::Uri;
use http::uri::{PathAndQuery, Scheme};
use std::fmt;
use std::net::SocketAddr;
use std::str::FromStr;

/// The upstream to record, as its clients know it: `https://api.openai.com/v1`.
///
/// Only its origin is replaced: the proxy passes every path on as it is, and its own address ends in the same path.
///
/// ```
/// use responses_parity::record::UpstreamUrl;
///
/// let upstream: UpstreamUrl = "https://api.openai.com/v1".parse()?;
/// assert_eq!(upstream.to_string(), "https://api.openai.com/v1");
/// assert!(!upstream.is_loopback());
/// assert!("https://user:password@api.openai.com/v1".parse::<UpstreamUrl>().is_err());
/// # Ok::<(), responses_parity::record::AddressError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpstreamUrl {
    secure: bool,
    host: String,
    port: u16,
    base: String,
}

/// Why an address cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct AddressError(String);

impl AddressError {
    fn new(problem: impl Into<String>) -> AddressError {
        AddressError(problem.into())
    }
}

impl FromStr for UpstreamUrl {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<UpstreamUrl, AddressError> {
        const EXPECTED: &str = "expected an address such as `https://api.openai.com/v1`";
        let uri: Uri = text.parse().map_err(|error| AddressError::new(format!("{EXPECTED}: {error}")))?;
        let secure = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(AddressError::new(format!("{EXPECTED}: it begins with http:// or https://"))),
        };
        let authority = uri.authority().filter(|authority| !authority.host().is_empty());
        let authority = authority.ok_or_else(|| AddressError::new(format!("{EXPECTED}: it has a host")))?;
        if authority.as_str().contains('@') {
            // Not repeated: it holds a secret.
            return Err(AddressError::new(
                "credentials have no place in an address: they would end up in recordings; give the name of a variable with --api-key-env",
            ));
        }
        if uri.query().is_some() {
            return Err(AddressError::new(format!("{EXPECTED}: without a query, which belongs to requests")));
        }
        Ok(UpstreamUrl {
            secure,
            host: authority.host().to_owned(),
            port: authority.port_u16().unwrap_or(if secure { 443 } else { 80 }),
            base: uri.path().trim_end_matches('/').to_owned(),
        })
    }
}

impl UpstreamUrl {
    /// Whether it is on this machine.
    pub fn is_loopback(&self) -> bool {
        is_loopback_host(&self.host)
    }

    /// Whether it speaks TLS.
    pub(super) fn is_secure(&self) -> bool {
        self.secure
    }

    /// The host as names and addresses are looked up: an IPv6 address without its brackets.
    pub(super) fn plain_host(&self) -> &str {
        self.host.trim_start_matches('[').trim_end_matches(']')
    }

    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The path that every client's base URL ends in; empty, or with a slash before it and none after it.
    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// `host:port`, for `CONNECT`.
    pub(super) fn authority(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    /// For the field `host`: the port where it is not the scheme's own.
    pub(super) fn host_field(&self) -> String {
        let own = if self.secure { 443 } else { 80 };
        if self.port == own { self.host.clone() } else { self.authority() }
    }

    /// The whole address of a path there.
    pub(super) fn absolute(&self, path: Option<&PathAndQuery>) -> Result<Uri, http::Error> {
        let scheme = if self.secure { Scheme::HTTPS } else { Scheme::HTTP };
        let path = path.map_or("/", PathAndQuery::as_str);
        Uri::builder().scheme(scheme).authority(self.host_field()).path_and_query(path).build()
    }
}

impl fmt::Display for UpstreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(f, "{scheme}://{}{}", self.host_field(), self.base)
    }
}

/// An address of this machine for the proxy to listen on: `127.0.0.1:8080`; port 0 takes any that is free.
///
/// Any other address is refused: whoever reaches the proxy speaks to the upstream through it, and with
/// `--api-key-env` with the credentials of the one who started it.
///
/// ```
/// use responses_parity::record::ListenAddress;
///
/// assert!("127.0.0.1:0".parse::<ListenAddress>().is_ok());
/// assert!("0.0.0.0:8080".parse::<ListenAddress>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenAddress(pub(super) SocketAddr);

impl ListenAddress {
    /// `127.0.0.1`, at any port that is free.
    pub fn any_port() -> ListenAddress {
        ListenAddress(SocketAddr::from(([127, 0, 0, 1], 0)))
    }
}

impl FromStr for ListenAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<ListenAddress, AddressError> {
        let address: SocketAddr = text.parse().map_err(|_| {
            AddressError::new("expected an address of this machine and a port, such as `127.0.0.1:8080`")
        })?;
        if !address.ip().is_loopback() {
            return Err(AddressError::new(format!(
                "{} can be reached from other machines, and whoever reaches the proxy uses the upstream with your credentials; listen on 127.0.0.1",
                address.ip()
            )));
        }
        Ok(ListenAddress(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn upstream(text: &str) -> Result<UpstreamUrl, String> {
        text.parse().map_err(|AddressError(problem)| problem)
    }

    #[test]
    fn what_is_said_is_what_is_asked() {
        for (given, host, authority) in [
            ("https://api.openai.com/v1/", "api.openai.com", "api.openai.com:443"),
            ("http://127.0.0.1:8080", "127.0.0.1:8080", "127.0.0.1:8080"),
            ("http://[::1]:80/a/b", "[::1]", "[::1]:80"),
        ] {
            let upstream = upstream(given).unwrap();
            assert_eq!(
                (upstream.host_field(), upstream.authority()),
                (host.to_owned(), authority.to_owned())
            );
            assert_eq!(upstream.to_string(), given.trim_end_matches('/').replace("]:80", "]"));
        }
    }

    #[test]
    fn this_machine_is_known_by_all_its_names() {
        for (given, loopback) in [
            ("http://localhost:1", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:1", true),
            ("http://127.0.0.1.example.com", false),
            ("http://10.0.0.1", false),
        ] {
            assert_eq!(upstream(given).unwrap().is_loopback(), loopback, "{given}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for given in
            ["", "api.openai.com/v1", "ftp://host/", "https://", "http:///v1", "https://host/v1?key=1"]
        {
            assert!(upstream(given).unwrap_err().starts_with("expected"), "{given}");
        }
        let refused = upstream("https://user:hunter2@host/").unwrap_err();
        assert!(refused.contains("credentials") && !refused.contains("hunter2"), "{refused}");
    }

    #[test]
    fn only_this_machine_is_listened_on() {
        for given in ["0.0.0.0:80", "192.168.1.1:80", "[::]:80"] {
            let refused = given.parse::<ListenAddress>().unwrap_err().to_string();
            assert!(refused.contains("other machines"), "{given}: {refused}");
        }
        assert!("localhost".parse::<ListenAddress>().unwrap_err().to_string().starts_with("expected"));
        assert!("[::1]:0".parse::<ListenAddress>().is_ok());
    }
}
