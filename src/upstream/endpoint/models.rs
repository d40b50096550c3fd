//! The models that recordings name.

use crate::recording::Recording;
use crate::wire::events_of_body;
use serde::Deserialize;
use serde_json::{Value, json};

/// The models of an endpoint, each once, in the order of the recordings.
#[derive(Debug)]
pub(super) struct Models(Vec<String>);

#[derive(Deserialize)]
struct Named {
    model: String,
}

#[derive(Deserialize)]
struct Event {
    response: Named,
}

impl Models {
    /// Those that were asked for, where requests were kept, and those that answered.
    pub(super) fn of(recordings: &[Recording]) -> Models {
        let mut names: Vec<String> = Vec::new();
        for exchange in recordings.iter().flat_map(|recording| &recording.exchanges) {
            let asked = exchange.request.as_deref();
            let asked = asked.and_then(|request| serde_json::from_slice::<Named>(request).ok());
            let mut events = events_of_body(&exchange.body).into_iter().flatten();
            let answered = events.find_map(|data| serde_json::from_str::<Event>(&data).ok());
            for Named { model } in asked.into_iter().chain(answered.map(|event| event.response)) {
                if !names.contains(&model) {
                    names.push(model);
                }
            }
        }
        Models(names)
    }

    /// As the API lists them.
    pub(super) fn list(&self) -> Value {
        let models: Vec<Value> = self.0.iter().map(|name| model(name)).collect();
        json!({ "object": "list", "data": models })
    }

    /// One of them.
    pub(super) fn get(&self, name: &str) -> Option<Value> {
        self.0.iter().any(|known| known == name).then(|| model(name))
    }
}

fn model(name: &str) -> Value {
    json!({ "id": name, "object": "model", "created": 0, "owned_by": "responses-parity" })
}
