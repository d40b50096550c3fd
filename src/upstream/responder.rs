//! The one mock that wiremock has: it looks up who asks, and what is next.

use super::marks::{EXCHANGE, SHAPED};
use super::registry::Registry;
use super::script::{Script, Taken};
use super::{ReceivedRequest, answer};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use wiremock::{Request, Respond, ResponseTemplate};

/// What a request takes beyond its body, in bytes, roughly.
const HEAD: usize = 2048;

/// Answers every request there is. It must never panic: wiremock would drop the connection without a word.
pub(super) struct Responder {
    pub(super) registry: Arc<Registry>,
    /// Counts the bytes of every request.
    pub(super) load: Arc<AtomicUsize>,
}

impl Respond for Responder {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        self.load.fetch_add(request.body.len() + HEAD, Ordering::Relaxed);
        if let Some(places) = self.registry.places() {
            return places.respond(request);
        }
        match self.registry.find(request.url.path()) {
            Some((script, path)) => scripted(&script, request, path),
            None => self.stray(request),
        }
    }
}

impl Responder {
    fn stray(&self, request: &Request) -> ResponseTemplate {
        let path = request.url.path();
        self.registry.add_stray(ReceivedRequest::new(request, path, self.registry.age(), None));
        answer::unrecorded(request.method.as_str(), path)
    }
}

fn scripted(script: &Script, request: &Request, path: &str) -> ResponseTemplate {
    let method = request.method.as_str();
    let taken = script.take(ReceivedRequest::new(request, path, script.age(), Some(&script.secret)));
    let index = match taken {
        Taken::Exchange(index) => index,
        Taken::Unrecorded => return answer::unrecorded(method, path),
        Taken::Aside => return answer::aside(method, path),
    };
    let Some(template) = recorded(script, index) else { return answer::unrecorded(method, path) };
    if request.headers.contains_key(SHAPED) {
        template.insert_header(EXCHANGE, format!("{}/{index}", script.id))
    } else {
        template
    }
}

/// Mounting has tried every exchange, so that this finds an answer.
fn recorded(script: &Script, index: usize) -> Option<ResponseTemplate> {
    answer::recorded(script.exchanges.get(index)?).ok()
}
