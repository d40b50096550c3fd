//! The life of a response: created, and ended once.

use super::findings::{At, Findings};
use super::rule::LintRule;
use serde_json::Value;

/// The events that end a response, each for itself.
const ENDS: [&str; 3] = ["response.completed", "response.incomplete", "response.failed"];
/// What is no part of any response's life.
const KEEPALIVE: &str = "keepalive";

/// How far the response is.
#[derive(Default)]
pub(super) struct Order {
    is_created: bool,
    seen: usize,
    id: Option<String>,
    ended_by: Option<String>,
    error: bool,
}

impl Order {
    pub(super) fn event(&mut self, at: At<'_>, value: &Value, found: &mut Findings<'_>) {
        let kind = at.event.kind.name();
        if kind == KEEPALIVE {
            return;
        }
        self.opaque(at, found);
        if let Some(id) = value.pointer("/response/id").and_then(Value::as_str) {
            self.same_response(at, id, found);
        }
        if ENDS.contains(&kind) {
            self.ended_by = Some(kind.to_owned());
        }
        self.error |= kind == "error";
    }

    /// An event of which no more than the type can be read.
    pub(super) fn opaque(&mut self, at: At<'_>, found: &mut Findings<'_>) {
        let kind = at.event.kind.name();
        if let Some(end) = &self.ended_by {
            found.at(at, LintRule::Order, format!("follows {end}, which ends the response"));
        } else if kind == "response.created" && self.is_created {
            found.at(at, LintRule::Order, "the response was created already");
        } else if kind == "response.created" && self.seen > 0 {
            found.at(at, LintRule::Order, "other events of the response precede it");
        } else if kind != "response.created" && self.seen == 0 {
            found.at(at, LintRule::NoCreated, "the stream does not begin with response.created");
        }
        self.seen += 1;
        self.is_created |= kind == "response.created";
    }

    /// Whether the response says that it completed.
    pub(super) fn completed(&self) -> bool {
        self.ended_by.as_deref() == Some(ENDS[0])
    }

    pub(super) fn end(self, found: &mut Findings<'_>) {
        if self.ended_by.is_none() && !self.error {
            found.of_all(
                LintRule::NoEnd,
                "the stream is over without response.completed, response.incomplete or response.failed",
            );
        }
    }

    fn same_response(&mut self, at: At<'_>, id: &str, found: &mut Findings<'_>) {
        match &self.id {
            Some(known) if known != id => {
                found.at(
                    at,
                    LintRule::ResponseId,
                    format!("is of the response {id:?}; those before it of {known:?}"),
                );
            }
            Some(_) => {}
            None => self.id = Some(id.to_owned()),
        }
    }
}
