//! The HTTP clients of the direct path.

use crate::app_server::Environment;
use crate::wire::{MAX_HEADER_FIELDS, is_loopback_host};
use reqwest::{Client, ClientBuilder, NoProxy, Proxy, Url};

/// HTTP clients, each made when it is first needed. They take their proxies from the environment, as real servers do,
/// for loopback addresses too (0.53.0): `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, in either case.
#[derive(Debug, Default)]
pub(crate) struct HttpClients {
    general: Option<Client>,
    /// Knows no certificates: to read those of the machine takes longer than a short conversation does.
    plain: Option<Client>,
}

impl HttpClients {
    /// The client for a provider.
    ///
    /// # Errors
    /// There is none to be had.
    pub(crate) fn client_for(
        &mut self,
        base_url: &str,
        environment: &Environment,
    ) -> reqwest::Result<Client> {
        let proxies = Proxies::of(environment);
        let is_plain = proxies.none() && is_http_of_this_machine(base_url);
        let place = if is_plain { &mut self.plain } else { &mut self.general };
        if let Some(client) = place {
            return Ok(client.clone());
        }
        let builder = proxies.add_to(Client::builder().http1_max_headers(MAX_HEADER_FIELDS));
        let builder = if is_plain { without_certificates(builder) } else { builder };
        Ok(place.insert(builder.build()?).clone())
    }
}

/// Only what begins with HTTP on this machine and through no proxy is sure to need none, unless it is redirected from
/// here to TLS elsewhere; such a server is none to be trusted.
#[cfg(feature = "tls")]
fn without_certificates(builder: ClientBuilder) -> ClientBuilder {
    builder.tls_certs_only([])
}

#[cfg(not(feature = "tls"))]
fn without_certificates(builder: ClientBuilder) -> ClientBuilder {
    builder
}

fn is_http_of_this_machine(url: &str) -> bool {
    let Ok(url) = Url::parse(url) else { return false };
    url.scheme() == "http" && url.host_str().is_some_and(is_loopback_host)
}

/// What the environment says of proxies.
struct Proxies(Vec<Proxy>);

impl Proxies {
    fn of(environment: &Environment) -> Proxies {
        let exceptions = either_case(environment, "NO_PROXY").and_then(NoProxy::from_string);
        let plain = proxy(environment, "HTTP_PROXY", Proxy::http);
        let any = proxy(environment, "ALL_PROXY", Proxy::all);
        Proxies(plain.into_iter().chain(any).map(|proxy| proxy.no_proxy(exceptions.clone())).collect())
    }

    fn none(&self) -> bool {
        self.0.is_empty()
    }

    fn add_to(self, builder: ClientBuilder) -> ClientBuilder {
        // reqwest would ask the process, which may not be what this server was given.
        self.0.into_iter().fold(builder.no_proxy(), ClientBuilder::proxy)
    }
}

fn proxy(
    environment: &Environment,
    variable: &str,
    make: impl Fn(String) -> reqwest::Result<Proxy>,
) -> Option<Proxy> {
    let url = either_case(environment, variable)?;
    match make(url.to_owned()) {
        Ok(proxy) => Some(proxy),
        Err(error) => {
            tracing::warn!("{variable} is ignored: {error}");
            None
        }
    }
}

fn either_case<'a>(environment: &'a Environment, variable: &str) -> Option<&'a str> {
    environment.variable(&variable.to_ascii_lowercase()).or_else(|| environment.variable(variable))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_http_of_this_machine_needs_no_certificates() {
        for (url, expected) in [
            ("http://127.0.0.1:8080/v1", true),
            ("http://[::1]/v1", true),
            ("http://localhost/v1", true),
            ("https://127.0.0.1/v1", false),
            ("http://127.0.0.1.example.org/v1", false),
            ("http://192.0.2.1/v1", false),
            ("no URL", false),
        ] {
            assert_eq!(is_http_of_this_machine(url), expected, "{url}");
        }
    }

    #[test]
    fn a_client_is_made_once_and_where_it_is_needed() {
        let mut clients = HttpClients::default();
        let environment = Environment::default();
        assert!(clients.client_for("http://127.0.0.1:1/v1", &environment).is_ok());
        assert!(clients.plain.is_some() && clients.general.is_none());
        assert!(clients.client_for("http://192.0.2.1/v1", &environment).is_ok());
        assert!(clients.general.is_some());
    }

    #[test]
    fn a_proxy_may_be_one_that_needs_certificates() {
        let mut clients = HttpClients::default();
        let variables = [("http_proxy".to_owned(), "https://127.0.0.1:1".to_owned())].into();
        let environment = Environment { variables, ..Environment::default() };
        assert!(clients.client_for("http://127.0.0.1:1/v1", &environment).is_ok());
        assert!(clients.plain.is_none() && clients.general.is_some());
    }
}
