//! One accepted request: signals in, [`ResponseEvent`]s out.

use super::signal::{Exchange, Signal};
use crate::wire::{FaultKind, Header, ResponseEvent, ResponseStream, StreamFault, UpstreamError};
use std::time::Duration;
use tokio::time::timeout;

/// The events of one answer. To drop it is to give up the request.
#[derive(Debug)]
pub(crate) struct EventStream {
    exchange: Exchange,
    machine: ResponseStream,
    /// The head, until it has been reported; `None` also where it is not known.
    head: Option<Vec<Header>>,
    idle_timeout: Duration,
}

impl EventStream {
    pub(super) fn new(exchange: Exchange, head: Option<Vec<Header>>, idle_timeout: Duration) -> EventStream {
        EventStream { exchange, machine: ResponseStream::new(), head, idle_timeout }
    }

    /// The next event. [`ResponseEvent::Completed`] and an error are the last.
    ///
    /// # Errors
    /// How the stream failed.
    pub(crate) async fn next(&mut self) -> Result<ResponseEvent, UpstreamError> {
        if let Some(headers) = self.head.take() {
            return Ok(self.machine.head(&headers));
        }
        loop {
            let Ok(signal) = timeout(self.idle_timeout, self.exchange.signals.recv()).await else {
                return Err(self.take_machine().silence());
            };
            match signal {
                Some(Signal::Event(data)) => {
                    if let Some(event) = self.machine.event(&data) {
                        return Ok(event);
                    }
                }
                Some(Signal::Head { headers, .. }) => {
                    if let Some(headers) = headers {
                        return Ok(self.machine.head(&headers));
                    }
                }
                Some(Signal::Fault(fault)) => return Err(self.broken(&fault)),
                Some(Signal::Body(_) | Signal::End) => {
                    return self.take_machine().end().map(ResponseEvent::from);
                }
                None => return Err(self.take_machine().transport_failure("the transport is gone")),
            }
        }
    }

    fn broken(&mut self, fault: &StreamFault) -> UpstreamError {
        match fault.kind {
            FaultKind::Transport => self.take_machine().transport_failure(&fault.message),
            FaultKind::Encoding => self.take_machine().encoding_failure(&fault.message),
        }
    }

    fn take_machine(&mut self) -> ResponseStream {
        std::mem::take(&mut self.machine)
    }
}
