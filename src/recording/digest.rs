//! What stands for the content of a recording.

use super::model::{Delivery, Exchange, Interrupt, ProviderSettings, Recording, Retries};
use sha2::{Digest as _, Sha256};
use std::fmt::{Display, Write};

/// SHA-256 digests of a recording, so that two reports can be known to be about the same one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    /// Of everything that a replay depends on: turns, settings, and exchanges with heads, bodies and delivery. Neither its
    /// name nor what it says of itself counts, nor how it is laid out on disk.
    pub whole: String,
    /// Of the body of each exchange: what `sha256sum 01.response.sse` prints.
    pub bodies: Vec<String>,
}

impl Recording {
    /// Its digests, in hexadecimal.
    ///
    /// ```
    /// use responses_parity::recording::{Exchange, Recording, Turn};
    ///
    /// let recording = |body: &'static str| Recording::of_exchanges("a", vec![Turn::said("Hi")], vec![Exchange::stream(body)]);
    /// assert_eq!(recording("x").digest(), recording("x").digest());
    /// assert_ne!(recording("x").digest().whole, recording("y").digest().whole);
    /// assert_eq!(recording("").digest().bodies[0][..16], *"e3b0c44298fc1c14");
    /// ```
    pub fn digest(&self) -> Digest {
        let bodies = self.exchanges.iter().map(|exchange| hex(&Sha256::digest(&exchange.body)));
        let bodies: Vec<_> = bodies.collect();
        let mut whole = Fields(Sha256::new());
        whole.provider(&self.provider);
        for turn in &self.turns {
            whole.text(&turn.user);
            whole.text(&turn.interrupt.map(moment).unwrap_or_default());
        }
        for (exchange, body) in self.exchanges.iter().zip(&bodies) {
            whole.exchange(exchange);
            whole.text(body);
        }
        Digest { whole: hex(&whole.0.finalize()), bodies }
    }
}

/// Fields one after the other, each with its length, so that none can be taken for a part of another.
struct Fields(Sha256);

impl Fields {
    fn text(&mut self, field: &str) {
        self.0.update((field.len() as u64).to_be_bytes());
        self.0.update(field);
    }

    fn value(&mut self, field: impl Display) {
        self.text(&field.to_string());
    }

    fn provider(&mut self, settings: &ProviderSettings) {
        let ProviderSettings {
            request_max_retries,
            stream_max_retries,
            stream_idle_timeout_ms,
            unreachable,
            show_raw_agent_reasoning,
        } = settings;
        for retries in [request_max_retries, stream_max_retries] {
            match retries {
                Retries::Times(times) => self.value(times),
                Retries::Default => self.text("default"),
            }
        }
        self.text(&stream_idle_timeout_ms.map(|timeout| timeout.to_string()).unwrap_or_default());
        self.value(unreachable);
        self.value(show_raw_agent_reasoning);
    }

    fn exchange(&mut self, exchange: &Exchange) {
        self.value(exchange.status);
        self.value(exchange.headers.len());
        for (name, value) in &exchange.headers {
            self.text(name);
            self.text(value);
        }
        self.value(exchange.may_stay_unasked);
        self.delivery(&exchange.delivery);
    }

    fn delivery(&mut self, delivery: &Delivery) {
        let Delivery { headless, head_cut, head_delay, framing, pieces, times_matter, end_delay, end } =
            delivery;
        self.value(headless);
        self.text(&head_cut.map(|cut| cut.to_string()).unwrap_or_default());
        self.value(head_delay.as_nanos());
        self.text(framing.name());
        self.value(pieces.len());
        for piece in pieces {
            self.value(piece.at.as_nanos());
            self.value(piece.end);
        }
        self.value(times_matter);
        self.value(end_delay.as_nanos());
        self.text(end.name());
    }
}

fn moment(interrupt: Interrupt) -> String {
    match interrupt {
        Interrupt::AfterRequests(count) => format!("requests {count}"),
        Interrupt::AfterEvents(count) => format!("events {count}"),
        Interrupt::AfterRetries(count) => format!("retries {count}"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
