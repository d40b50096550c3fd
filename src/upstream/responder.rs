//! The one mock that wiremock has: it looks up who asks, and what is next.

use super::marks::{EXCHANGE, SHAPED};
use super::registry::Registry;
use super::script::Script;
use super::{ReceivedRequest, answer};
use std::sync::Arc;
use wiremock::{Request, Respond, ResponseTemplate};

/// Answers every request there is. It must never panic: wiremock would drop the connection without a word.
pub(super) struct Responder {
    pub(super) registry: Arc<Registry>,
}

impl Respond for Responder {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        match self.registry.find(request.url.path()) {
            Some((script, path)) => scripted(&script, request, path),
            None => self.stray(request),
        }
    }
}

impl Responder {
    fn stray(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        self.registry
            .add_stray(ReceivedRequest::new(request, path, self.registry.age()));
        answer::unrecorded(request.method.as_str(), path)
    }
}

fn scripted(script: &Script, request: &Request, path: &str) -> ResponseTemplate {
    let taken = script.take(ReceivedRequest::new(request, path, script.age()));
    let Some((index, template)) = taken.and_then(|index| Some((index, recorded(script, index)?))) else {
        return answer::unrecorded(request.method.as_str(), path);
    };
    if request.headers.contains_key(SHAPED) {
        template.insert_header(EXCHANGE, index.to_string())
    } else {
        template
    }
}

/// Mounting has tried every exchange already, so that this finds an answer.
fn recorded(script: &Script, index: usize) -> Option<ResponseTemplate> {
    answer::recorded(script.exchanges.get(index)?).ok()
}
