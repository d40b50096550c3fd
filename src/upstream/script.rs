//! What one replay is to be told, and what it asked.

use super::{Delivered, ReceivedRequest, Speed};
use crate::recording::Exchange;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// One replay: its exchanges, and how far it has come.
#[derive(Debug)]
pub(super) struct Script {
    pub(super) exchanges: Arc<[Exchange]>,
    pub(super) speed: Speed,
    mounted: Instant,
    progress: Mutex<Progress>,
    deliveries: watch::Sender<BTreeMap<usize, Delivered>>,
}

#[derive(Debug, Default)]
struct Progress {
    asked: usize,
    received: Vec<ReceivedRequest>,
}

impl Script {
    pub(super) fn new(exchanges: Arc<[Exchange]>, speed: Speed) -> Script {
        Script {
            exchanges,
            speed,
            mounted: Instant::now(),
            progress: Mutex::default(),
            deliveries: watch::Sender::default(),
        }
    }

    /// How long ago it was mounted.
    pub(super) fn age(&self) -> Duration {
        self.mounted.elapsed()
    }

    /// Notes a request and says which exchange answers it: the next one, for whoever creates a response.
    pub(super) fn take(&self, mut request: ReceivedRequest) -> Option<usize> {
        let mut progress = self.progress();
        if creates_response(&request) && progress.asked < self.exchanges.len() {
            request.answered_by = Some(progress.asked);
            progress.asked += 1;
        }
        let answered_by = request.answered_by;
        progress.received.push(request);
        answered_by
    }

    /// How many exchanges were asked for; as they are taken in order, these are the first ones.
    pub(super) fn asked(&self) -> usize {
        self.progress().asked
    }

    pub(super) fn received(&self) -> Vec<ReceivedRequest> {
        let mut received = self.progress().received.clone();
        let deliveries = self.deliveries.borrow();
        for request in &mut received {
            request.delivered = request
                .answered_by
                .and_then(|index| deliveries.get(&index).copied());
        }
        received
    }

    pub(super) fn note_delivery(&self, exchange: usize, delivered: Delivered) {
        self.deliveries.send_modify(|all| {
            all.insert(exchange, delivered);
        });
    }

    /// Waits for the end of a delivery.
    pub(super) async fn delivered(&self, exchange: usize) -> Option<Delivered> {
        let mut deliveries = self.deliveries.subscribe();
        let all = deliveries
            .wait_for(|all| all.contains_key(&exchange))
            .await
            .ok()?;
        all.get(&exchange).copied()
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn creates_response(request: &ReceivedRequest) -> bool {
    request.method == "POST" && request.path.ends_with("/responses")
}
