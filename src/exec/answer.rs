//! What answers the prompt.

use super::ExecError;
use super::stub::stream_of;
use crate::recording::{Exchange, ProviderSettings, Recording, Retries};
use crate::replay::{ApiKey, DelegateClient, ReplayError, local_http_client};
use crate::upstream::{Mount, NOBODY_LISTENS, Speed, Upstream};
use crate::wire::{MAX_HEADER_FIELDS, is_loopback_host};
use reqwest::Url;

/// What answers the prompt.
#[derive(Clone, Debug)]
pub enum Answer {
    /// This text, made into a stream.
    Text(String),
    /// A recording's exchanges, in order, whatever is asked.
    Recording(Box<Recording>),
    /// A real API.
    Api {
        /// Where it is; `/responses` follows.
        base_url: Url,
        /// What the delegate client adds to its requests, and nobody else knows.
        key: Option<ApiKey>,
    },
}

/// What answers, ready to be asked.
pub(super) struct Source {
    pub(super) base_url: String,
    pub(super) settings: ProviderSettings,
    pub(super) delegate: DelegateClient,
    /// What stands in for the API, where something does.
    pub(super) local: Option<Local>,
}

/// A local stand-in. Stays as long as this does.
pub(super) struct Local {
    pub(super) mount: Mount,
    _upstream: Upstream,
}

impl Answer {
    /// The key of a real API, where there is one.
    pub fn key(&self) -> Option<&ApiKey> {
        match self {
            Answer::Api { key, .. } => key.as_ref(),
            Answer::Text(_) | Answer::Recording(_) => None,
        }
    }

    pub(super) async fn source(&self) -> Result<Source, ExecError> {
        match self {
            Answer::Text(text) => local(vec![stream_of(text)], ProviderSettings::default()).await,
            Answer::Recording(recording) => {
                local(recording.exchanges.clone(), recording.provider.clone()).await
            }
            Answer::Api { base_url, key } => {
                let text = base_url.as_str().trim_end_matches('/').to_owned();
                let settings = ProviderSettings {
                    request_max_retries: Retries::Default,
                    stream_max_retries: Retries::Default,
                    ..ProviderSettings::default()
                };
                let delegate = DelegateClient::of_api(http_client(base_url)?, &text, key.clone());
                Ok(Source { base_url: text, settings, delegate, local: None })
            }
        }
    }
}

async fn local(exchanges: Vec<Exchange>, settings: ProviderSettings) -> Result<Source, ExecError> {
    let upstream = Upstream::start().await.map_err(|error| ReplayError::Upstream(error.to_string()))?;
    let mount = upstream.mount(exchanges, Speed::Max).await;
    let mount = mount.map_err(|error| ReplayError::Upstream(error.to_string()))?;
    let base_url = if settings.unreachable { NOBODY_LISTENS } else { mount.base_url() }.to_owned();
    let delegate = DelegateClient::of_replay(local_http_client()?, &base_url, mount.delegate_mark());
    Ok(Source { base_url, settings, delegate, local: Some(Local { mount, _upstream: upstream }) })
}

/// With the proxies of the environment, unless the API is on this machine: a key is not to go round by a proxy then.
fn http_client(base_url: &Url) -> reqwest::Result<reqwest::Client> {
    let builder = reqwest::Client::builder().http1_max_headers(MAX_HEADER_FIELDS);
    if is_loopback(base_url) { builder.no_proxy().build() } else { builder.build() }
}

fn is_loopback(url: &Url) -> bool {
    url.host_str().is_some_and(is_loopback_host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_is_known_by_its_names() {
        for (url, expected) in [
            ("http://127.0.0.1:8080/v1", true),
            ("http://[::1]/v1", true),
            ("http://localhost/v1", true),
            ("https://127.0.0.1.example.org/v1", false),
            ("https://192.0.2.1/v1", false),
        ] {
            assert_eq!(is_loopback(&url.parse().unwrap()), expected, "{url}");
        }
    }
}
