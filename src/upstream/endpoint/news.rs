//! What an endpoint tells of itself.

use crate::upstream::Delivered;
use std::fmt;

/// Something that happened at an endpoint. Told in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A request came and was answered.
    Asked {
        /// `POST`, `GET`, …
        method: String,
        /// The path as it was sent. Without what stands after the `?`, where some clients put keys.
        path: String,
        /// How long its body was.
        body_bytes: usize,
        /// What with.
        answered: Answered,
    },
    /// The delivery of an exchange is over: all of it was handed to the network, or the client left before.
    Delivered {
        /// Which exchange.
        exchange: ExchangeName,
        /// How long its body is.
        of_bytes: usize,
        /// How far it got.
        delivered: Delivered,
    },
    /// Every recording was delivered to its end, and nothing starts over.
    Over,
    /// The endpoint itself failed to answer.
    Fault(String),
}

/// What a request was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// An exchange.
    Exchange {
        /// Which one.
        exchange: ExchangeName,
        /// Its status.
        status: u16,
    },
    /// The models that the recordings name, or one of them.
    Models,
    /// Status 404, for nobody recorded this; with these words.
    Refused(String),
}

/// One exchange of a recording.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExchangeName {
    /// The recording's name.
    pub recording: String,
    /// Which of its exchanges, counted from 0.
    pub index: usize,
    /// How many it has.
    pub of: usize,
}

/// Counted from 1, as files are: `text/plain 1/1`.
impl fmt::Display for ExchangeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}/{}", self.recording, self.index + 1, self.of)
    }
}
