//! Which replay owns which prefix.

use super::endpoint::Places;
use super::script::Script;
use super::{Delivered, News, ReceivedRequest};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many requests that belong to no replay are kept to be looked at.
const KEPT_STRAYS: usize = 64;

/// Requests that belong to no replay.
#[derive(Clone, Debug, Default)]
pub struct StrayRequests {
    /// How many there were.
    pub count: usize,
    /// The first of them. Their paths are whole.
    pub first: Vec<ReceivedRequest>,
}

/// Every replay that is mounted, by its prefix.
#[derive(Debug)]
pub(super) struct Registry {
    started: Instant,
    scripts: Mutex<BTreeMap<String, Arc<Script>>>,
    strays: Mutex<StrayRequests>,
    /// An endpoint's, which has no replays.
    places: Option<Places>,
}

impl Registry {
    pub(super) fn new() -> Registry {
        Registry {
            started: Instant::now(),
            scripts: Mutex::default(),
            strays: Mutex::default(),
            places: None,
        }
    }

    /// The registry of an endpoint.
    pub(super) fn of_places(places: Places) -> Registry {
        Registry { places: Some(places), ..Registry::new() }
    }

    pub(super) fn places(&self) -> Option<&Places> {
        self.places.as_ref()
    }

    pub(super) fn add(&self, script: Arc<Script>) {
        locked(&self.scripts).insert(script.id.clone(), script);
    }

    pub(super) fn remove(&self, id: &str) {
        locked(&self.scripts).remove(id);
    }

    pub(super) fn get(&self, id: &str) -> Option<Arc<Script>> {
        match &self.places {
            Some(places) => places.script(id),
            None => locked(&self.scripts).get(id).cloned(),
        }
    }

    /// The replay a path belongs to, and the path without its prefix.
    pub(super) fn find<'a>(&self, path: &'a str) -> Option<(Arc<Script>, &'a str)> {
        let path = path.strip_prefix('/')?;
        let (id, rest) = path.split_at(path.find('/').unwrap_or(path.len()));
        Some((self.get(id)?, rest))
    }

    /// The delivery of an exchange of this script is over.
    pub(super) fn note_delivery(&self, script: &Script, exchange: usize, delivered: Delivered) {
        script.note_delivery(exchange, delivered);
        if let Some(places) = &self.places {
            places.delivered(&script.id, exchange, delivered);
        }
    }

    /// Something went wrong with a request that was sent to this path.
    pub(super) fn note_fault_at(&self, path: Option<&str>, problem: &str) {
        match (&self.places, path.and_then(|path| self.find(path))) {
            (Some(places), _) => places.tell(News::Fault(problem.to_owned())),
            (None, Some((script, _))) => script.note_fault(problem.to_owned()),
            (None, None) => {}
        }
    }

    /// Something went wrong that may concern every replay.
    pub(super) fn note_fault(&self, problem: &str) {
        if let Some(places) = &self.places {
            places.tell(News::Fault(problem.to_owned()));
        }
        locked(&self.scripts).values().for_each(|script| script.note_fault(problem.to_owned()));
    }

    /// How long ago it was made.
    pub(super) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    pub(super) fn add_stray(&self, request: ReceivedRequest) {
        let mut strays = locked(&self.strays);
        strays.count += 1;
        if strays.first.len() < KEPT_STRAYS {
            strays.first.push(request);
        }
    }

    pub(super) fn strays(&self) -> StrayRequests {
        locked(&self.strays).clone()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
