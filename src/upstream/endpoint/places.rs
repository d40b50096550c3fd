//! Every place of an endpoint, and what is answered there.

use super::address::{Address, in_address, readings};
use super::models::Models;
use super::place::{Place, Play};
use super::{Answered, EndpointError, ExchangeName, News};
use crate::recording::Recording;
use crate::upstream::marks::EXCHANGE;
use crate::upstream::script::Script;
use crate::upstream::{Delivered, Speed, answer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;
use wiremock::{Request, ResponseTemplate};

/// The places of one endpoint.
#[derive(Debug)]
pub(in crate::upstream) struct Places {
    /// By the name in the address; the empty one stands for all recordings.
    plays: BTreeMap<String, Play>,
    models: Models,
    speed: Speed,
    once: bool,
    news: mpsc::UnboundedSender<News>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// By conversation and name.
    places: BTreeMap<(String, String), Arc<Place>>,
    /// By the script's id.
    by_id: BTreeMap<String, Arc<Place>>,
    asked: BTreeSet<ExchangeName>,
    /// The recordings whose last exchange was delivered.
    ended: BTreeSet<String>,
}

impl Places {
    /// Tries every exchange, so that serving one cannot fail.
    pub(super) fn new(
        recordings: &[Recording],
        speed: Speed,
        once: bool,
        news: mpsc::UnboundedSender<News>,
    ) -> Result<Places, EndpointError> {
        let mut plays = BTreeMap::new();
        for recording in recordings {
            let play = Play::of([recording]);
            play.begin(speed)
                .map_err(|cause| EndpointError::Recording { name: recording.name.clone(), cause })?;
            let name = in_address(&recording.name);
            if name.is_empty() || plays.insert(name, play).is_some() {
                return Err(EndpointError::Name { name: recording.name.clone() });
            }
        }
        plays.insert(String::new(), Play::of(recordings));
        let models = Models::of(recordings);
        Ok(Places { plays, models, speed, once, news, state: Mutex::default() })
    }

    /// Answers any request.
    pub(in crate::upstream) fn respond(&self, request: &Request) -> ResponseTemplate {
        let (answered, template) = self.answer(request).unwrap_or_else(|refusal| {
            let template = answer::refused(&refusal);
            (Answered::Refused(refusal), template)
        });
        self.tell(News::Asked {
            method: request.method.to_string(),
            path: request.url.path().to_owned(),
            body_bytes: request.body.len(),
            answered,
        });
        template
    }

    /// The script that a shaper delivers from.
    pub(in crate::upstream) fn script(&self, id: &str) -> Option<Arc<Script>> {
        Some(self.state().by_id.get(id)?.script.clone())
    }

    /// The delivery of a script's exchange is over.
    pub(in crate::upstream) fn delivered(&self, id: &str, index: usize, delivered: Delivered) {
        let place = self.state().by_id.get(id).cloned();
        let Some((name, exchange)) = place.as_ref().and_then(|place| place.exchange(index)) else { return };
        let of_bytes = exchange.body.len();
        self.tell(News::Delivered { exchange: name.clone(), of_bytes, delivered });
        if name.index + 1 == name.of && self.ends(&name.recording) {
            self.tell(News::Over);
        }
    }

    pub(in crate::upstream) fn tell(&self, news: News) {
        // Fails only where nobody wants to know.
        let _ = self.news.send(news);
    }

    /// What no conversation has asked for.
    pub(super) fn unasked(&self) -> Vec<ExchangeName> {
        let state = self.state();
        let all = self.plays.get("").into_iter().flat_map(Play::exchanges);
        let unasked =
            all.filter(|(name, exchange)| !exchange.may_stay_unasked && !state.asked.contains(name));
        unasked.map(|(name, _)| name.clone()).collect()
    }

    fn answer(&self, request: &Request) -> Result<(Answered, ResponseTemplate), String> {
        let (method, path) = (request.method.as_str(), request.url.path());
        let known = readings(path).into_iter().find(|address| self.plays.contains_key(&address.name));
        let address = known.ok_or_else(|| self.no_such_place(path))?;
        let models =
            ["GET", "HEAD"].contains(&method).then(|| address.rest.strip_prefix("/models")).flatten();
        match (method, address.rest.as_str(), models) {
            ("POST", "/responses", _) => self.take(&address),
            (_, _, Some("")) => Ok((Answered::Models, answer::made(&self.models.list()))),
            (_, _, Some(name)) if name.starts_with('/') => {
                let model = self.models.get(&name[1..]);
                let model = model.ok_or_else(|| format!("no recording names a model {:?}", &name[1..]))?;
                Ok((Answered::Models, answer::made(&model)))
            }
            _ => Err(format!(
                "recordings answer `POST /v1/responses` and `GET /v1/models`, and {method} {path} is neither"
            )),
        }
    }

    fn take(&self, address: &Address) -> Result<(Answered, ResponseTemplate), String> {
        let mut state = self.state();
        let place = state.place(self, address)?;
        let nothing_left =
            || format!("everything {} has was asked for, and it does not start over", shown(address));
        let index = place.script.take_unkept(!self.once).ok_or_else(nothing_left)?;
        let (name, exchange) = place.exchange(index).ok_or_else(nothing_left)?;
        state.asked.insert(name.clone());
        drop(state);
        // Making the places has tried every exchange.
        let template = answer::recorded(exchange).map_err(|error| error.to_string())?;
        let template = template.insert_header(EXCHANGE, format!("{}/{index}", place.script.id));
        Ok((Answered::Exchange { exchange: name.clone(), status: exchange.status }, template))
    }

    /// Notes that a recording is at its end; whether that ends everything.
    fn ends(&self, recording: &str) -> bool {
        let mut state = self.state();
        let is_new = state.ended.insert(recording.to_owned());
        self.once && is_new && state.ended.len() == self.plays.len() - 1
    }

    fn no_such_place(&self, path: &str) -> String {
        /// More would hide the first.
        const SHOWN: usize = 5;
        let names = self.plays.keys().filter(|name| !name.is_empty());
        let shown: Vec<_> = names.take(SHOWN).map(|name| format!("/{name}/v1")).collect();
        let more = if self.plays.len() - 1 > SHOWN { ", …" } else { "" };
        format!("nothing is served at {path}; a base URL ends with one of /v1, {}{more}", shown.join(", "))
    }

    /// Nothing is done half-way under this lock, so what a poisoned one holds is still in order.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// The place of an address, made where nobody has asked there before.
    fn place(&mut self, places: &Places, address: &Address) -> Result<Arc<Place>, String> {
        let key = (address.conversation.clone(), address.name.clone());
        if let Some(place) = self.places.get(&key) {
            return Ok(place.clone());
        }
        let play = places.plays.get(&address.name).ok_or_else(|| "there is no such recording".to_owned())?;
        let place = Arc::new(play.begin(places.speed).map_err(|error| error.to_string())?);
        self.by_id.insert(place.script.id.clone(), place.clone());
        self.places.insert(key, place.clone());
        Ok(place)
    }
}

fn shown(address: &Address) -> String {
    match (address.name.as_str(), address.conversation.as_str()) {
        ("", "") => "this endpoint".to_owned(),
        ("", conversation) => format!("conversation @{conversation}"),
        (name, "") => name.to_owned(),
        (name, conversation) => format!("{name} in conversation @{conversation}"),
    }
}
