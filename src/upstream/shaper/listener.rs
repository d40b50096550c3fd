//! Accepts connections, and ends them all when the upstream ends.

use super::connection;
use crate::upstream::backends::Source;
use crate::upstream::registry::Registry;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::task::{AbortHandle, JoinSet};
use tokio::time::sleep;

/// How long to wait where no connection is there to end.
const BREATH: Duration = Duration::from_millis(20);

/// A running shaper. Dropping it closes its port and every connection.
#[derive(Debug)]
pub(in crate::upstream) struct Shaper {
    address: SocketAddr,
    accepting: AbortHandle,
}

impl Shaper {
    /// Starts one on `port` (0 for any free one) in front of `wiremock`; its tasks run on `runtime`.
    pub(in crate::upstream) fn start(
        runtime: &Handle,
        port: u16,
        wiremock: Source,
        registry: Arc<Registry>,
    ) -> io::Result<Shaper> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        listener.set_nonblocking(true)?;
        let _context = runtime.enter();
        let listener = TcpListener::from_std(listener)?;
        Ok(Shaper {
            address: listener.local_addr()?,
            accepting: runtime.spawn(accept(listener, wiremock, registry)).abort_handle(),
        })
    }

    pub(in crate::upstream) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for Shaper {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Serves until it is aborted. The connections are in a set of its own, and end with it.
async fn accept(listener: TcpListener, wiremock: Source, registry: Arc<Registry>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((client, _)) => {
                    connections.spawn(connection::serve(client, wiremock.clone(), registry.clone()));
                }
                Err(error) => {
                    // Whoever is kept waiting now must not be taken for an app-server that shows something else.
                    registry.note_fault(&format!("the shaper could not accept a connection: {error}"));
                    // Out of file descriptors, most likely: one has to be given back before the next can be had.
                    if connections.join_next().await.is_none() {
                        sleep(BREATH).await;
                    }
                }
            },
            Some(_) = connections.join_next() => {}
        }
    }
}
