//! Asking the model, with the retries of one request.

use super::backoff::backoff;
use super::event_stream::EventStream;
use super::request::{Caller, HttpRequest, Prompt};
use super::signal::{Exchange, Signal};
use super::transport::Transport;
use crate::app_server::Environment;
use crate::app_server::config::Provider;
use crate::wire::{Header, Rejection, UpstreamError, is_success};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{sleep, timeout};

/// Sends requests for one conversation.
#[derive(Clone, Debug)]
pub(crate) struct ModelClient {
    pub(crate) transport: Transport,
    pub(crate) provider: Provider,
    pub(crate) environment: Arc<Environment>,
    pub(crate) caller: Caller,
}

/// A response head.
struct Head {
    status: u16,
    headers: Option<Vec<Header>>,
}

impl ModelClient {
    /// Asks the model, as often as `request_max_retries` allows, until a request is accepted.
    ///
    /// # Errors
    /// Why the last request was not.
    pub(crate) async fn stream(&self, prompt: Prompt<'_>) -> Result<EventStream, UpstreamError> {
        let with_credentials = !self.transport.brings_credentials();
        let request =
            HttpRequest::new(&self.provider, &self.environment, &self.caller, prompt, with_credentials)?;
        let mut retries = 0;
        loop {
            let rejection = match self.attempt(request.clone()).await {
                Ok(stream) => return Ok(stream),
                Err(rejection) => rejection,
            };
            if !rejection.retryable || retries >= self.provider.request_max_retries {
                return Err(rejection.error);
            }
            retries += 1;
            tracing::debug!(retries, "trying the request again: {}", rejection.error);
            sleep(rejection.retry_after.unwrap_or_else(|| backoff(retries))).await;
        }
    }

    async fn attempt(&self, request: HttpRequest) -> Result<EventStream, Rejection> {
        let mut exchange = self.transport.open(request).await;
        let head = self.head(&mut exchange).await?;
        if is_success(head.status) {
            return Ok(EventStream::new(exchange, head.headers, self.provider.stream_idle_timeout));
        }
        let body = self.body(&mut exchange).await;
        Err(Rejection::of_response(head.status, &head.headers.unwrap_or_default(), &body))
    }

    async fn head(&self, exchange: &mut Exchange) -> Result<Head, Rejection> {
        let first = if self.transport.has_start_timeout() {
            let limit = self.provider.delegate_start_timeout;
            let first = timeout(limit, exchange.signals.recv()).await;
            first.map_err(|_| no_sign_of_life(limit))?
        } else {
            exchange.signals.recv().await
        };
        match first {
            Some(Signal::Head { status, headers }) => Ok(Head { status, headers }),
            Some(Signal::Fault(fault)) => Err(Rejection::of_connection(fault.message)),
            Some(Signal::Event(_) | Signal::Body(_) | Signal::End) | None => {
                Err(Rejection::of_connection("the request ended without a response"))
            }
        }
    }

    /// The body of a response that is not a stream; empty where it cannot be had, for the status says enough.
    async fn body(&self, exchange: &mut Exchange) -> String {
        let read = async {
            loop {
                match exchange.signals.recv().await {
                    Some(Signal::Body(body)) => return body,
                    Some(Signal::Event(_) | Signal::Head { .. }) => {}
                    Some(Signal::Fault(_) | Signal::End) | None => return String::new(),
                }
            }
        };
        timeout(self.provider.stream_idle_timeout, read).await.unwrap_or_default()
    }
}

fn no_sign_of_life(limit: Duration) -> Rejection {
    Rejection::of_connection(format!("no sign of life from the delegate within {} ms", limit.as_millis()))
}
