//! The five channels.

use super::json_text::JsonText;
use crate::wire::methods;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::time::Duration;

/// How the label begins of a request that was asked beside the Responses API.
pub(super) const ASIDE: &str = "aside ";

/// A kind of thing that can be seen from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// What the upstream was asked.
    Requests,
    /// What the app-server made of the stream, where it shows that.
    ResponseEvents,
    /// What went into the history.
    RawResponseItems,
    /// Every notification and server request, in order; those of the two channels above by number only.
    Notifications,
    /// How each turn ended, what the harness's own requests were answered, and which states the conversation was in.
    Outcome,
}

impl Channel {
    /// All of them, in the order in which reports show them.
    pub const ALL: [Channel; 5] = [
        Channel::Requests,
        Channel::ResponseEvents,
        Channel::RawResponseItems,
        Channel::Notifications,
        Channel::Outcome,
    ];

    /// The channel's name in reports and in `[[allow]]`.
    pub fn name(self) -> &'static str {
        match self {
            Channel::Requests => "requests",
            Channel::ResponseEvents => "response_events",
            Channel::RawResponseItems => "raw_response_items",
            Channel::Notifications => "notifications",
            Channel::Outcome => "outcome",
        }
    }
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// One thing that was seen.
#[derive(Clone, Debug)]
pub struct Observed {
    /// What kind of thing, in a word or two: a method, an event's type, …
    pub label: String,
    /// The thing itself, normalised. Comparisons look at this alone.
    pub value: JsonText,
    /// When it was seen, counted from the opening of the conversation.
    pub at: Duration,
}

/// Everything one replay showed.
#[derive(Clone, Debug, Default)]
pub struct Observation {
    pub(super) requests: Vec<Observed>,
    pub(super) response_events: Vec<Observed>,
    pub(super) raw_response_items: Vec<Observed>,
    pub(super) notifications: Vec<Observed>,
    pub(super) outcome: Vec<Observed>,
}

impl Observation {
    /// What one channel showed, in order.
    pub fn channel(&self, channel: Channel) -> &[Observed] {
        match channel {
            Channel::Requests => &self.requests,
            Channel::ResponseEvents => &self.response_events,
            Channel::RawResponseItems => &self.raw_response_items,
            Channel::Notifications => &self.notifications,
            Channel::Outcome => &self.outcome,
        }
    }

    /// What the app-server asked its upstream beside the Responses API, each kind once: `GET /v1/models`.
    pub fn asides(&self) -> impl Iterator<Item = &str> {
        self.requests.iter().filter_map(|observed| observed.label.strip_prefix(ASIDE))
    }

    /// For taking out what may differ.
    pub(crate) fn channel_mut(&mut self, channel: Channel) -> &mut Vec<Observed> {
        match channel {
            Channel::Requests => &mut self.requests,
            Channel::ResponseEvents => &mut self.response_events,
            Channel::RawResponseItems => &mut self.raw_response_items,
            Channel::Notifications => &mut self.notifications,
            Channel::Outcome => &mut self.outcome,
        }
    }

    /// What means the same in every dialect: how each turn ended, the last thing the model said in it, and how many
    /// requests it took; all of it in the channel `outcome`. Everything else is called or cut differently.
    #[must_use]
    pub fn across_dialects(self) -> Observation {
        const SAME_MEANING: [&str; 4] = ["turn", "ended", "last_agent_message", "requests"];
        let turns = self.outcome.into_iter().filter_map(|observed| {
            let value = observed.value.value();
            value.get("turn")?;
            let members = SAME_MEANING.iter().map(|key| ((*key).to_owned(), value[*key].clone()));
            Some(Observed { value: Value::Object(members.collect()).into(), ..observed })
        });
        Observation { outcome: turns.collect(), ..Observation::default() }
    }

    /// The same without `ResponseEvent`s and their places among the notifications: for a comparison with an app-server
    /// that does not show any.
    #[must_use]
    pub fn without_response_events(mut self) -> Observation {
        self.response_events.clear();
        self.notifications.retain(|observed| observed.value.value()["method"] != methods::RESPONSE_EVENT);
        self
    }
}
