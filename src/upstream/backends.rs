//! The wiremock servers of one upstream: one takes what is new, the full ones are there for what they have.

use super::backend::{Backend, Lease};
use super::registry::Registry;
use std::io;
use std::mem;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::Mutex;

pub(super) struct Backends {
    registry: Arc<Registry>,
    /// Takes new mounts.
    current: Backend,
    /// Took its share, and is there for the mounts that it has.
    full: Vec<Backend>,
}

impl Backends {
    pub(super) async fn start(registry: Arc<Registry>) -> io::Result<Backends> {
        let current = Backend::start(registry.clone()).await?;
        Ok(Backends { registry, current, full: Vec::new() })
    }

    /// The backend for a new mount. Full ones that nobody is mounted at any more go on this occasion.
    pub(super) async fn with_room(&mut self) -> io::Result<&mut Backend> {
        self.full.retain(Backend::is_leased);
        if self.current.is_full() {
            let fresh = Backend::start(self.registry.clone()).await?;
            self.full.push(mem::replace(&mut self.current, fresh));
        }
        Ok(&mut self.current)
    }
}

/// Where a shaper finds wiremock.
#[derive(Clone)]
pub(super) enum Source {
    /// Always at the same address.
    One(SocketAddr),
    /// Wherever there is room for a further request.
    Roomy(Arc<Mutex<Backends>>),
}

impl Source {
    /// The address for one request, and what keeps the server there meanwhile.
    pub(super) async fn address(&self) -> io::Result<(SocketAddr, Option<Lease>)> {
        match self {
            Source::One(address) => Ok((*address, None)),
            Source::Roomy(backends) => {
                let mut backends = backends.lock().await;
                let backend = backends.with_room().await?;
                Ok((backend.plain(), Some(backend.lease())))
            }
        }
    }
}
