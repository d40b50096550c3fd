//! What one replay is to be told, and what it asked.

use super::gate::{Hold, Place};
use super::{Delivered, Gate, HoldError, MountError, ReceivedRequest, Speed, answer};
use crate::recording::{Delivery, Exchange, Piece};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use uuid::Uuid;

/// One replay: its exchanges, and how far it has come.
#[derive(Debug)]
pub(super) struct Script {
    /// Its prefix.
    pub(super) id: String,
    /// What tells the delegate client from everybody else.
    pub(super) secret: String,
    pub(super) exchanges: Arc<[Exchange]>,
    speed: Speed,
    mounted: Instant,
    progress: Mutex<Progress>,
    deliveries: watch::Sender<BTreeMap<usize, Delivered>>,
}

/// What a request comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Taken {
    /// This exchange, from 0, answers it.
    Exchange(usize),
    /// It asks the Responses API for something that nobody recorded.
    Unrecorded,
    /// It asks for something else, such as which models there are.
    Aside,
}

#[derive(Debug, Default)]
struct Progress {
    asked: usize,
    received: Vec<ReceivedRequest>,
    asides: Vec<ReceivedRequest>,
    holds: Vec<Arc<Hold>>,
    /// What went wrong in the upstream itself, first.
    fault: Option<String>,
}

impl Script {
    /// Tries every exchange, so that serving one cannot fail.
    pub(super) fn new(exchanges: Arc<[Exchange]>, speed: Speed) -> Result<Script, MountError> {
        if !speed.is_valid() {
            return Err(MountError::Speed { speed });
        }
        for exchange in exchanges.iter() {
            answer::recorded(exchange)?;
            check_pieces(exchange)?;
        }
        Ok(Script {
            id: Uuid::new_v4().to_string(),
            secret: Uuid::new_v4().to_string(),
            exchanges,
            speed,
            mounted: Instant::now(),
            progress: Mutex::default(),
            deliveries: watch::Sender::default(),
        })
    }

    /// How long ago it was mounted.
    pub(super) fn age(&self) -> Duration {
        self.mounted.elapsed()
    }

    /// Notes a request and says which exchange answers it: the next one, for whoever creates a response.
    pub(super) fn take(&self, mut request: ReceivedRequest) -> Taken {
        let mut progress = self.progress();
        if !concerns_responses(&request) {
            progress.asides.push(request);
            return Taken::Aside;
        }
        if creates_response(&request) && progress.asked < self.exchanges.len() {
            request.answered_by = Some(progress.asked);
            progress.asked += 1;
        }
        let answered_by = request.answered_by;
        progress.received.push(request);
        answered_by.map_or(Taken::Unrecorded, Taken::Exchange)
    }

    /// What was asked beside the Responses API, in order.
    pub(super) fn asides(&self) -> Vec<ReceivedRequest> {
        self.progress().asides.clone()
    }

    /// Which exchange answers a request that is not kept: the next one, and after the last the first again, where
    /// `again` says so.
    pub(super) fn take_unkept(&self, again: bool) -> Option<usize> {
        let mut progress = self.progress();
        if again && progress.asked == self.exchanges.len() {
            progress.asked = 0;
        }
        let index = Some(progress.asked).filter(|index| *index < self.exchanges.len())?;
        progress.asked += 1;
        Some(index)
    }

    /// How many exchanges were asked for; as they are taken in order, these are the first ones.
    pub(super) fn asked(&self) -> usize {
        self.progress().asked
    }

    pub(super) fn received(&self) -> Vec<ReceivedRequest> {
        let mut received = self.progress().received.clone();
        let deliveries = self.deliveries.borrow();
        for request in &mut received {
            request.delivered = request.answered_by.and_then(|index| deliveries.get(&index).copied());
        }
        received
    }

    pub(super) fn delivery(&self, exchange: usize) -> Delivery {
        self.exchanges.get(exchange).map(|exchange| exchange.delivery.clone()).unwrap_or_default()
    }

    /// Something went wrong in the upstream itself.
    pub(super) fn note_fault(&self, problem: String) {
        self.progress().fault.get_or_insert(problem);
    }

    pub(super) fn fault(&self) -> Option<String> {
        self.progress().fault.clone()
    }

    /// How fast one exchange is delivered.
    pub(super) fn speed_of(&self, exchange: usize) -> Speed {
        let times_matter =
            self.exchanges.get(exchange).is_some_and(|exchange| exchange.delivery.times_matter);
        if times_matter { Speed::Recorded(1.0) } else { self.speed }
    }

    /// Puts a gate into a delivery that has not begun.
    pub(super) fn hold(&self, exchange: usize, place: Place) -> Result<Gate, HoldError> {
        let held = self.exchanges.get(exchange).ok_or(HoldError::NoExchange { exchange })?;
        check_place(held, place).map_err(|offset| HoldError::NeverReached { exchange, offset })?;
        let mut progress = self.progress();
        if exchange < progress.asked {
            return Err(HoldError::AlreadyAsked { exchange });
        }
        let hold = Arc::new(Hold::new(exchange, place));
        progress.holds.push(hold.clone());
        Ok(Gate::new(hold))
    }

    /// The gates in a delivery.
    pub(super) fn holds(&self, exchange: usize) -> Vec<Arc<Hold>> {
        let progress = self.progress();
        progress.holds.iter().filter(|hold| hold.exchange == exchange).cloned().collect()
    }

    pub(super) fn note_delivery(&self, exchange: usize, delivered: Delivered) {
        self.deliveries.send_modify(|all| {
            all.insert(exchange, delivered);
        });
    }

    /// Waits for the end of a delivery.
    pub(super) async fn delivered(&self, exchange: usize) -> Option<Delivered> {
        let mut deliveries = self.deliveries.subscribe();
        let all = deliveries.wait_for(|all| all.contains_key(&exchange)).await.ok()?;
        all.get(&exchange).copied()
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn creates_response(request: &ReceivedRequest) -> bool {
    request.method == "POST" && concerns_responses(request)
}

fn concerns_responses(request: &ReceivedRequest) -> bool {
    request.path.ends_with("/responses")
}

fn check_pieces(exchange: &Exchange) -> Result<(), MountError> {
    let mut start = 0;
    for (piece, Piece { end, .. }) in exchange.delivery.pieces.iter().enumerate() {
        if *end < start || *end > exchange.body.len() {
            return Err(MountError::Piece { piece });
        }
        start = *end;
    }
    Ok(())
}

/// Whether the delivery comes to this place; the offset where it does not.
fn check_place(exchange: &Exchange, place: Place) -> Result<(), usize> {
    match place {
        Place::Body(offset) if exchange.delivery.headless || exchange.delivery.head_cut.is_some() => {
            Err(offset)
        }
        Place::Body(offset) if offset > exchange.body.len() => Err(offset),
        Place::Body(_) | Place::Head => Ok(()),
    }
}
