//! The HTTP client of the direct path.

use crate::app_server::Environment;
use reqwest::{Client, NoProxy, Proxy};

/// A client that takes its proxies from the environment, as real servers do, for loopback addresses too (0.53.0):
/// `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`, in either case.
///
/// # Errors
/// There is no client to be had.
pub(crate) fn http_client(environment: &Environment) -> reqwest::Result<Client> {
    let exceptions = either_case(environment, "NO_PROXY").and_then(NoProxy::from_string);
    let plain = proxy(environment, "HTTP_PROXY", Proxy::http);
    let any = proxy(environment, "ALL_PROXY", Proxy::all);
    // reqwest would ask the process, which may not be what this server was given.
    let builder = Client::builder().no_proxy();
    plain
        .into_iter()
        .chain(any)
        .fold(builder, |builder, proxy| builder.proxy(proxy.no_proxy(exceptions.clone())))
        .build()
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
